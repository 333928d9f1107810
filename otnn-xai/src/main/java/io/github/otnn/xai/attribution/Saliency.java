package io.github.otnn.xai.attribution;

import io.github.otnn.core.Differentiable;
import io.github.otnn.xai.Progress;
import io.github.otnn.xai.Score;
import io.github.otnn.xai.ScoredFunction;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Saliency: the size of a score's gradient, one number per pixel.
 *
 * <pre>map = reduction over channels of |d score / d x|</pre>
 *
 * Never negative, in score units per input unit. The absolute value comes first, so {@code MEAN} and {@code MEAN_ABS} agree,
 * and {@code SUM} adds sizes. Published tables use {@code MAX_ABS}. Costs one forward and one backward pass. At the optimum
 * of hKR the gradient points along the transport plan, so the map shows what would have to move; on other functions it is a
 * local slope only. Signs: {@link TargetedGradient}.
 *
 * @param reduction of the channels of images
 * @param batchSize samples evaluated at once; bounds memory, does not change the maps
 * @see <a href="https://arxiv.org/abs/1312.6034">Simonyan, Vedaldi, Zisserman 2013</a>
 * @see <a href="https://arxiv.org/abs/2206.06854">Serrurier et al. 2023</a>
 */
public record Saliency(ChannelReduction reduction, int batchSize) implements Attribution {
    /** Checks the batch size. */
    public Saliency {
        ScoredFunction.requireBatchSize("Saliency", batchSize);
    }

    /** As in published tables: the largest absolute value of the channels. */
    public static Saliency withDefaults(int batchSize) {
        return new Saliency(ChannelReduction.MAX_ABS, batchSize);
    }

    @Override
    public INDArray explain(Differentiable function, INDArray input, Score score, Progress progress) {
        return GradientMaps.of(
                new ScoredFunction(function, score, batchSize), input, GradientStep.ABSOLUTE, reduction, progress);
    }

    @Override
    public String describe() {
        return "Saliency, channels " + reduction;
    }
}
