package io.github.otnn.xai.metric;

import io.github.otnn.core.Differentiable;
import io.github.otnn.xai.Progress;
import io.github.otnn.xai.Score;
import io.github.otnn.xai.attribution.Attribution;
import io.github.otnn.xai.attribution.NoiseSource;
import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Largest change of a map around a sample.
 *
 * <pre>
 * RELATIVE_TO_MAP   max over u of |map(x + u) - map(x)|_2 / |map(x)|_2
 * PER_DISTANCE      max over u of |map(x + u) - map(x)|_1 / (|u|_2 + 1e-10)
 * </pre>
 *
 * The first is Captum's sensitivity_max, the second Quantus' local Lipschitz estimate. Lower is better. A map of zeros has no
 * relative change: the value is NaN. A largest draw, not a bound. Costs the method {@code neighbours + 1} times.
 *
 * @param measure which of the two
 * @param noise from samples to neighbours
 * @param neighbours of each sample, at least 1
 * @see <a href="https://arxiv.org/abs/1901.09392">Yeh, Hsieh, Suggala, Inouye, Ravikumar 2019</a>
 * @see <a href="https://arxiv.org/abs/1806.08049">Alvarez-Melis, Jaakkola 2018</a>
 */
public record SensitivityMax(Measure measure, NoiseSource noise, int neighbours) implements MethodMetric {
    /** What a change is compared with. */
    public enum Measure {
        /** The norm of the map. */
        RELATIVE_TO_MAP,
        /** The distance of the neighbour. */
        PER_DISTANCE
    }

    /** Checks the settings. */
    public SensitivityMax {
        Neighbours.requireCount("SensitivityMax", neighbours);
    }

    /** Captum's defaults: 10 neighbours in a symmetric box of 0.02. */
    public static SensitivityMax withDefaults(long seed) {
        return new SensitivityMax(Measure.RELATIVE_TO_MAP, NoiseModel.BOX_SYMMETRIC.source(0.02, seed), 10);
    }

    /** Quantus' defaults: 200 neighbours with normal noise of standard deviation 0.1. */
    public static SensitivityMax localLipschitz(long seed) {
        return new SensitivityMax(Measure.PER_DISTANCE, NoiseModel.GAUSSIAN.source(0.1, seed), 200);
    }

    @Override
    public MetricResult evaluate(
            Differentiable function, INDArray inputs, Attribution attribution, Score score, Progress progress) {
        CountedFunction counted = CountedFunction.of(function);
        Neighbours around = new Neighbours(counted, inputs, attribution, score, noise, neighbours, progress);
        double[] values = new double[around.maps().samples()];
        boolean[] all = new boolean[values.length];
        Arrays.fill(all, true);
        around.forEach(
                moved -> all,
                (sample, map, moved, step) -> values[sample] = Math.max(values[sample], change(map, moved, step)));
        boolean relative = measure == Measure.RELATIVE_TO_MAP;
        MetricResult.Metadata about = new MetricResult.Metadata(
                relative ? "sensitivity max" : "local Lipschitz estimate",
                relative ? "share of the map's norm" : "map units per input unit",
                Direction.LOWER,
                describe() + ", score " + score.describe());
        return MetricResult.of(about, values, 0, 0, 0, 0, around.maps().constant())
                .ofMaps(attribution.describe(), counted.evaluations());
    }

    private double change(double[] map, double[] moved, double[] step) {
        double squares = 0;
        double sizes = 0;
        double mapSquares = 0;
        for (int p = 0; p < map.length; p++) {
            double difference = moved[p] - map[p];
            squares += difference * difference;
            sizes += Math.abs(difference);
            mapSquares += map[p] * map[p];
        }
        if (measure == Measure.RELATIVE_TO_MAP) {
            return mapSquares == 0 ? Double.NaN : Math.sqrt(squares / mapSquares);
        }
        double stepSquares = 0;
        for (double value : step) {
            stepSquares += value * value;
        }
        return sizes / (Math.sqrt(stepSquares) + 1e-10);
    }

    @Override
    public String describe() {
        return measure + ", " + neighbours + " neighbours, " + noise.describe();
    }
}
