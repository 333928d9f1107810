package io.github.otnn.core.tensor;

import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Multiplies the negative values of each column of a dense matrix by the column's slope.
 *
 * <pre>y = x where x &gt;= 0, a x elsewhere;   dx = dy or a dy,   da = sum of x dy over x &lt; 0</pre>
 */
public final class LeakySlopes {
    private LeakySlopes() {}

    /**
     * Bends each value.
     *
     * @param x {@code [rows, columns]}
     * @param slopes one a column. Not modified.
     * @param y same shape as x. Modified.
     */
    public static void forward(INDArray x, double[] slopes, INDArray y) {
        int columns = slopes.length;
        int total = Math.toIntExact(x.length());
        int block = Stretch.wholeRows(columns, total);
        Stretch in = Stretch.of(x);
        Stretch out = Stretch.of(y);
        double[] values = new double[block];
        for (int start = 0; start < total; start += block) {
            int count = Math.min(block, total - start);
            in.read(start, values, count);
            for (int row = 0; row < count; row += columns) {
                for (int j = 0; j < columns; j++) {
                    double value = values[row + j];
                    // one of the two is 0
                    values[row + j] = Stretch.masked(value, ~Stretch.below(value))
                            + slopes[j] * Stretch.masked(value, Stretch.below(value));
                }
            }
            out.write(start, values, count);
        }
    }

    /**
     * Cotangent of x, and what the slopes' gradient gains.
     *
     * @param dx shape of x, or null where it is not wanted. Modified.
     * @param slopeGradient one a column, added to. Modified.
     */
    public static void backward(
            INDArray x, double[] slopes, INDArray dy, @Nullable INDArray dx, double[] slopeGradient) {
        int columns = slopes.length;
        int total = Math.toIntExact(x.length());
        int block = Stretch.wholeRows(columns, total);
        Stretch in = Stretch.of(x);
        Stretch cotangents = Stretch.of(dy);
        @Nullable Stretch out = dx == null ? null : Stretch.of(dx);
        double[] values = new double[block];
        double[] back = new double[block];
        for (int start = 0; start < total; start += block) {
            int count = Math.min(block, total - start);
            in.read(start, values, count);
            cotangents.read(start, back, count);
            for (int row = 0; row < count; row += columns) {
                for (int j = 0; j < columns; j++) {
                    long below = Stretch.below(values[row + j]);
                    double negative = Stretch.masked(back[row + j], below);
                    slopeGradient[j] += values[row + j] * negative;
                    back[row + j] = Stretch.masked(back[row + j], ~below) + slopes[j] * negative;
                }
            }
            if (out != null) {
                out.write(start, back, count);
            }
        }
    }
}
