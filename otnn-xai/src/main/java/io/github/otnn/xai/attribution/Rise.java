package io.github.otnn.xai.attribution;

import io.github.otnn.core.Differentiable;
import io.github.otnn.xai.Baseline;
import io.github.otnn.xai.Progress;
import io.github.otnn.xai.Score;
import io.github.otnn.xai.ScoredFunction;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * RISE: the mean score of a sample seen through random masks, weighted by how much of a pixel each mask shows.
 *
 * <pre>map = sum_j score(M_j x + (1 - M_j) baseline) M_j / divisor,   divisor = sum_j M_j + 1e-4, or N p</pre>
 *
 * In score units; where masks show everything, it is the score itself times N / (N + 1e-4). A pixel that no mask shows gets 0
 * if its divisor is 0. Costs N forward passes and no gradient. Each mask has its own shift (xplique shifts whole batches of
 * masks, so its maps depend on the batch size), is made once for all samples, and only a batch of them is held.
 *
 * @param masks M_1 to M_N, the same for all samples
 * @param normalization the divisor
 * @param baseline what stands where a mask hides
 * @param batchSize points evaluated at once; bounds memory, does not change the maps
 * @see <a href="https://arxiv.org/abs/1806.07421">Petsiuk, Das, Saenko 2018</a>
 */
public record Rise(MaskSource masks, MaskNormalization normalization, Baseline baseline, int batchSize)
        implements Attribution {
    /** Checks the batch size. */
    public Rise {
        ScoredFunction.requireBatchSize("Rise", batchSize);
    }

    /** 4,000 smooth masks on a grid of 7 x 7 cells, half of which are shown; 0 where a mask hides. For images. */
    public static Rise withDefaults(long seed, int batchSize) {
        return of(MaskSource.smoothGrid(4000, 7, 0.5, seed), batchSize);
    }

    /** 4,000 masks that show each feature with probability 0.5; 0 where a mask hides. */
    public static Rise forTables(long seed, int batchSize) {
        return of(MaskSource.bernoulli(4000, 0.5, seed), batchSize);
    }

    private static Rise of(MaskSource masks, int batchSize) {
        return new Rise(masks, MaskNormalization.maskSum(), Baseline.constant(0), batchSize);
    }

    @Override
    public INDArray explain(Differentiable function, INDArray input, Score score, Progress progress) {
        ScoredFunction scored = new ScoredFunction(function, score, batchSize);
        MaskedScores masked = new MaskedScores(scored, input, baseline, masks, false, progress);
        int pixels = masked.grid().count();
        double[][] sums = new double[masked.samples()][pixels];
        double[] maskSum = new double[pixels];
        masked.forEach((sample, index, value, values, offset) -> {
            double[] sum = sums[sample];
            for (int p = 0; p < pixels; p++) {
                sum[p] += value * values[offset + p];
            }
            if (sample == 0) {
                for (int p = 0; p < pixels; p++) {
                    maskSum[p] += values[offset + p];
                }
            }
        });
        for (double[] sum : sums) {
            for (int p = 0; p < pixels; p++) {
                double divisor = normalization.divisor(maskSum[p], masks.count());
                sum[p] = divisor == 0 ? 0 : sum[p] / divisor;
            }
        }
        return masked.maps(sums);
    }

    @Override
    public String describe() {
        return "RISE, " + masks.describe() + ", divided by " + normalization.describe() + ", " + baseline.describe();
    }
}
