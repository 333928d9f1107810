package io.github.otnn.core;

import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * One evaluation of a {@link Differentiable}: its output, and the way back to its input.
 *
 * <p>A pass belongs to one thread. {@link #close()} returns its working memory; arrays that were handed out stay valid.
 */
public interface Pass extends AutoCloseable {
    /** Output {@code [batch, outputs]}; it belongs to the caller. */
    INDArray output();

    /**
     * Vector-Jacobian product with respect to the input: for each sample, the gradient of
     * {@code sum_k cotangent_k y_k}. May be called several times.
     *
     * @param cotangent shape of the output. Not modified.
     * @return shape of the input; it belongs to the caller
     * @throws ShapeMismatchException if the cotangent has another shape than the output
     * @throws IllegalStateException after {@link #close()}
     */
    INDArray inputGradient(INDArray cotangent);

    @Override
    default void close() {}
}
