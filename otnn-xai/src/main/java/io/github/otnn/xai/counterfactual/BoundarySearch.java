package io.github.otnn.xai.counterfactual;

import io.github.otnn.core.Differentiable;
import io.github.otnn.xai.Score;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A way to the place where a score is 0. Implementations are immutable and as thread-safe as the function; their batch size
 * bounds memory and does not change points.
 */
public interface BoundarySearch {
    /**
     * Searches from every sample.
     *
     * @param input {@code [samples, ...]}, finite, inside the limits if there are any. Not modified.
     * @throws io.github.otnn.core.ShapeMismatchException if the function cannot take this shape
     * @throws IllegalArgumentException if a value is NaN or infinite, lies outside the limits, or the score does not fit
     */
    BoundaryPoints explain(Differentiable function, INDArray input, Score score);

    /** Settings in one line, for reports. */
    String describe();
}
