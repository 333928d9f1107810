package io.github.otnn.core.linalg;

import java.util.Arrays;

/**
 * Hermitian matrix in float64, its upper triangle only, and of each row only the part up to the last entry that may
 * differ from zero.
 *
 * <p>The envelope never shrinks from row to row, so a Cholesky factor fits into it. Real matrices hold no imaginary
 * parts. One thread.
 */
final class HermitianMatrix {
    /** Rows with a common envelope end, so that the factorisation can treat them together. */
    private static final int GROUP = 4;
    /** Rows eliminated before the rest of the matrix is touched: they stay in the first cache. */
    private static final int PANEL = 16;

    private final int side;
    private final int[] end;
    private final double[][] real;
    private final double[][] imaginary;

    /**
     * Matrix of zeros.
     *
     * @param end column after the last non-zero one of each row, never smaller than that of the row before. Not modified.
     */
    HermitianMatrix(int[] end, boolean complex) {
        side = end.length;
        this.end = end.clone();
        for (int first = 0; first < side; first += GROUP) {
            int last = Math.min(side, first + GROUP) - 1;
            Arrays.fill(this.end, first, last + 1, end[last]);
        }
        real = rows();
        imaginary = complex ? rows() : new double[0][];
    }

    /** Full matrix of zeros. */
    static HermitianMatrix full(int side, boolean complex) {
        int[] end = new int[side];
        Arrays.fill(end, side);
        return new HermitianMatrix(end, complex);
    }

    /** Matrix of zeros with the same envelope. */
    HermitianMatrix sameForm() {
        return new HermitianMatrix(end, isComplex());
    }

    int side() {
        return side;
    }

    boolean isComplex() {
        return imaginary.length > 0;
    }

    /** Real parts of a row from its diagonal entry on. */
    double[] real(int row) {
        return real[row];
    }

    /** Imaginary parts of a row from its diagonal entry on. */
    double[] imaginary(int row) {
        return imaginary[row];
    }

    void clear() {
        for (int i = 0; i < side; i++) {
            Arrays.fill(real[i], 0);
            if (isComplex()) {
                Arrays.fill(imaginary[i], 0);
            }
        }
    }

    /** Adds a multiple of a matrix of the same form. */
    void add(double factor, HermitianMatrix other) {
        for (int i = 0; i < side; i++) {
            add(factor, other.real[i], real[i]);
            if (isComplex()) {
                add(factor, other.imaginary[i], imaginary[i]);
            }
        }
    }

    /** Square root of the sum of all squares, an upper bound of the largest eigenvalue's size. */
    double frobeniusNorm() {
        double sum = 0;
        for (int i = 0; i < side; i++) {
            double diagonal = real[i][0];
            double row = sumOfSquares(real[i]);
            if (isComplex()) {
                row += sumOfSquares(imaginary[i]);
            }
            sum += 2 * row - diagonal * diagonal;
        }
        return Math.sqrt(sum);
    }

    /** y = this x; vectors hold all real parts, then (if the matrix is complex) all imaginary parts. */
    void multiply(double[] x, double[] y) {
        Arrays.fill(y, 0);
        for (int i = 0; i < side; i++) {
            int length = end[i] - i;
            y[i] += real[i][0] * x[i];
            symmetricRow(real[i], x, y, i, length);
            if (isComplex()) {
                y[side + i] += real[i][0] * x[side + i];
                symmetricRow(real[i], x, y, side + i, length);
                imaginaryRow(imaginary[i], x, y, i, length);
            }
        }
    }

    /**
     * Whether {@code shift I - this} has a Cholesky factor in float64: up to rounding, whether no eigenvalue exceeds the
     * shift.
     *
     * @param factor of the same form. Modified.
     */
    boolean staysBelow(double shift, HermitianMatrix factor) {
        factor.clear();
        for (int i = 0; i < side; i++) {
            add(-1, real[i], factor.real[i]);
            factor.real[i][0] += shift;
            if (isComplex()) {
                add(-1, imaginary[i], factor.imaginary[i]);
            }
        }
        return factor.factorize();
    }

    /** Replaces this A by the upper triangle U of A = U^* U; false, with undefined content, at a pivot that is not positive. */
    private boolean factorize() {
        for (int from = 0; from < side; from += PANEL) {
            int to = Math.min(side, from + PANEL);
            for (int p = from; p < to; p++) {
                for (int q = from; q < p; q++) {
                    eliminateOne(q, p);
                }
                double pivot = real[p][0];
                if (!(pivot > 0)) {
                    return false;
                }
                scale(real[p], 1 / Math.sqrt(pivot));
                if (isComplex()) {
                    scale(imaginary[p], 1 / Math.sqrt(pivot));
                }
            }
            for (int row = to; row < end[to - 1]; row++) {
                eliminate(from, to, row);
            }
        }
        return true;
    }

