package io.github.otnn.core.tensor;

import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Positive and negative parts of each row of a dense matrix, side by side.
 *
 * <pre>y = (max(x, 0), max(-x, 0)),   dx = dy+ where x &gt; 0, -dy- where x &lt; 0, 0 where x = 0</pre>
 */
public final class SignParts {
    private SignParts() {}

    /**
     * Splits each row.
     *
     * @param x {@code [rows, columns]}
     * @param y {@code [rows, 2 columns]}. Modified.
     */
    public static void forward(INDArray x, INDArray y) {
        int columns = Math.toIntExact(x.size(1));
        int total = Math.toIntExact(x.length());
        int block = Stretch.wholeRows(columns, total);
        Stretch in = Stretch.of(x);
        Stretch out = Stretch.of(y);
        double[] values = new double[block];
        double[] parts = new double[2 * block];
        for (int start = 0; start < total; start += block) {
            int count = Math.min(block, total - start);
            in.read(start, values, count);
            for (int row = 0; row < count; row += columns) {
                for (int j = 0; j < columns; j++) {
                    double value = values[row + j];
                    // NaN is in one of the two; adding 0 makes -0 a 0
                    parts[2 * row + j] = Stretch.masked(value + 0.0, ~Stretch.below(value));
                    parts[2 * row + columns + j] = Stretch.masked(-value, Stretch.below(value));
                }
            }
            out.write(2 * start, parts, 2 * count);
        }
    }

    /** Cotangent of x from that of y. */
    public static void backward(INDArray x, INDArray dy, INDArray dx) {
        int columns = Math.toIntExact(x.size(1));
        int total = Math.toIntExact(x.length());
        int block = Stretch.wholeRows(columns, total);
        Stretch in = Stretch.of(x);
        Stretch cotangents = Stretch.of(dy);
        Stretch out = Stretch.of(dx);
        double[] values = new double[block];
        double[] parts = new double[2 * block];
        for (int start = 0; start < total; start += block) {
            int count = Math.min(block, total - start);
            in.read(start, values, count);
            cotangents.read(2 * start, parts, 2 * count);
            for (int row = 0; row < count; row += columns) {
                for (int j = 0; j < columns; j++) {
                    double value = values[row + j];
                    values[row + j] = Stretch.masked(parts[2 * row + j], Stretch.above(value))
                            - Stretch.masked(parts[2 * row + columns + j], Stretch.below(value));
                }
            }
            out.write(start, values, count);
        }
    }
}
