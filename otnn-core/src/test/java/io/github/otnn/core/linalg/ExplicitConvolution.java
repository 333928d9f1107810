package io.github.otnn.core.linalg;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Convolution as a list of matrix entries, by plain loops over windows and taps: the reference for bounds.
 *
 * <p>Shares no code with them, not even the axis' own positions.
 */
final class ExplicitConvolution {
    private static final int LARGEST_SQUARED = 150;
    private static final int SQUARINGS = 42;

    private final ConvolutionAxis rows;
    private final ConvolutionAxis columns;
    private final int in;
    private final int out;
    private final double[] kernel;
    private final int outHeight;
    private final int outWidth;

    /** Takes a kernel {@code [kH, kW, in, out]} in C order. */
    ExplicitConvolution(double[] kernel, int in, int out, ConvolutionAxis rows, ConvolutionAxis columns) {
        this.kernel = kernel;
        this.in = in;
        this.out = out;
        this.rows = rows;
        this.columns = columns;
        outHeight = outputs(rows);
        outWidth = outputs(columns);
    }

    /** Largest singular value: squared out where that is quick, else from below by power iteration. */
    double norm() {
        int inputs = rows.size() * columns.size() * in;
        return inputs <= LARGEST_SQUARED ? bySquaring(inputs) : byPowerIteration(400);
    }

    /** sigma^2 = lambda(G) = lim |G^(2^j)|_F^(1/2^j), G = A^T A: right to rounding even where singular values crowd. */
    private double bySquaring(int inputs) {
        double[][] gram = new double[inputs][inputs];
        for (int i = 0; i < inputs; i++) {
            gram[i][i] = 1;
            double[] y = new double[outHeight * outWidth * out];
            apply(gram[i], y, true);
            gram[i][i] = 0;
            apply(gram[i], y, false);
        }
        double logarithm = 0;
        for (int j = 0; j < SQUARINGS; j++) {
            double norm = Math.sqrt(Arrays.stream(gram)
                    .flatMapToDouble(Arrays::stream)
                    .map(v -> v * v)
                    .sum());
            if (norm == 0) {
                return 0;
            }
            logarithm += Math.scalb(Math.log(norm), -j);
            double[][] squared = new double[inputs][inputs];
            for (int i = 0; i < inputs; i++) {
                for (int k = 0; k < inputs; k++) {
                    double factor = gram[i][k] / norm / norm;
                    for (int l = 0; l < inputs && factor != 0; l++) {
                        squared[i][l] += factor * gram[k][l];
                    }
                }
            }
            gram = squared;
        }
        return Math.exp(logarithm / 2);
    }

    private double byPowerIteration(int mostSteps) {
        double[] x = new SplittableRandom(7)
                .doubles((long) rows.size() * columns.size() * in, -1, 1)
                .toArray();
        double[] y = new double[outHeight * outWidth * out];
        double sigma = 0;
        for (int step = 0; step < mostSteps; step++) {
            normalize(x);
            Arrays.fill(y, 0);
            apply(x, y, true);
            double before = sigma;
            sigma = normalize(y);
            if (sigma == 0 || Math.abs(sigma - before) < 1e-15 * sigma) {
                return sigma;
            }
            Arrays.fill(x, 0);
            apply(x, y, false);
        }
        return sigma;
    }

    private void apply(double[] x, double[] y, boolean forward) {
        for (int i = 0; i < outHeight; i++) {
            for (int j = 0; j < outWidth; j++) {
                for (int a = 0; a < rows.kernel(); a++) {
                    for (int b = 0; b < columns.kernel(); b++) {
                        int row = pixel(rows, i * rows.stride() + a * rows.dilation() - rows.before());
                        int column = pixel(columns, j * columns.stride() + b * columns.dilation() - columns.before());
                        if (row >= 0 && column >= 0) {
                            int from = (row * columns.size() + column) * in;
                            int to = (i * outWidth + j) * out;
                            applyTap((a * columns.kernel() + b) * in * out, x, from, y, to, forward);
                        }
                    }
                }
            }
        }
    }

    private void applyTap(int tap, double[] x, int from, double[] y, int to, boolean forward) {
        for (int c = 0; c < in; c++) {
            for (int o = 0; o < out; o++) {
                double weight = kernel[tap + c * out + o];
                if (forward) {
                    y[to + o] += weight * x[from + c];
                } else {
                    x[from + c] += weight * y[to + o];
                }
            }
        }
    }

    private static int pixel(ConvolutionAxis axis, int position) {
        if (axis.border() == ConvolutionAxis.Border.CIRCULAR) {
            return (position % axis.size() + axis.size()) % axis.size();
        }
        return position < axis.size() ? position : -1;
    }

    private static int outputs(ConvolutionAxis axis) {
        int count = 0;
        int last = axis.size() + axis.after() - 1;
        for (int start = -axis.before(); start + axis.dilation() * (axis.kernel() - 1) <= last; ) {
            count++;
            start += axis.stride();
        }
        return count;
    }

    private static double normalize(double[] vector) {
        double sum = 0;
        for (double value : vector) {
            sum += value * value;
        }
        double norm = Math.sqrt(sum);
        for (int i = 0; i < vector.length && norm > 0; i++) {
            vector[i] /= norm;
        }
        return norm;
    }
}
