package io.github.otnn.examples.evaluation;

import io.github.otnn.examples.twin.TwinTraining;
import io.github.otnn.xai.metric.MetricResult;
import java.util.Arrays;
import java.util.List;

/**
 * One number of the report.
 *
 * @param seed of the network
 * @param kind which of the twins
 * @param method that made the maps
 * @param measure what was measured
 * @param mean over the images
 * @param low lower end of the 95 % interval of the mean
 * @param high upper end
 * @param unit of the number
 * @param images it rests on
 * @param unusual images that need a second look, in words; mostly empty
 * @param settings of metric and method
 * @param curve mean score at each step of Deletion and Insertion; else empty
 */
record Cell(
        long seed,
        TwinTraining.Kind kind,
        Method method,
        Measure measure,
        double mean,
        double low,
        double high,
        String unit,
        int images,
        String unusual,
        String settings,
        List<Double> curve) {
    Cell {
        curve = List.copyOf(curve);
    }

    /** Number of a metric's result. */
    static Cell of(long seed, TwinTraining.Kind kind, Method method, Measure measure, MetricResult result) {
        return new Cell(
                seed,
                kind,
                method,
                measure,
                result.mean(),
                result.low(),
                result.high(),
                result.unit(),
                result.values().length,
                result.counts().describe(),
                result.parameters(),
                List.of());
    }

    /** The same number with its curve. */
    Cell withCurve(double[] points) {
        return new Cell(
                seed,
                kind,
                method,
                measure,
                mean,
                low,
                high,
                unit,
                images,
                unusual,
                settings,
                Arrays.stream(points).boxed().toList());
    }
}
