package io.github.otnn.core.tensor;

import java.lang.ref.Reference;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Reads and writes stretches of a dense array as doubles, whatever its type: one kernel then serves both, computes in float64
 * and rounds once, when it writes. Widening is exact, so values that are only moved stay as they are.
 */
final class Stretch {
    /** Values at a time that stay in the processor's cache. */
    private static final int BLOCK = 4096;

    private final INDArray array;
    private final @Nullable FloatBuffer floats;
    private final @Nullable DoubleBuffer doubles;
    private float[] staging = new float[0];

    private Stretch(INDArray array) {
        this.array = array;
        boolean wide = array.dataType() == DataType.DOUBLE;
        floats = wide ? null : Tensors.floats(array);
        doubles = wide ? Tensors.doubles(array) : null;
    }

    static Stretch of(INDArray dense) {
        return new Stretch(dense);
    }

    /** Length of a block of whole rows, of {@code total} values at most. */
    static int wholeRows(int rowLength, int total) {
        return Math.min(total, Math.max(1, BLOCK / rowLength) * rowLength);
    }

    /** All bits set where the value is above 0, else none: signs are coin tosses, on which a branch would wait. */
    static long above(double value) {
        return Double.doubleToRawLongBits(0.0 - value) >> 63;
    }

    /** All bits set where the value is below 0, else none. */
    static long below(double value) {
        return Double.doubleToRawLongBits(value + 0.0) >> 63;
    }

    /** The value where the mask is set, else 0. */
    static double masked(double value, long mask) {
        return Double.longBitsToDouble(Double.doubleToRawLongBits(value) & mask);
    }

    /** Copies values {@code [start, start + count)} to the beginning of {@code into}. */
    void read(int start, double[] into, int count) {
        if (doubles != null) {
            doubles.get(start, into, 0, count);
        } else if (floats != null) {
            float[] narrow = staging(count);
            floats.get(start, narrow, 0, count);
            for (int i = 0; i < count; i++) {
                into[i] = narrow[i];
            }
        }
        Reference.reachabilityFence(array);
    }

    /** Copies the beginning of {@code from} to values {@code [start, start + count)}. */
    void write(int start, double[] from, int count) {
        if (doubles != null) {
            doubles.put(start, from, 0, count);
        } else if (floats != null) {
            float[] narrow = staging(count);
            for (int i = 0; i < count; i++) {
                narrow[i] = (float) from[i];
            }
            floats.put(start, narrow, 0, count);
        }
        Reference.reachabilityFence(array);
    }

    private float[] staging(int count) {
        if (staging.length < count) {
            staging = new float[count];
        }
        return staging;
    }
}
