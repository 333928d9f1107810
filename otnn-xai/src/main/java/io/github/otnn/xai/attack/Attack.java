package io.github.otnn.xai.attack;

import io.github.otnn.core.Differentiable;
import io.github.otnn.xai.Progress;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A search, for each sample, for a near input that the function decides differently. L2 distance.
 *
 * <p>A function with one logit decides by its sign (1 above 0, else -1), one with several by the largest, the first among
 * equals. Searches follow differences of logits, never a softmax, whose gradient vanishes where a prediction is safe. What an
 * attack finds is an upper bound of the distance to the decision boundary: finding nothing proves nothing.
 *
 * <p>Each sample is searched on its own, with randomness from the seed and its index alone; samples that are done leave the
 * batch and others take their place. So batches bound memory and change nothing, except where the function itself rounds
 * differently in another batch. Implementations are immutable and as thread-safe as the function.
 */
public interface Attack {
    /**
     * Searches for all samples.
     *
     * @param inputs {@code [samples, ...]}, finite, inside the range if there is one. Not modified.
     * @param labels class that is to be left, one for each sample; with one logit: 1 for positive, -1 or 0 for negative. A sample
     *     that is not decided so is its own finding, at distance 0.
     * @param progress told after each batch how many samples are done
     * @throws io.github.otnn.core.ShapeMismatchException if the function cannot take this shape, or labels and samples differ in
     *     number
     * @throws IllegalArgumentException if a value is NaN or infinite, lies outside the range, or a label is not a class
     */
    AttackResult run(Differentiable function, INDArray inputs, int[] labels, Progress progress);

    /** Short name, for tables. */
    String name();

    /** Name and settings in one line, for reports. */
    String describe();
}
