package io.github.otnn.core.tensor;

import java.lang.ref.Reference;
import java.nio.FloatBuffer;
import java.util.Arrays;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Sorts the rows of a dense array, its stretches along the last axis, in ascending order, ties in their old order, and sends a cotangent back through the same
 * permutation. Values are only moved: the result is exact. The order is that of {@link Float#compare}: -0 comes before 0.
 *
 * <p>Memory is read and written many rows at a time, so that short rows cost no more than long ones.
 */
public final class RowSort {
    /** Rows of so few values are sorted by exchanges of neighbours that need no branch. */
    private static final int FEW = 8;

    /** From so many values on, four passes over the bytes of the keys beat comparisons: 1.7 instead of 3.3 us for 128. */
    private static final int MANY = 48;

    private RowSort() {}

    /**
     * Sorts each row.
     *
     * @param x {@code [..., length]}
     * @param y same shape. Modified.
     * @param order same shape: column that each sorted value came from. Modified.
     */
    public static void forward(INDArray x, INDArray y, INDArray order) {
        if (x.dataType() == DataType.DOUBLE) {
            doubles(x, y, order);
        } else {
            floats(x, y, order);
        }
    }

    /** dx[order[j]] = dy[j] in each row. */
    public static void backward(INDArray order, INDArray dy, INDArray dx) {
        int length = Math.toIntExact(order.size(-1));
        int total = Math.toIntExact(order.length());
        int block = Stretch.wholeRows(length, total);
        Stretch orders = Stretch.of(order);
        Stretch in = Stretch.of(dy);
        Stretch out = Stretch.of(dx);
        double[] columns = new double[block];
        double[] values = new double[block];
        double[] back = new double[block];
        for (int start = 0; start < total; start += block) {
            int count = Math.min(block, total - start);
            orders.read(start, columns, count);
            in.read(start, values, count);
            for (int row = 0; row < count; row += length) {
                for (int j = row; j < row + length; j++) {
                    back[row + (int) columns[j]] = values[j];
                }
            }
            out.write(start, back, count);
        }
    }

    private static void floats(INDArray x, INDArray y, INDArray order) {
        int length = Math.toIntExact(x.size(-1));
        int total = Math.toIntExact(x.length());
        int block = Stretch.wholeRows(length, total);
        FloatBuffer in = Tensors.floats(x);
        FloatBuffer out = Tensors.floats(y);
        FloatBuffer orders = Tensors.floats(order);
        float[] values = new float[block];
        float[] columns = new float[block];
        KeySort keys = new KeySort(length);
        for (int start = 0; start < total; start += block) {
            int count = Math.min(block, total - start);
            in.get(start, values, 0, count);
            for (int row = 0; row < count; row += length) {
                sort(values, columns, row, keys);
            }
            out.put(start, values, 0, count);
            orders.put(start, columns, 0, count);
        }
        Reference.reachabilityFence(x);
        Reference.reachabilityFence(y);
        Reference.reachabilityFence(order);
    }

    /** Sorts one row in place; a key is the value, then its column. */
    private static void sort(float[] values, float[] columns, int row, KeySort sort) {
        long[] keys = sort.keys;
        for (int j = 0; j < keys.length; j++) {
            keys[j] = ((long) ascendingBits(values[row + j]) << 32) | j;
        }
        sort.run();
        for (int j = 0; j < keys.length; j++) {
            columns[row + j] = (int) keys[j];
            values[row + j] = Float.intBitsToFloat(ascending((int) (keys[j] >> 32)));
        }
    }

    /** Integer with the order of the floats. */
    private static int ascendingBits(float value) {
        return ascending(Float.floatToRawIntBits(value));
    }

    /** Turns the order of the negative numbers round; its own inverse. */
    private static int ascending(int bits) {
        return bits ^ ((bits >> 31) & 0x7fffffff);
    }

    /** Sorts keys that hold an integer in their upper half and, ascending, their place in the lower one. */
    private static final class KeySort {
        private static final int BYTE = 256;
        private final long[] keys;
        private final long[] spare;
        private final int[] starts = new int[BYTE + 1];

        KeySort(int length) {
            keys = new long[length];
            spare = new long[length];
        }

        void run() {
            if (keys.length <= FEW) {
                exchange();
            } else if (keys.length < MANY) {
                Arrays.sort(keys);
            } else {
                distribute(32, 0, keys, spare);
                distribute(40, 0, spare, keys);
                distribute(48, 0, keys, spare);
                // the byte with the sign: negative numbers come first
                distribute(56, BYTE / 2, spare, keys);
            }
        }

        /** Odd-even transposition: after as many rounds as there are keys they are in order. */
        private void exchange() {
            for (int round = 0; round < keys.length; round++) {
                for (int j = round & 1; j + 1 < keys.length; j += 2) {
                    long low = Math.min(keys[j], keys[j + 1]);
                    keys[j + 1] = Math.max(keys[j], keys[j + 1]);
                    keys[j] = low;
                }
            }
        }

        /** Puts keys in the order of one byte, and equal ones in their old order. */
        private void distribute(int shift, int sign, long[] from, long[] to) {
            Arrays.fill(starts, 0);
            for (long key : from) {
                starts[((int) (key >>> shift) & (BYTE - 1) ^ sign) + 1]++;
            }
            for (int i = 0; i < BYTE; i++) {
                starts[i + 1] += starts[i];
            }
            for (long key : from) {
                to[starts[(int) (key >>> shift) & (BYTE - 1) ^ sign]++] = key;
            }
        }
    }

    private static void doubles(INDArray x, INDArray y, INDArray order) {
        int length = Math.toIntExact(x.size(-1));
        int total = Math.toIntExact(x.length());
        Stretch in = Stretch.of(x);
        Stretch out = Stretch.of(y);
        Stretch orders = Stretch.of(order);
        double[] values = new double[length];
        double[] sorted = new double[length];
        double[] columns = new double[length];
        int[] taken = new int[length];
        for (int start = 0; start < total; start += length) {
            in.read(start, values, length);
            System.arraycopy(values, 0, sorted, 0, length);
            Arrays.sort(sorted);
            Arrays.fill(taken, 0);
            for (int j = 0; j < length; j++) {
                int first = firstPlace(sorted, values[j]);
                columns[first + taken[first]++] = j;
            }
            out.write(start, sorted, length);
            orders.write(start, columns, length);
        }
    }

    /** First place of a value that the sorted array holds. */
    private static int firstPlace(double[] sorted, double value) {
        int low = 0;
        int high = sorted.length - 1;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (Double.compare(sorted[middle], value) < 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
