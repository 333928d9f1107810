package io.github.otnn.core.tensor;

import java.lang.ref.Reference;
import java.nio.DoubleBuffer;
import java.nio.IntBuffer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Whether a dense array holds neither NaN nor infinity; asked of every input, so that a sum by ND4J (60 us) is too slow. */
final class FiniteValues {
    private static final int BLOCK = 2048;

    private FiniteValues() {}

    static boolean only(INDArray dense) {
        boolean finite =
                dense.dataType() == DataType.DOUBLE ? only(Tensors.doubles(dense)) : only(Tensors.integers(dense));
        Reference.reachabilityFence(dense);
        return finite;
    }

    /** Finite floats are those whose bits without the sign are below those of infinity. */
    private static boolean only(IntBuffer bits) {
        int[] block = new int[Math.min(BLOCK, bits.limit())];
        int largest = 0;
        for (int start = 0; start < bits.limit(); start += BLOCK) {
            int count = Math.min(BLOCK, bits.limit() - start);
            bits.get(start, block, 0, count);
            for (int i = 0; i < count; i++) {
                largest = Math.max(largest, block[i] & Integer.MAX_VALUE);
            }
        }
        return largest < Float.floatToRawIntBits(Float.POSITIVE_INFINITY);
    }

    private static boolean only(DoubleBuffer values) {
        for (int i = 0; i < values.limit(); i++) {
            if (!Double.isFinite(values.get(i))) {
                return false;
            }
        }
        return true;
    }
}
