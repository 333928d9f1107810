package io.github.otnn.core.tensor;

import io.github.otnn.core.ShapeMismatchException;
import java.lang.ref.Reference;
import java.util.Arrays;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Copies of dense arrays, memory to memory. An assignment or duplicate by ND4J takes 10 us before it begins. */
public final class DenseCopy {
    private DenseCopy() {}

    /**
     * Copies all values.
     *
     * @param from dense
     * @param into dense, of the same length and type. Modified.
     * @throws IllegalArgumentException if length or type differ
     */
    public static void copy(INDArray from, INDArray into) {
        if (from.length() != into.length() || from.dataType() != into.dataType()) {
            throw new ShapeMismatchException("copy", describe(into), describe(from));
        }
        if (from.dataType() == DataType.DOUBLE) {
            Tensors.doubles(into).put(Tensors.doubles(from));
        } else {
            Tensors.floats(into).put(Tensors.floats(from));
        }
        Reference.reachabilityFence(from);
        Reference.reachabilityFence(into);
    }

    /** New array with the values of a dense one. */
    public static INDArray of(INDArray dense) {
        INDArray copy = Tensors.uninitialized(dense.dataType(), dense.shape());
        copy(dense, copy);
        return copy;
    }

    private static String describe(INDArray array) {
        return array.dataType() + " " + Arrays.toString(array.shape());
    }
}
