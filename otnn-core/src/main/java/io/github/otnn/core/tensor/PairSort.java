package io.github.otnn.core.tensor;

import java.lang.ref.Reference;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Sorts adjacent pairs of a dense array, and sends a cotangent back through the same exchanges.
 *
 * <p>One sweep in blocks that stay in the processor's cache: the values are only moved, so the result is exact.
 */
public final class PairSort {
    private static final int BLOCK = 4096;

    private PairSort() {}

    /** y = x with each pair (2j, 2j+1) in ascending order. */
    public static void forward(INDArray x, INDArray y) {
        if (x.dataType() == DataType.DOUBLE) {
            doubles(x, x, y);
        } else {
            floats(x, x, y);
        }
    }

    /** dx = dy with the pairs exchanged where x was not in ascending order. */
    public static void backward(INDArray x, INDArray dy, INDArray dx) {
        if (x.dataType() == DataType.DOUBLE) {
            doubles(x, dy, dx);
        } else {
            floats(x, dy, dx);
        }
    }

    /** result = values, with the pairs exchanged in which keys descend. */
    private static void floats(INDArray keys, INDArray values, INDArray result) {
        FloatBuffer keyBuffer = Tensors.floats(keys);
        FloatBuffer valueBuffer = Tensors.floats(values);
        FloatBuffer resultBuffer = Tensors.floats(result);
        boolean same = keys == values;
        float[] key = new float[BLOCK];
        float[] value = same ? key : new float[BLOCK];
        float[] out = new float[BLOCK];
        int length = keyBuffer.limit();
        for (int start = 0; start < length; start += BLOCK) {
            int count = Math.min(BLOCK, length - start);
            keyBuffer.get(start, key, 0, count);
            if (!same) {
                valueBuffer.get(start, value, 0, count);
            }
            exchange(key, value, out, count);
            resultBuffer.put(start, out, 0, count);
        }
        fence(keys, values, result);
    }

    private static void exchange(float[] key, float[] value, float[] out, int count) {
        for (int i = 0; i < count; i += 2) {
            // No branch: which of two activations is larger is a coin toss to the processor.
            // Adding 0 turns the difference -0 of equal values into 0, so that ties stay.
            int swap = Float.floatToRawIntBits(key[i + 1] - key[i] + 0f) >> 31;
            int first = Float.floatToRawIntBits(value[i]);
            int second = Float.floatToRawIntBits(value[i + 1]);
            int change = (first ^ second) & swap;
            out[i] = Float.intBitsToFloat(first ^ change);
            out[i + 1] = Float.intBitsToFloat(second ^ change);
        }
    }

    private static void doubles(INDArray keys, INDArray values, INDArray result) {
        DoubleBuffer key = Tensors.doubles(keys);
        DoubleBuffer value = Tensors.doubles(values);
        DoubleBuffer out = Tensors.doubles(result);
        for (int i = 0; i < key.limit(); i += 2) {
            boolean swap = key.get(i) > key.get(i + 1);
            double first = value.get(i);
            double second = value.get(i + 1);
            out.put(i, swap ? second : first);
            out.put(i + 1, swap ? first : second);
        }
        fence(keys, values, result);
    }

    private static void fence(INDArray keys, INDArray values, INDArray result) {
        Reference.reachabilityFence(keys);
        Reference.reachabilityFence(values);
        Reference.reachabilityFence(result);
    }
}
