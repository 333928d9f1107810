package io.github.otnn.xai.metric;

import io.github.otnn.core.Differentiable;
import io.github.otnn.xai.Progress;
import io.github.otnn.xai.Score;
import io.github.otnn.xai.attribution.Attribution;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A metric of a method: it may ask the method for maps of other inputs than those given, as stability does. Every
 * {@link Metric} is one too.
 *
 * <p>Implementations carry their settings, are immutable, and as thread-safe as the function and the method.
 */
public interface MethodMetric {
    /**
     * Measures a method.
     *
     * @param inputs {@code [samples, ...]}, finite. Not modified.
     * @param attribution makes the maps
     * @param progress told shares of the work done; stops the computation by throwing
     * @throws io.github.otnn.core.ShapeMismatchException if the function cannot take this shape
     * @throws IllegalArgumentException if a value is NaN or infinite, or the score does not fit the function
     */
    MetricResult evaluate(
            Differentiable function, INDArray inputs, Attribution attribution, Score score, Progress progress);

    /** Measures a method, with nobody to be told how far it is. */
    default MetricResult evaluate(Differentiable function, INDArray inputs, Attribution attribution, Score score) {
        return evaluate(function, inputs, attribution, score, Progress.none());
    }

    /** Name and settings in one line, for reports. */
    String describe();
}
