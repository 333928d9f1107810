package io.github.otnn.core.linalg;

import io.github.otnn.core.tensor.Products;
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
    void gram(INDArray w, INDArray gram) {
        cross(w, w, gram);
    }

    /** product = E WT. */
    void cross(INDArray e, INDArray w, INDArray product) {
        if (wide()) {
            Products.multiplyTransposedRight(e, w, product);
        } else {
            Products.multiplyTransposedLeft(e, w, product);
        }
    }

    /** result = op(small) W. */
    void apply(INDArray small, boolean transpose, INDArray w, INDArray result) {
        apply(small, transpose, w, 1, 0, result);
    }

    /** result = factor op(small) W + keep result. */
    void apply(INDArray small, boolean transpose, INDArray w, double factor, double keep, INDArray result) {
        if (wide()) {
            Products.product(small, transpose, w, false, factor, keep, result);
        } else {
            Products.product(w, false, small, !transpose, factor, keep, result);
        }
    }
}
