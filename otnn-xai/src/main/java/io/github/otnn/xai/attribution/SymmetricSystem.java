package io.github.otnn.xai.attribution;

import org.jspecify.annotations.Nullable;

/** A symmetric positive definite system of equations, factored once and solved for any number of right-hand sides. */
final class SymmetricSystem {
    private final double[][] lower;

    private SymmetricSystem(double[][] lower) {
        this.lower = lower;
    }

    /**
     * Cholesky factorisation.
     *
     * @param matrix {@code [side][side]}; its lower triangle is read. Modified.
     * @return null if the matrix is singular as far as its digits tell
     */
    static @Nullable SymmetricSystem factor(double[][] matrix) {
        int side = matrix.length;
        double largest = 0;
        for (int i = 0; i < side; i++) {
            largest = Math.max(largest, matrix[i][i]);
        }
        // what rounding leaves of a pivot that should be 0
        double smallest = side * 0x1p-50 * largest;
        for (int i = 0; i < side; i++) {
            double[] row = matrix[i];
            for (int j = 0; j <= i; j++) {
                double[] other = matrix[j];
                double sum = row[j];
                for (int k = 0; k < j; k++) {
                    sum -= row[k] * other[k];
                }
                if (j < i) {
                    row[j] = sum / other[j];
                } else if (sum > smallest) {
                    row[i] = Math.sqrt(sum);
                } else {
                    return null;
                }
            }
        }
        return new SymmetricSystem(matrix);
    }

    /** Solution for a right-hand side, which is overwritten with it. */
    double[] solveInPlace(double[] right) {
        int side = lower.length;
        for (int i = 0; i < side; i++) {
            for (int k = 0; k < i; k++) {
                right[i] -= lower[i][k] * right[k];
            }
            right[i] /= lower[i][i];
        }
        for (int i = side - 1; i >= 0; i--) {
            for (int k = i + 1; k < side; k++) {
                right[i] -= lower[k][i] * right[k];
            }
            right[i] /= lower[i][i];
        }
        return right;
    }
}
