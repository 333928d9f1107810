package io.github.otnn.core.linalg;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Lanczos iteration: an estimate of a Hermitian matrix's largest eigenvalue from below, never a bound.
 *
 * <p>Every new vector is made orthogonal to all earlier ones, and the result is the largest eigenvalue of the small
 * tridiagonal matrix that the iteration leaves behind.
 */
final class LanczosEstimate {
    private static final int STEPS = 120;
    private static final int STEPS_BETWEEN_CHECKS = 5;
    private static final double AGREEMENT = 1e-9;
    /** The start only steers the estimate; it is fixed so that equal matrices give equal results. */
    private static final long SEED = 20;

    private LanczosEstimate() {}

    /** Estimate of the largest eigenvalue of a positive semi-definite matrix. */
    static double largestEigenvalue(HermitianMatrix matrix) {
        int length = matrix.isComplex() ? 2 * matrix.side() : matrix.side();
        int steps = Math.min(STEPS, length);
        double[][] basis = new double[steps][];
        double[] alpha = new double[steps];
        double[] beta = new double[steps];
        double[] next = new SplittableRandom(SEED).doubles(length, -1, 1).toArray();
        double estimate = 0;
        for (int k = 0; k < steps; k++) {
            double norm = Math.sqrt(dot(next, next));
            if (k > 0) {
                beta[k - 1] = norm;
            }
            if (!(norm > 1e-14 * estimate)) {
                return Math.max(estimate, largestOfTridiagonal(alpha, beta, k));
            }
            basis[k] = next;
            scale(next, 1 / norm);
            next = new double[length];
            matrix.multiply(basis[k], next);
            alpha[k] = dot(basis[k], next);
            orthogonalize(next, basis, k);
            if (k % STEPS_BETWEEN_CHECKS == STEPS_BETWEEN_CHECKS - 1 || k == steps - 1) {
                double before = estimate;
                estimate = largestOfTridiagonal(alpha, beta, k + 1);
                if (estimate - before <= AGREEMENT * estimate) {
                    return estimate;
                }
            }
        }
        return estimate;
    }

    private static void orthogonalize(double[] vector, double[][] basis, int last) {
        // twice: once leaves rounding errors as large as the lost digits
        for (int pass = 0; pass < 2; pass++) {
            for (int k = last; k >= 0; k--) {
                double share = dot(vector, basis[k]);
                double[] from = basis[k];
                for (int i = 0; i < vector.length; i++) {
                    vector[i] -= share * from[i];
                }
            }
        }
    }

    /** Bisection: the pivots of T - t I are all negative just above the largest eigenvalue. */
    private static double largestOfTridiagonal(double[] alpha, double[] beta, int count) {
        double low = Arrays.stream(alpha, 0, count).max().orElse(0);
        double high = low;
        for (int i = 0; i < count; i++) {
            double left = i > 0 ? beta[i - 1] : 0;
            double right = i < count - 1 ? beta[i] : 0;
            high = Math.max(high, alpha[i] + left + right);
        }
        while (true) {
            double middle = low + (high - low) / 2;
            if (middle <= low || middle >= high) {
                return low;
            }
            if (isAbove(alpha, beta, count, middle)) {
                high = middle;
            } else {
                low = middle;
            }
        }
    }

    private static boolean isAbove(double[] alpha, double[] beta, int count, double value) {
        double pivot = alpha[0] - value;
        for (int i = 1; i < count && pivot < 0; i++) {
            pivot = alpha[i] - value - beta[i - 1] * beta[i - 1] / pivot;
        }
        return pivot < 0;
    }

    private static double dot(double[] a, double[] b) {
        double even = 0;
        double odd = 0;
        int i = 0;
        for (; i + 1 < a.length; i += 2) {
            even += a[i] * b[i];
            odd += a[i + 1] * b[i + 1];
        }
        return i < a.length ? even + odd + a[i] * b[i] : even + odd;
    }

    private static void scale(double[] vector, double factor) {
        for (int i = 0; i < vector.length; i++) {
            vector[i] *= factor;
        }
    }
}
