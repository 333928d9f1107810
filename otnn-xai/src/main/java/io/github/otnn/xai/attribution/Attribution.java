package io.github.otnn.xai.attribution;

import io.github.otnn.core.Differentiable;
import io.github.otnn.xai.Progress;
import io.github.otnn.xai.Score;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A method that gives each input value its share in a score.
 *
 * <p>Implementations carry their settings, among them the seed of whatever is drawn, and a batch size that bounds memory and does
 * not change the maps. They are immutable and as thread-safe as the function that they explain.
 */
public interface Attribution {
    /**
     * Maps of all samples.
     *
     * @param input {@code [samples, ...]}, finite. Not modified.
     * @param progress told the points evaluated so far; stops the computation by throwing
     * @return images {@code [samples, height, width, channels]} give {@code [samples, height, width]}, unless channels are
     *     kept; tables and series keep their shape. FLOAT where the gradient is, or, if more than one point is evaluated for a
     *     sample, where the input is; else DOUBLE. It belongs to the caller.
     * @throws io.github.otnn.core.ShapeMismatchException if the function cannot take this shape
     * @throws IllegalArgumentException if a value is NaN or infinite, or the score does not fit the function
     */
    INDArray explain(Differentiable function, INDArray input, Score score, Progress progress);

    /** Maps of all samples, with nobody to be told how far they are. */
    default INDArray explain(Differentiable function, INDArray input, Score score) {
        return explain(function, input, score, Progress.none());
    }

    /** Name and settings in one line, for reports. */
    String describe();
}
