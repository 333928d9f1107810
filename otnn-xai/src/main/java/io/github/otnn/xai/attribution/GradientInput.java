package io.github.otnn.xai.attribution;

import io.github.otnn.core.Differentiable;
import io.github.otnn.xai.Progress;
import io.github.otnn.xai.Score;
import io.github.otnn.xai.ScoredFunction;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Gradient times input: the share of each value in the score's first-order change from an input of zeros.
 *
 * <pre>map = reduction over channels of x * d score / d x</pre>
 *
 * In score units. On affine functions the map sums to score(x) - score(0), and it is {@link IntegratedGradients} from 0; it gives
 * nothing to values that are 0. Costs one forward and one backward pass.
 *
 * @param reduction of the channels of images; {@code SUM} keeps the total, xplique takes {@code MEAN}
 * @param batchSize samples evaluated at once; bounds memory, does not change the maps
 * @see <a href="https://arxiv.org/abs/1605.01713">Shrikumar, Greenside, Shcherbina, Kundaje 2016</a>
 */
public record GradientInput(ChannelReduction reduction, int batchSize) implements Attribution {
    /** Checks the batch size. */
    public GradientInput {
        ScoredFunction.requireBatchSize("GradientInput", batchSize);
    }

    /** With the sum of the channels, which keeps the total. */
    public static GradientInput withDefaults(int batchSize) {
        return new GradientInput(ChannelReduction.SUM, batchSize);
    }

    @Override
    public INDArray explain(Differentiable function, INDArray input, Score score, Progress progress) {
        return GradientMaps.of(
                new ScoredFunction(function, score, batchSize), input, GradientStep.TIMES_INPUT, reduction, progress);
    }

    @Override
    public String describe() {
        return "gradient x input, channels " + reduction;
    }
}
