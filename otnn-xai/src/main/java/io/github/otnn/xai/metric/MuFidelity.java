package io.github.otnn.xai.metric;

import io.github.otnn.core.Differentiable;
import io.github.otnn.xai.Baseline;
import io.github.otnn.xai.Progress;
import io.github.otnn.xai.Score;
import io.github.otnn.xai.ScoredFunction;
import io.github.otnn.xai.statistics.Correlation;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * muFidelity: whether the map of what is removed tells how much the score falls. From -1 to 1, higher is better.
 *
 * <pre>
 * a_u = sum of the map over the pixels in u,   b_u = score(x) - score(x with u at the baseline)
 * value = correlation of a and b over the subsets u
 * </pre>
 *
 * u are subsets of the cells of a grid over the image, the same for all samples; a pixel belongs to the cell that holds its centre.
 * In tables each feature is a cell. A correlation with a constant has no value: 0 stands for it, and the sample is counted as
 * undefined. On affine functions the map gradient times (x - baseline) has the value 1. Absolute values depend on grid, share and
 * rule, and published ones on the version of the toolbox: compare under equal settings only. Costs one forward pass for each subset
 * and one more.
 *
 * @param grid cells on each side of an image
 * @param subsets what is removed together
 * @param baseline what replaces it
 * @param correlation of the sums and the falls
 * @param batchSize points evaluated at once; bounds memory, does not change results
 * @see <a href="https://arxiv.org/abs/2005.00631">Bhatt, Weller, Moura 2020</a>
 */
public record MuFidelity(int grid, SubsetSource subsets, Baseline baseline, Correlation correlation, int batchSize)
        implements Metric {
    /** Checks the settings. */
    public MuFidelity {
        if (grid < 1) {
            throw new IllegalArgumentException("MuFidelity: grid must be >= 1, got " + grid);
        }
        ScoredFunction.requireBatchSize("MuFidelity", batchSize);
    }

    /** 200 subsets of exactly 20 % of 20 x 20 cells, a baseline of zeros, and Spearman's correlation. */
    public static MuFidelity withDefaults(long seed, int batchSize) {
        return new MuFidelity(
                20,
                SubsetSource.random(SubsetRule.EXACT_K, 200, 0.2, seed),
                Baseline.constant(0),
                Correlation.SPEARMAN,
                batchSize);
    }

    @Override
    public MetricResult evaluate(
            Differentiable function, INDArray inputs, INDArray maps, Score score, Progress progress) {
        GivenMaps given = GivenMaps.of(ScoredFunction.requireInput(inputs).shape(), maps);
        ScoredFunction scored = new ScoredFunction(function, score, batchSize);
        SubsetRemoval removal = new SubsetRemoval(scored, inputs, grid, subsets, baseline, progress);
        double[][] falls = removal.falls();
        double[] values = new double[falls.length];
        int undefined = 0;
        for (int i = 0; i < values.length; i++) {
            double value = correlation.between(removal.sums(given.of(i)), falls[i]);
            undefined += Double.isNaN(value) ? 1 : 0;
            values[i] = Double.isNaN(value) ? 0 : value;
        }
        MetricResult.Metadata about = new MetricResult.Metadata(
                "muFidelity",
                correlation == Correlation.SPEARMAN ? "rank correlation" : "correlation",
                Direction.HIGHER,
                describe() + ", score " + score.describe());
        long evaluations = (long) values.length * (subsets.count() + 1);
        return MetricResult.of(about, values, subsets.seed(), evaluations, undefined, 0, given.constant());
    }

    @Override
    public String describe() {
        return "muFidelity, " + correlation + ", grid " + grid + ", " + subsets.describe() + ", " + baseline.describe();
    }
}
