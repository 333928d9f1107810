package io.github.otnn.xai.attribution;

import io.github.otnn.core.Differentiable;
import io.github.otnn.xai.Progress;
import io.github.otnn.xai.Score;
import io.github.otnn.xai.ScoredFunction;
import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Grad-CAM: where the channels of a layer are active that raise the score.
 *
 * <pre>map = resize( relu( sum_c w_c A_c ) ),   w_c = mean over places of d score / d A_c</pre>
 *
 * The function is a {@link io.github.otnn.core.SplitFunction}, cut after the layer whose output A
 * {@code [batch, height, width, channels]} is looked at, usually the last convolution: {@code network.splitAfter("conv2")}. Any
 * score is honoured. Bicubic maps are cut at 0 a second time, because the kernel swings below it. With {@link Resize#NONE} maps
 * have the size of A. Costs one forward pass and a backward pass through the head. Images only.
 *
 * @param sign whether negative sums are dropped
 * @param resize to the size of the image
 * @param batchSize samples evaluated at once; bounds memory, does not change the maps
 * @see <a href="https://arxiv.org/abs/1610.02391">Selvaraju et al. 2017</a>
 */
public record GradCam(ActivationSign sign, Resize resize, int batchSize) implements Attribution {
    /** Checks the batch size. */
    public GradCam {
        ScoredFunction.requireBatchSize("GradCam", batchSize);
    }

    /** Positive part, bicubic: as published. */
    public static GradCam withDefaults(int batchSize) {
        return new GradCam(ActivationSign.POSITIVE, Resize.BICUBIC, batchSize);
    }

    /**
     * Maps of all samples.
     *
     * @param function a {@link io.github.otnn.core.SplitFunction}
     * @throws IllegalArgumentException also if the function is not split
     * @throws io.github.otnn.core.ShapeMismatchException also if input or features are no images
     */
    @Override
    public INDArray explain(Differentiable function, INDArray input, Score score, Progress progress) {
        ActivationMaps maps = new ActivationMaps(
                "GradCam",
                (activation, gradient) -> Arrays.stream(gradient).sum() / gradient.length,
                sign,
                resize,
                batchSize);
        return maps.explain(function, input, score, progress);
    }

    @Override
    public String describe() {
        return "Grad-CAM " + sign + ", resize " + resize;
    }
}
