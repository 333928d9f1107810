package io.github.otnn.core.tensor;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A dense array in another shape, remembered as long as the same array comes again: making a view takes 20 us. Belongs to one
 * thread at a time; keeps the last array alive.
 */
public final class RememberedView {
    private @Nullable INDArray array;
    private @Nullable INDArray view;

    /** View of a dense array as a matrix whose columns are its last axis. */
    public INDArray asMatrix(INDArray dense) {
        long columns = dense.size(-1);
        return as(dense, dense.length() / columns, columns);
    }

    /** View of a dense array in this shape; the array itself if it has it. */
    public INDArray as(INDArray dense, long... shape) {
        INDArray last = view;
        if (last == null || dense != array || !Arrays.equals(last.shape(), shape)) {
            last = Arrays.equals(dense.shape(), shape) ? dense : dense.reshape('c', shape);
            array = dense;
            view = last;
        }
        return last;
    }
}
