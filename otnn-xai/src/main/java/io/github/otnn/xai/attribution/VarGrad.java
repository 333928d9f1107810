package io.github.otnn.xai.attribution;

import io.github.otnn.core.Differentiable;
import io.github.otnn.xai.Progress;
import io.github.otnn.xai.Score;
import io.github.otnn.xai.ScoredFunction;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * VarGrad: the variance of the gradient among noisy copies of a sample.
 *
 * <pre>map = reduction over channels of sum_j (g_j - mean g)^2 / (N - 1),   g_j = grad score(x + noise_j)</pre>
 *
 * Never negative, in squared score units per squared input unit; exactly 0 on affine functions. Costs N forward and backward
 * passes.
 *
 * @param noise added to the samples, in input units
 * @param draws N, at least 2
 * @param divisor N - 1 or N
 * @param reduction of the channels of images
 * @param batchSize points evaluated at once; bounds memory, does not change the maps
 * @see <a href="https://arxiv.org/abs/1810.03292">Adebayo, Gilmer, Muelly, Goodfellow, Hardt, Kim 2018</a>
 */
public record VarGrad(NoiseSource noise, int draws, Divisor divisor, ChannelReduction reduction, int batchSize)
        implements Attribution {
    /** Checks the settings. */
    public VarGrad {
        NoisyGradients.requireDraws("VarGrad", draws, 2);
        ScoredFunction.requireBatchSize("VarGrad", batchSize);
    }

    /** What the squared deviations are divided by. */
    public enum Divisor {
        /** N - 1: right on average. */
        UNBIASED,
        /** N: the variance of the draws themselves. */
        POPULATION
    }

    /** 50 draws with standard deviation 0.2, unbiased, mean of the channels. */
    public static VarGrad withDefaults(long seed, int batchSize) {
        return new VarGrad(NoiseSource.gaussian(0.2, seed), 50, Divisor.UNBIASED, ChannelReduction.MEAN, batchSize);
    }

    @Override
    public INDArray explain(Differentiable function, INDArray input, Score score, Progress progress) {
        ScoredFunction scored = new ScoredFunction(function, score, batchSize);
        int by = divisor == Divisor.UNBIASED ? draws - 1 : draws;
        return NoisyGradients.explain(
                scored, input, noise, draws, (mean, deviations) -> deviations / by, reduction, progress);
    }

    @Override
    public String describe() {
        return "VarGrad " + divisor + ", " + draws + " draws, " + noise.describe() + ", channels " + reduction;
    }
}