    /** Subtracts the finished rows from..to from a later one. */
    private void eliminate(int from, int to, int row) {
        int q = from;
        for (; q + GROUP <= to; q += GROUP) {
            int length = end[q] - row;
            if (length > 0 && isComplex()) {
                eliminateTwo(q, row, length);
                eliminateTwo(q + 2, row, length);
            } else if (length > 0) {
                eliminateFour(q, row, length);
            }
        }
        for (; q < to; q++) {
            eliminateOne(q, row);
        }
    }

    private void eliminateOne(int q, int row) {
        int length = end[q] - row;
        int shift = row - q;
        if (length <= 0) {
            return;
        }
        double x = real[q][shift];
        if (isComplex()) {
            subtract(real[q], imaginary[q], shift, x, imaginary[q][shift], real[row], imaginary[row], length);
        } else {
            double[] from = real[q];
            double[] target = real[row];
            for (int j = 0; j < length; j++) {
                target[j] -= from[j + shift] * x;
            }
        }
    }

    private void eliminateTwo(int q, int row, int length) {
        double[] aRe = real[q];
        double[] aIm = imaginary[q];
        double[] bRe = real[q + 1];
        double[] bIm = imaginary[q + 1];
        int shiftA = row - q;
        int shiftB = shiftA - 1;
        double a = aRe[shiftA];
        double aI = aIm[shiftA];
        double b = bRe[shiftB];
        double bI = bIm[shiftB];
        double[] re = real[row];
        double[] im = imaginary[row];
        // one loop for both parts: twice the arithmetic for each number loaded
        for (int j = 0; j < length; j++) {
            double p = aRe[j + shiftA];
            double q1 = aIm[j + shiftA];
            double r = bRe[j + shiftB];
            double s = bIm[j + shiftB];
            re[j] -= (p * a + q1 * aI) + (r * b + s * bI);
            im[j] -= (q1 * a - p * aI) + (s * b - r * bI);
        }
    }

    private void eliminateFour(int q, int row, int length) {
        double[] a = real[q];
        double[] b = real[q + 1];
        double[] c = real[q + 2];
        double[] d = real[q + 3];
        int shift = row - q;
        double x = a[shift];
        double y = b[shift - 1];
        double z = c[shift - 2];
        double w = d[shift - 3];
        double[] target = real[row];
        for (int j = 0; j < length; j++) {
            target[j] -= (a[j + shift] * x + b[j + shift - 1] * y) + (c[j + shift - 2] * z + d[j + shift - 3] * w);
        }
    }

    private static void subtract(
            double[] re, double[] im, int shift, double x, double y, double[] targetRe, double[] targetIm, int length) {
        for (int j = 0; j < length; j++) {
            double p = re[j + shift];
            double q = im[j + shift];
            targetRe[j] -= p * x + q * y;
            targetIm[j] -= q * x - p * y;
        }
    }

    /** Adds to y the part of a real symmetric matrix that one row (and column) of its upper triangle makes up. */
    private static void symmetricRow(double[] row, double[] x, double[] y, int at, int length) {
        double sum = 0;
        double factor = x[at];
        for (int j = 1; j < length; j++) {
            sum += row[j] * x[at + j];
            y[at + j] += row[j] * factor;
        }
        y[at] += sum;
    }

    /** The same for the imaginary parts, whose matrix is antisymmetric. */
    private void imaginaryRow(double[] row, double[] x, double[] y, int at, int length) {
        double fromReal = 0;
        double fromImaginary = 0;
        double re = x[at];
        double im = x[side + at];
        for (int j = 1; j < length; j++) {
            fromReal += row[j] * x[at + j];
            fromImaginary += row[j] * x[side + at + j];
            y[at + j] += row[j] * im;
            y[side + at + j] -= row[j] * re;
        }
        y[at] -= fromImaginary;
        y[side + at] += fromReal;
    }

    private double[][] rows() {
        double[][] rows = new double[side][];
        for (int i = 0; i < side; i++) {
            rows[i] = new double[end[i] - i];
        }
        return rows;
    }

    private static double sumOfSquares(double[] row) {
        double sum = 0;
        for (double value : row) {
            sum += value * value;
        }
        return sum;
    }

    private static void add(double factor, double[] from, double[] to) {
        for (int j = 0; j < to.length; j++) {
            to[j] += factor * from[j];
        }
    }

    private static void scale(double[] row, double factor) {
        for (int j = 0; j < row.length; j++) {
            row[j] *= factor;
        }
    }
}
