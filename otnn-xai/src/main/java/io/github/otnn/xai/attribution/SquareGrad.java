package io.github.otnn.xai.attribution;

import io.github.otnn.core.Differentiable;
import io.github.otnn.xai.Progress;
import io.github.otnn.xai.Score;
import io.github.otnn.xai.ScoredFunction;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * SquareGrad: the mean squared gradient among noisy copies of a sample.
 *
 * <pre>map = reduction over channels of (1/N) sum_j (grad score(x + noise_j))^2</pre>
 *
 * Never negative, in squared score units per squared input unit. Costs N forward and backward passes.
 *
 * @param noise added to the samples, in input units
 * @param draws N, at least 1
 * @param reduction of the channels of images
 * @param batchSize points evaluated at once; bounds memory, does not change the maps
 * @see <a href="https://arxiv.org/abs/1806.10758">Hooker, Erhan, Kindermans, Kim 2019</a>
 */
public record SquareGrad(NoiseSource noise, int draws, ChannelReduction reduction, int batchSize)
        implements Attribution {
    /** Checks the settings. */
    public SquareGrad {
        NoisyGradients.requireDraws("SquareGrad", draws, 1);
        ScoredFunction.requireBatchSize("SquareGrad", batchSize);
    }

    /** 50 draws with standard deviation 0.2, mean of the channels. */
    public static SquareGrad withDefaults(long seed, int batchSize) {
        return new SquareGrad(NoiseSource.gaussian(0.2, seed), 50, ChannelReduction.MEAN, batchSize);
    }

    @Override
    public INDArray explain(Differentiable function, INDArray input, Score score, Progress progress) {
        ScoredFunction scored = new ScoredFunction(function, score, batchSize);
        return NoisyGradients.explain(
                scored,
                input,
                noise,
                draws,
                (mean, deviations) -> mean * mean + deviations / draws,
                reduction,
                progress);
    }

    @Override
    public String describe() {
        return "SquareGrad, " + draws + " draws, " + noise.describe() + ", channels " + reduction;
    }
}
