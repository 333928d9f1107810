package io.github.otnn.core.train;

import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Result of a loss on one batch. The arrays belong to the receiver.
 *
 * @param value the loss, to be minimised
 * @param gradient derivative of the value with respect to the logits, {@code [batch, outputs]}, type of the logits
 * @param perSample values whose mean is {@code value}; null where the loss is not a mean over samples
 * @param scalarGradients derivative with respect to each of {@link Loss#scalars()}, in their order
 */
public record LossResult(double value, INDArray gradient, double @Nullable [] perSample, double[] scalarGradients) {
    /** A result without learnable scalars. */
    public LossResult(double value, INDArray gradient, double @Nullable [] perSample) {
        this(value, gradient, perSample, new double[0]);
    }
}
