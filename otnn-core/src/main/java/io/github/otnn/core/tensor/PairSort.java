package io.github.otnn.core.tensor;

import java.lang.ref.Reference;
import java.nio.DoubleBuffer;
import java.nio.LongBuffer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Sorts adjacent pairs of a dense array, and sends a cotangent back through the same exchanges.
 *
 * <p>One sweep in blocks that stay in the processor's cache: the values are only moved, so the result is exact. The order is
 * that of {@link Float#compare}: -0 comes before 0.
 */
public final class PairSort {
    private static final int BLOCK = 2048;

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

    /** result = values, with the pairs exchanged in which keys descend; a pair of floats is one long. */
    private static void floats(INDArray keys, INDArray values, INDArray result) {
        LongBuffer keyBuffer = Tensors.floatPairs(keys);
        LongBuffer valueBuffer = Tensors.floatPairs(values);
        LongBuffer resultBuffer = Tensors.floatPairs(result);
        boolean same = keys == values;
        long[] key = new long[BLOCK];
        long[] value = same ? key : new long[BLOCK];
        int pairs = keyBuffer.limit();
        for (int start = 0; start < pairs; start += BLOCK) {
            int count = Math.min(BLOCK, pairs - start);
            keyBuffer.get(start, key, 0, count);
            if (!same) {
                valueBuffer.get(start, value, 0, count);
            }
            exchange(key, value, count);
            resultBuffer.put(start, value, 0, count);
        }
        fence(keys, values, result);
    }

    /** Exchanges the halves of a value where the halves of its key descend: no branch, since which is larger is a coin toss. */
    private static void exchange(long[] key, long[] value, int count) {
        for (int i = 0; i < count; i++) {
            long low = (key[i] << 32) >> 32;
            long high = key[i] >> 32;
            // integers in the order of the floats
            low ^= (low >> 63) & 0x7fffffffL;
            high ^= (high >> 63) & 0x7fffffffL;
            // memory order: on little-endian machines the first float is the low half
            long descends = (Tensors.FIRST_IS_LOW ? high - low : low - high) >> 63;
            long pair = value[i];
            long exchanged = (pair << 32) | (pair >>> 32);
            value[i] = pair ^ ((pair ^ exchanged) & descends);
        }
    }

    private static void doubles(INDArray keys, INDArray values, INDArray result) {
        DoubleBuffer key = Tensors.doubles(keys);
        DoubleBuffer value = Tensors.doubles(values);
        DoubleBuffer out = Tensors.doubles(result);
        for (int i = 0; i < key.limit(); i += 2) {
            boolean swap = Double.compare(key.get(i), key.get(i + 1)) > 0;
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
