package io.github.otnn.core.train;

import io.github.otnn.core.ShapeMismatchException;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What training minimises: a value and its gradient with respect to the logits, in one call.
 *
 * <p>Settings are immutable. A loss with learnable scalars, such as a margin, lists them; the trainer moves them after each
 * step. A loss without them is thread-safe.
 */
public interface Loss {
    /**
     * Value and gradient of the mean over a batch; sums are accumulated in float64.
     *
     * @param logits {@code [batch, outputs]}, raw, finite. Not modified.
     * @param labels {@code [batch, k]}, in the conventions of {@link io.github.otnn.core.data.LabelledData}. Not modified.
     * @throws ShapeMismatchException if the shapes do not belong together
     * @throws IllegalArgumentException if the batch is empty, a logit is not finite or a label is outside the classes
     */
    LossResult evaluate(INDArray logits, INDArray labels);

    /** One line for reports: name and settings. */
    String describe();

    /** Scalars that the trainer moves together with the weights; none unless told. */
    default List<LearnableScalar> scalars() {
        return List.of();
    }

    /**
     * The loss of one epoch of training: itself, unless its settings follow a schedule. Equal epochs give losses of equal
     * settings, and all epochs share the learnable scalars.
     *
     * @param epoch from 0
     */
    default Loss atEpoch(int epoch) {
        return this;
    }
}
