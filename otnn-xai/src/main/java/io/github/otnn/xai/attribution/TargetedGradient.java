package io.github.otnn.xai.attribution;

import io.github.otnn.core.Differentiable;
import io.github.otnn.xai.Progress;
import io.github.otnn.xai.Score;
import io.github.otnn.xai.ScoredFunction;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The signed gradient of a score: where more of the input raises it (positive) or lowers it (negative).
 *
 * <pre>map = reduction over channels of d score / d x</pre>
 *
 * In score units per input unit. Minus this map times the score is the step of a transport counterfactual, so the two belong
 * side by side in a figure. Published figures use {@code MEAN}. Costs one forward and one backward pass.
 *
 * @param reduction of the channels of images: {@code MEAN}, {@code SUM} or {@code NONE}
 * @param batchSize samples evaluated at once; bounds memory, does not change the maps
 * @see <a href="https://arxiv.org/abs/2206.06854">Serrurier et al. 2023</a>
 */
public record TargetedGradient(ChannelReduction reduction, int batchSize) implements Attribution {
    /** Checks the settings. */
    public TargetedGradient {
        reduction.requireSigned("TargetedGradient", "for sizes use Saliency");
        ScoredFunction.requireBatchSize("TargetedGradient", batchSize);
    }

    /** As in published figures: the mean of the channels. */
    public static TargetedGradient withDefaults(int batchSize) {
        return new TargetedGradient(ChannelReduction.MEAN, batchSize);
    }

    @Override
    public INDArray explain(Differentiable function, INDArray input, Score score, Progress progress) {
        return GradientMaps.of(
                new ScoredFunction(function, score, batchSize), input, GradientStep.KEEP, reduction, progress);
    }

    @Override
    public String describe() {
        return "signed gradient, channels " + reduction;
    }
}
