package io.github.otnn.xai.metric;

import io.github.otnn.core.Differentiable;
import io.github.otnn.xai.Progress;
import io.github.otnn.xai.Score;
import io.github.otnn.xai.ScoredFunction;
import io.github.otnn.xai.attribution.Attribution;
import io.github.otnn.xai.attribution.NoiseSource;
import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Stability: how much a map changes when the sample moves a little. Lower is better.
 *
 * <pre>value = mean over neighbours u of distance(map(x + u), map(x))</pre>
 *
 * Unit: the distance's; print it with the noise, since radii of toolboxes are not comparable. The score's targets stay those of the
 * sample. Neighbours of another prediction can be left out; a sample without any left has the value NaN. Where a correlation has no
 * definition the distance is 1, and the sample is counted as undefined. Methods that draw noise draw the same for a sample and its
 * neighbours. Holds the maps and one moved copy of all inputs. Costs the method {@code neighbours + 1} times.
 *
 * @param noise from samples to neighbours, see {@link NoiseModel}
 * @param neighbours of each sample, at least 1
 * @param distance of two maps
 * @param choice which neighbours count
 * @param batchSize points whose prediction is computed at once; the method has its own batch size
 * @see <a href="https://arxiv.org/abs/2005.00631">Bhatt, Weller, Moura 2020</a>
 */
public record Stability(
        NoiseSource noise, int neighbours, ExplanationDistance distance, NeighbourChoice choice, int batchSize)
        implements MethodMetric {
    /** Checks the settings. */
    public Stability {
        Neighbours.requireCount("Stability", neighbours);
        ScoredFunction.requireBatchSize("Stability", batchSize);
    }

    /** 20 neighbours from a positive box of side 0.3, for inputs in [0, 1]; maps as they are, all neighbours. */
    public static Stability withDefaults(MapDistance distance, long seed, int batchSize) {
        return new Stability(
                NoiseModel.BOX_POSITIVE.source(0.3, seed),
                20,
                new ExplanationDistance(distance, MapNormalization.NONE),
                NeighbourChoice.ALL,
                batchSize);
    }

    @Override
    public MetricResult evaluate(
            Differentiable function, INDArray inputs, Attribution attribution, Score score, Progress progress) {
        CountedFunction counted = CountedFunction.of(function);
        Neighbours around = new Neighbours(counted, inputs, attribution, score, noise, neighbours, progress);
        double[] sums = new double[around.maps().samples()];
        int[] kept = new int[sums.length];
        boolean[] undefined = new boolean[sums.length];
        around.forEach(filter(counted.function(), around.inputs()), (sample, map, moved, step) -> {
            double value = distance.of(moved, map, around.maps());
            undefined[sample] |= Double.isNaN(value);
            sums[sample] += Double.isNaN(value) ? 1 : value;
            kept[sample]++;
        });
        Arrays.setAll(sums, i -> sums[i] / kept[i]);
        int undefinedCount = 0;
        for (boolean one : undefined) {
            undefinedCount += one ? 1 : 0;
        }
        MetricResult.Metadata about = new MetricResult.Metadata(
                "stability", distance.distance().unit(), Direction.LOWER, describe() + ", score " + score.describe());
        return MetricResult.of(
                        about, sums, 0, 0, undefinedCount, 0, around.maps().constant())
                .ofMaps(attribution.describe(), counted.evaluations());
    }

    private Neighbours.Filter filter(Differentiable function, INDArray inputs) {
        boolean[] all = new boolean[Math.toIntExact(inputs.size(0))];
        Arrays.fill(all, true);
        if (choice == NeighbourChoice.ALL) {
            return moved -> all;
        }
        int[] predicted = Predictions.of(function, inputs, batchSize);
        return moved -> {
            int[] now = Predictions.of(function, moved, batchSize);
            boolean[] same = new boolean[now.length];
            for (int i = 0; i < same.length; i++) {
                same[i] = now[i] == predicted[i];
            }
            return same;
        };
    }

    @Override
    public String describe() {
        return "stability, " + neighbours + " neighbours (" + choice + "), " + noise.describe() + ", "
                + distance.describe();
    }
}
