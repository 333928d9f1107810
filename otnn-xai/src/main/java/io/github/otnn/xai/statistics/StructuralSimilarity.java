package io.github.otnn.xai.statistics;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * SSIM: how alike two images are in level, contrast and structure, at most 1, the mean over all places of a window.
 *
 * <pre>
 * ssim = (2 m_a m_b + c1) (2 s_ab + c2) / ((m_a^2 + m_b^2 + c1) (s_a^2 + s_b^2 + c2))
 * c1 = (0.01 range)^2, c2 = (0.03 range)^2
 * </pre>
 *
 * m, s^2 and s_ab are means, variances and the covariance under a normalised Gaussian window of 11 x 11 pixels with sigma 1.5, at
 * the places where the window lies inside the image. The range is that of the values of both images together.
 *
 * @see <a href="https://doi.org/10.1109/TIP.2003.819861">Wang, Bovik, Sheikh, Simoncelli 2004</a>
 */
public final class StructuralSimilarity {
    /** Height and width of the window. */
    public static final int WINDOW = 11;

    private static final double SIGMA = 1.5;

    private StructuralSimilarity() {}

    /**
     * The similarity of two images.
     *
     * @param a {@code rows * columns} finite values in C order. Not modified.
     * @param b as many. Not modified.
     * @return 1 for equal images; NaN if all values of both are the same, which leaves no range
     * @throws IllegalArgumentException if an image is smaller than the window, or the lengths differ
     */
    public static double between(double[] a, double[] b, int rows, int columns) {
        if (rows < WINDOW || columns < WINDOW) {
            throw new IllegalArgumentException("SSIM: expected images of at least " + WINDOW + " x " + WINDOW
                    + " pixels, got " + rows + " x " + columns);
        }
        if (a.length != rows * columns || b.length != a.length) {
            throw new IllegalArgumentException("SSIM: expected two images of " + rows + " x " + columns
                    + " pixels, got " + a.length + " and " + b.length + " values");
        }
        double high = Math.max(
                Arrays.stream(a).max().orElseThrow(), Arrays.stream(b).max().orElseThrow());
        double low = Math.min(
                Arrays.stream(a).min().orElseThrow(), Arrays.stream(b).min().orElseThrow());
        if (high == low) {
            return Double.NaN;
        }
        Window window = new Window(rows, columns);
        double[] meanA = window.mean(a, null);
        double[] meanB = window.mean(b, null);
        double[] squaresA = window.mean(a, a);
        double[] squaresB = window.mean(b, b);
        double[] products = window.mean(a, b);
        double c1 = square(0.01 * (high - low));
        double c2 = square(0.03 * (high - low));
        double sum = 0;
        for (int p = 0; p < meanA.length; p++) {
            double means = meanA[p] * meanB[p];
            double level = square(meanA[p]) + square(meanB[p]);
            double spread = squaresA[p] + squaresB[p] - level;
            sum += (2 * means + c1) * (2 * (products[p] - means) + c2) / ((level + c1) * (spread + c2));
        }
        return sum / meanA.length;
    }

    private static double square(double value) {
        return value * value;
    }

    /** Weighted means over all places of the window, by rows, then by columns. */
    private static final class Window {
        private final int rows;
        private final int columns;
        private final double[] weights = new double[WINDOW];

        private Window(int rows, int columns) {
            this.rows = rows;
            this.columns = columns;
            for (int i = 0; i < WINDOW; i++) {
                weights[i] = Math.exp(-square(i - WINDOW / 2) / (2 * SIGMA * SIGMA));
            }
            double sum = Arrays.stream(weights).sum();
            Arrays.setAll(weights, i -> weights[i] / sum);
        }

        /** Means of {@code a}, or of the products of {@code a} and {@code factor}. */
        private double[] mean(double[] a, double @Nullable [] factor) {
            int width = columns - WINDOW + 1;
            double[] lines = new double[rows * width];
            for (int r = 0; r < rows; r++) {
                for (int c = 0; c < width; c++) {
                    double sum = 0;
                    for (int k = 0; k < WINDOW; k++) {
                        int p = r * columns + c + k;
                        sum += weights[k] * (factor == null ? a[p] : a[p] * factor[p]);
                    }
                    lines[r * width + c] = sum;
                }
            }
            double[] means = new double[(rows - WINDOW + 1) * width];
            for (int p = 0; p < means.length; p++) {
                for (int k = 0; k < WINDOW; k++) {
                    means[p] += weights[k] * lines[p + k * width];
                }
            }
            return means;
        }
    }
}
