package io.github.otnn.xai.metric;

import io.github.otnn.core.Differentiable;
import io.github.otnn.core.ShapeMismatchException;
import io.github.otnn.xai.Progress;
import io.github.otnn.xai.Score;
import io.github.otnn.xai.attribution.Attribution;
import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * How far the maps of two methods, or of two functions, are apart, sample by sample. Lower means that they agree.
 *
 * <p>Both need the same reduction of channels: a signed mean and a largest size differ even where gradients are equal. Where a
 * correlation has no definition it is 0, the distance 1, and the sample is counted as undefined.
 *
 * @param distance of two maps
 * @param normalization of each map before
 */
public record ExplanationDistance(MapDistance distance, MapNormalization normalization) {
    /**
     * Compares maps.
     *
     * @param first {@code [samples, height, width]} or {@code [samples, features]}, finite. Not modified.
     * @param second the same shape. Not modified.
     * @throws ShapeMismatchException if shapes differ
     */
    public MetricResult between(INDArray first, INDArray second) {
        if (!Arrays.equals(first.shape(), second.shape())) {
            throw new ShapeMismatchException(
                    "second maps", Arrays.toString(first.shape()), Arrays.toString(second.shape()));
        }
        GivenMaps a = GivenMaps.of(first);
        GivenMaps b = GivenMaps.of(second);
        double[] values = new double[a.samples()];
        int undefined = 0;
        for (int i = 0; i < values.length; i++) {
            double value = of(a.of(i), b.of(i), a);
            undefined += Double.isNaN(value) ? 1 : 0;
            values[i] = Double.isNaN(value) ? 1 : value;
        }
        MetricResult.Metadata about =
                new MetricResult.Metadata("explanation distance", distance.unit(), Direction.LOWER, describe());
        return MetricResult.of(about, values, 0, 0, undefined, 0, Math.max(a.constant(), b.constant()));
    }

    /**
     * Compares two methods on one function.
     *
     * @param inputs {@code [samples, ...]}, finite. Not modified.
     */
    public MetricResult between(
            Differentiable function,
            INDArray inputs,
            Attribution first,
            Attribution second,
            Score score,
            Progress progress) {
        CountedFunction counted = CountedFunction.of(function);
        Phases phases = new Phases(2, progress);
        INDArray a = first.explain(counted.function(), inputs, score, phases.next());
        INDArray b = second.explain(counted.function(), inputs, score, phases.next());
        return between(a, b).ofMaps(first.describe() + " against " + second.describe(), counted.evaluations());
    }

    /** NaN where the distance has no definition. */
    double of(double[] a, double[] b, GivenMaps like) {
        return distance.between(normalization.apply(a), normalization.apply(b), like.grid());
    }

    /** Distance and normalisation in one line, for reports. */
    public String describe() {
        return "distance " + distance.unit() + ", maps scaled " + normalization;
    }
}
