package io.github.otnn.core.network;

import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The projection of one weight: called once after each optimiser step, its pullback at most once before the next. Keeps
 * what the pullback needs; belongs to the network's training thread.
 */
public interface Projection {
    /**
     * Computes the effective weight.
     *
     * @param raw array that the optimiser moves. Modified only by parametrizations that re-base it on the effective
     *     weight, which leaves the function as it is.
     * @param effective same shape. Modified.
     * @throws IllegalArgumentException if raw holds NaN or infinite values
     */
    void project(INDArray raw, INDArray effective);

    /**
     * Gradient with respect to the raw weight, at the last projection.
     *
     * @param effectiveGradient gradient with respect to the effective weight. Not modified.
     * @param rawGradient same shape. Modified.
     */
    void pullback(INDArray raw, INDArray effectiveGradient, INDArray rawGradient);
}
