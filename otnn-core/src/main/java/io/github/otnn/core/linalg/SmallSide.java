package io.github.otnn.core.linalg;

import io.github.otnn.core.tensor.Products;
import io.github.otnn.core.tensor.RepeatedCall;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Products between a big matrix and square ones of its small side. Formulas are written for wide matrices; a tall one
 * stands for its transpose, without ever being transposed in memory.
 */
record SmallSide(long rows, long columns) {
    private boolean wide() {
        return rows <= columns;
    }

    /** Side of the square matrices. */
    long length() {
        return Math.min(rows, columns);
    }

    /** gram = W WT. */
    void gram(RepeatedCall call, INDArray w, INDArray gram) {
        cross(call, w, w, gram);
    }

    /** product = E WT. */
    void cross(RepeatedCall call, INDArray e, INDArray w, INDArray product) {
        if (wide()) {
            Products.product(call, e, false, w, true, 1, 0, product);
        } else {
            Products.product(call, e, true, w, false, 1, 0, product);
        }
    }

    /** result = op(small) W. */
    void apply(RepeatedCall call, INDArray small, boolean transpose, INDArray w, INDArray result) {
        apply(call, small, transpose, w, 1, 0, result);
    }

    /** result = factor op(small) W + keep result. */
    void apply(
            RepeatedCall call,
            INDArray small,
            boolean transpose,
            INDArray w,
            double factor,
            double keep,
            INDArray result) {
        if (wide()) {
            Products.product(call, small, transpose, w, false, factor, keep, result);
        } else {
            Products.product(call, w, false, small, !transpose, factor, keep, result);
        }
    }
}
