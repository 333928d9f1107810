package io.github.otnn.xai.metric;

import io.github.otnn.core.Differentiable;
import io.github.otnn.core.ShapeMismatchException;
import io.github.otnn.core.tensor.Tensors;
import io.github.otnn.xai.Progress;
import io.github.otnn.xai.Score;
import io.github.otnn.xai.ScoredFunction;
import io.github.otnn.xai.Variations;
import io.github.otnn.xai.attribution.NoiseSource;
import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Infidelity: the mean square by which a map, read as a slope, misses the change of the score. Lower is better.
 *
 * <pre>value = mean over draws u of (u . map - (score(x) - score(x - u)))^2</pre>
 *
 * In squared score units. The map is multiplied with every input value, so it keeps its channels: {@code ChannelReduction.NONE}, the
 * shape of the inputs, and no absolute values. 0 for the gradient of an affine function. Costs {@code draws + 1} forward passes.
 *
 * @param noise the u, in input units; there is no common default
 * @param draws of each sample, at least 1
 * @param batchSize points evaluated at once; bounds memory, does not change results
 * @see <a href="https://arxiv.org/abs/1901.09392">Yeh, Hsieh, Suggala, Inouye, Ravikumar 2019</a>
 */
public record Infidelity(NoiseSource noise, int draws, int batchSize) implements Metric {
    /** Checks the settings. */
    public Infidelity {
        if (draws < 1) {
            throw new IllegalArgumentException("Infidelity: draws must be >= 1, got " + draws);
        }
        ScoredFunction.requireBatchSize("Infidelity", batchSize);
    }

    @Override
    public MetricResult evaluate(
            Differentiable function, INDArray inputs, INDArray maps, Score score, Progress progress) {
        INDArray dense = ScoredFunction.requireInput(inputs);
        if (!Arrays.equals(dense.shape(), maps.shape())) {
            throw new ShapeMismatchException(
                    "maps",
                    Arrays.toString(dense.shape()) + ", the shape of the inputs",
                    Arrays.toString(maps.shape()) + "; keep channels with ChannelReduction.NONE");
        }
        int samples = Math.toIntExact(dense.size(0));
        GivenMaps rows = GivenMaps.of(Tensors.dense(maps).reshape('c', samples, dense.length() / samples));
        Variations variations =
                new Variations(new ScoredFunction(function, score, batchSize), dense, draws + 1, progress);
        double[] drawn = new double[variations.length()];
        double[][] misses = new double[samples][draws + 1];
        variations.scores(
                0,
                draws + 1,
                (sample, index, x, into, offset) -> {
                    Arrays.fill(drawn, 0);
                    if (index > 0) {
                        noise.write(sample, index - 1, drawn);
                    }
                    double[] map = rows.of(sample);
                    for (int p = 0; p < drawn.length; p++) {
                        into[offset + p] = x[p] - drawn[p];
                        misses[sample][index] += drawn[p] * map[p];
                    }
                },
                (sample, index, value) -> misses[sample][index] += value);
        // u . map + score(x - u) - score(x); index 0 holds score(x)
        double[] values = new double[samples];
        for (int i = 0; i < samples; i++) {
            for (int j = 1; j <= draws; j++) {
                double miss = misses[i][j] - misses[i][0];
                values[i] += miss * miss / draws;
            }
        }
        MetricResult.Metadata about = new MetricResult.Metadata(
                "infidelity", "squared score", Direction.LOWER, describe() + ", score " + score.describe());
        return MetricResult.of(about, values, 0, (long) samples * (draws + 1), 0, 0, rows.constant());
    }

    @Override
    public String describe() {
        return "infidelity, " + draws + " draws, " + noise.describe();
    }
}
