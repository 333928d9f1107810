package io.github.otnn.xai.metric;

import io.github.otnn.core.Differentiable;
import io.github.otnn.xai.Progress;
import io.github.otnn.xai.Score;
import io.github.otnn.xai.ScoredFunction;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A metric that looks at the maps alone: how simple they are, or where they point. */
public interface MapMetric extends Metric {
    /**
     * Measures maps.
     *
     * @param maps {@code [samples, height, width]}, or {@code [samples, features]}; finite. Not modified.
     * @throws IllegalArgumentException if there is no map, or a value is NaN or infinite
     */
    MetricResult evaluate(INDArray maps);

    /** Measures maps; the function and the score are not looked at. */
    @Override
    default MetricResult evaluate(
            Differentiable function, INDArray inputs, INDArray maps, Score score, Progress progress) {
        GivenMaps.requireFit(ScoredFunction.requireInput(inputs).shape(), maps);
        MetricResult result = evaluate(maps);
        progress.advance(1, 1);
        return result;
    }
}
