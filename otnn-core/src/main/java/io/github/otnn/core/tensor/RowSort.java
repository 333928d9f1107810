package io.github.otnn.core.tensor;

import java.lang.ref.Reference;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Sorts the rows of a dense matrix in ascending order, ties in their old order, and sends a cotangent back through the same
 * permutation. Values are only moved: the result is exact. The order is that of {@link Float#compare}: -0 comes before 0.
 */
public final class RowSort {
    private RowSort() {}

    /**
     * Sorts each row.
     *
     * @param x {@code [rows, length]}
     * @param y same shape. Modified.
     * @param order same shape: column that each sorted value came from. Modified.
     */
    public static void forward(INDArray x, INDArray y, INDArray order) {
        if (x.dataType() == DataType.DOUBLE) {
            doubles(x, y, order);
        } else {
            floats(x, y, order);
        }
        Reference.reachabilityFence(x);
        Reference.reachabilityFence(y);
        Reference.reachabilityFence(order);
    }

    /** dx[order[j]] = dy[j] in each row. */
    public static void backward(INDArray order, INDArray dy, INDArray dx) {
        int rows = Math.toIntExact(order.size(0));
        int length = Math.toIntExact(order.size(1));
        if (order.dataType() == DataType.DOUBLE) {
            double[] from = Tensors.toDoubles(order);
            double[] back = new double[length * rows];
            double[] values = Tensors.toDoubles(dy);
            for (int i = 0; i < back.length; i++) {
                back[i / length * length + (int) from[i]] = values[i];
            }
            Tensors.write(back, dx);
            return;
        }
        FloatBuffer orders = Tensors.floats(order);
        FloatBuffer in = Tensors.floats(dy);
        FloatBuffer out = Tensors.floats(dx);
        float[] columns = new float[length];
        float[] values = new float[length];
        float[] back = new float[length];
        for (int row = 0; row < rows; row++) {
            orders.get(row * length, columns);
            in.get(row * length, values);
            for (int j = 0; j < length; j++) {
                back[(int) columns[j]] = values[j];
            }
            out.put(row * length, back);
        }
        Reference.reachabilityFence(order);
        Reference.reachabilityFence(dy);
        Reference.reachabilityFence(dx);
    }

    private static void floats(INDArray x, INDArray y, INDArray order) {
        int rows = Math.toIntExact(x.size(0));
        int length = Math.toIntExact(x.size(1));
        FloatBuffer in = Tensors.floats(x);
        FloatBuffer out = Tensors.floats(y);
        FloatBuffer orders = Tensors.floats(order);
        float[] values = new float[length];
        float[] columns = new float[length];
        long[] keys = new long[length];
        for (int row = 0; row < rows; row++) {
            in.get(row * length, values);
            for (int j = 0; j < length; j++) {
                keys[j] = ((long) ascendingBits(values[j]) << 32) | j;
            }
            Arrays.sort(keys);
            for (int j = 0; j < length; j++) {
                columns[j] = (int) keys[j];
            }
            orders.put(row * length, columns);
            for (int j = 0; j < length; j++) {
                keys[j] = Float.floatToRawIntBits(values[(int) keys[j]]);
            }
            for (int j = 0; j < length; j++) {
                values[j] = Float.intBitsToFloat((int) keys[j]);
            }
            out.put(row * length, values);
        }
    }

    /** Integer with the order of the floats. */
    private static int ascendingBits(float value) {
        int bits = Float.floatToRawIntBits(value);
        return bits ^ ((bits >> 31) & 0x7fffffff);
    }

    private static void doubles(INDArray x, INDArray y, INDArray order) {
        int rows = Math.toIntExact(x.size(0));
        int length = Math.toIntExact(x.size(1));
        DoubleBuffer in = Tensors.doubles(x);
        DoubleBuffer out = Tensors.doubles(y);
        DoubleBuffer orders = Tensors.doubles(order);
        for (int row = 0; row < rows; row++) {
            int base = row * length;
            int[] sorted = IntStream.range(0, length)
                    .boxed()
                    .sorted(Comparator.comparingDouble(j -> in.get(base + j)))
                    .mapToInt(Integer::intValue)
                    .toArray();
            for (int j = 0; j < length; j++) {
                out.put(base + j, in.get(base + sorted[j]));
                orders.put(base + j, sorted[j]);
            }
        }
    }
}
