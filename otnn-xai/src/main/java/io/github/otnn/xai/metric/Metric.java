package io.github.otnn.xai.metric;

import io.github.otnn.core.Differentiable;
import io.github.otnn.xai.Progress;
import io.github.otnn.xai.Score;
import io.github.otnn.xai.attribution.Attribution;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A metric of maps, whatever made them.
 *
 * <p>Maps have a value for each pixel: {@code [samples, height, width]} for images {@code [samples, height, width, channels]}, the
 * inputs' shape for tables and series. Channels are reduced before, so that ties and orders do not depend on a layout.
 * Implementations carry their settings, among them the seed of whatever is drawn, and a batch size that bounds memory and does
 * not change results. They are immutable and as thread-safe as the function.
 */
public interface Metric extends MethodMetric {
    /**
     * Measures maps.
     *
     * @param inputs {@code [samples, ...]}, finite. Not modified.
     * @param maps of the inputs, finite. Not modified.
     * @param score that the maps explain
     * @param progress told the points evaluated so far; stops the computation by throwing
     * @throws io.github.otnn.core.ShapeMismatchException if maps and inputs do not go together, or the function cannot take the
     *     inputs
     * @throws IllegalArgumentException if a value is NaN or infinite, or the score does not fit the function
     */
    MetricResult evaluate(Differentiable function, INDArray inputs, INDArray maps, Score score, Progress progress);

    /** Measures maps, with nobody to be told how far it is. */
    default MetricResult evaluate(Differentiable function, INDArray inputs, INDArray maps, Score score) {
        return evaluate(function, inputs, maps, score, Progress.none());
    }

    /** Makes the maps, then measures them: the result of the maps given, its line of settings naming the method. */
    @Override
    default MetricResult evaluate(
            Differentiable function, INDArray inputs, Attribution attribution, Score score, Progress progress) {
        Phases phases = new Phases(2, progress);
        CountedFunction counted = CountedFunction.of(function);
        INDArray maps = attribution.explain(counted.function(), inputs, score, phases.next());
        return evaluate(function, inputs, maps, score, phases.next())
                .ofMaps(attribution.describe(), counted.evaluations());
    }
}
