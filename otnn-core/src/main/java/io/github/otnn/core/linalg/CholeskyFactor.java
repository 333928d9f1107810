package io.github.otnn.core.linalg;

import org.jspecify.annotations.Nullable;

/** Cholesky factorisation in float64 in plain Java; inner loops run along rows, where they vectorise. */
final class CholeskyFactor {
    private CholeskyFactor() {}

    /**
     * Upper triangle U with {@code UT U = matrix + shift I}.
     *
     * @param matrix symmetric {@code [side, side]} in C order. Not modified.
     * @param smallestPivot pivots below this count as 0
     * @return rows of U, only their part from the diagonal on holds values; null if a pivot is too small
     */
    static double @Nullable [][] upper(double[] matrix, int side, double shift, double smallestPivot) {
        double[][] rows = new double[side][side];
        for (int i = 0; i < side; i++) {
            System.arraycopy(matrix, i * side + i, rows[i], i, side - i);
            rows[i][i] += shift;
        }
        for (int k = 0; k < side; k++) {
            double[] pivotRow = rows[k];
            if (!(pivotRow[k] >= smallestPivot) || pivotRow[k] == 0) {
                return null;
            }
            double scale = 1 / Math.sqrt(pivotRow[k]);
            for (int j = k; j < side; j++) {
                pivotRow[j] *= scale;
            }
            for (int i = k + 1; i < side; i++) {
                subtract(pivotRow[i], pivotRow, i, side, rows[i]);
            }
        }
        return rows;
    }

    /** {@code (UT)^-1}, lower triangular, {@code [side, side]} in C order. */
    static double[] inverse(double[][] upper) {
        int side = upper.length;
        double[][] rows = new double[side][side];
        double[] flat = new double[side * side];
        for (int i = 0; i < side; i++) {
            rows[i][i] = 1;
            for (int j = 0; j < i; j++) {
                subtract(upper[j][i], rows[j], 0, j + 1, rows[i]);
            }
            for (int j = 0; j <= i; j++) {
                rows[i][j] /= upper[i][i];
            }
            System.arraycopy(rows[i], 0, flat, i * side, side);
        }
        return flat;
    }

    /** to[from..until) -= factor row[from..until). */
    private static void subtract(double factor, double[] row, int from, int until, double[] to) {
        for (int j = from; j < until; j++) {
            to[j] -= factor * row[j];
        }
    }
}
