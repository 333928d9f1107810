package io.github.otnn.core.linalg;

/**
 * Rigorous upper bound of the eigenvalues of any number of Hermitian matrices, shown to it one after another.
 *
 * <pre>no eigenvalue of G exceeds c   if   c I - G has a Cholesky factor</pre>
 *
 * The ceiling rises only when a matrix does not stay below it: then to just above a Lanczos estimate, and higher until the
 * factorisation succeeds. So most matrices cost one factorisation, a tenth of the repeated squaring of {@link
 * SpectralBound}, and the ceiling ends within a millionth of the truth in practice.
 *
 * @see <a href="https://doi.org/10.1007/s10543-006-0056-1">Rump 2006</a>, verification of positive definiteness
 */
final class EigenvalueCeiling {
    private static final double FIRST_MARGIN = 1e-8;
    private static final double MARGIN_GROWTH = 8;

    private final double limit;
    private double ceiling;
    private final HermitianMatrix factor;

    /**
     * Ceiling at 0.
     *
     * @param form any matrix of the form of those to come. Not modified.
     * @param limit value above which nobody wants to know the ceiling
     */
    EigenvalueCeiling(HermitianMatrix form, double limit) {
        this.limit = limit;
        factor = form.sameForm();
    }

    /**
     * Lifts the ceiling over a positive semi-definite matrix.
     *
     * @return false once the limit is passed: some matrix has an eigenvalue above it
     */
    boolean liftOver(HermitianMatrix matrix) {
        double norm = matrix.frobeniusNorm();
        if (!Double.isFinite(norm)) {
            throw new IllegalArgumentException("ConvolutionBound: expected finite weights, got a norm of " + norm);
        }
        if (norm <= ceiling || ceiling > 0 && matrix.staysBelow(ceiling, factor)) {
            return true;
        }
        double atLeast = Math.max(ceiling, norm / matrix.side());
        double estimate = Math.max(atLeast, LanczosEstimate.largestEigenvalue(matrix));
        if (estimate > limit) {
            return false;
        }
        double margin = FIRST_MARGIN;
        double candidate = estimate * (1 + margin);
        while (candidate < norm && !matrix.staysBelow(candidate, factor)) {
            margin *= MARGIN_GROWTH;
            candidate = estimate * (1 + margin);
        }
        ceiling = Math.min(candidate, norm);
        return true;
    }

    /**
     * Upper bound of every eigenvalue of the true matrices.
     *
     * @param error upper bound of the spectral norm of what rounding changed in the entries
     */
    double bound(double error) {
        // A factorisation that runs through is exact for a matrix that differs by at most gamma |U|^T |U|, gamma = (n +
        // 1) u
        // (Higham 2002, theorem 10.3), of norm <= gamma |U|_F^2 = gamma tr(c I - G) <= gamma n c. Complex arithmetic
        // makes
        // gamma at most four times as large; the other four times cover the shift and the Frobenius norm.
        double side = factor.side();
        return ceiling * (1 + 8 * SpectralBound.UNIT * side * (side + 4)) + error;
    }
}
