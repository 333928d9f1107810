package io.github.otnn.xai.attribution;

import io.github.otnn.core.Differentiable;
import io.github.otnn.xai.Progress;
import io.github.otnn.xai.Score;
import io.github.otnn.xai.ScoredFunction;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * SmoothGrad: the mean gradient among noisy copies of a sample, with its sign.
 *
 * <pre>map = reduction over channels of (1/N) sum_j grad score(x + noise_j)</pre>
 *
 * In score units per input unit; it is the gradient of the score smoothed by the noise's distribution. On affine functions it is
 * the gradient for every N. Compare it with other maps only after the same reduction. Costs N forward and backward passes.
 *
 * @param noise added to the samples, in input units
 * @param draws N, at least 1
 * @param reduction of the channels of images
 * @param batchSize points evaluated at once; bounds memory, does not change the maps
 * @see <a href="https://arxiv.org/abs/1706.03825">Smilkov, Thorat, Kim, Viegas, Wattenberg 2017</a>
 */
public record SmoothGrad(NoiseSource noise, int draws, ChannelReduction reduction, int batchSize)
        implements Attribution {
    /** Checks the settings. */
    public SmoothGrad {
        NoisyGradients.requireDraws("SmoothGrad", draws, 1);
        ScoredFunction.requireBatchSize("SmoothGrad", batchSize);
    }

    /** 50 draws with standard deviation 0.2, mean of the channels: as in published tables, for inputs in [0, 1]. */
    public static SmoothGrad withDefaults(long seed, int batchSize) {
        return new SmoothGrad(NoiseSource.gaussian(0.2, seed), 50, ChannelReduction.MEAN, batchSize);
    }

    @Override
    public INDArray explain(Differentiable function, INDArray input, Score score, Progress progress) {
        ScoredFunction scored = new ScoredFunction(function, score, batchSize);
        return NoisyGradients.explain(scored, input, noise, draws, (mean, deviations) -> mean, reduction, progress);
    }

    @Override
    public String describe() {
        return "SmoothGrad, " + draws + " draws, " + noise.describe() + ", channels " + reduction;
    }
}
