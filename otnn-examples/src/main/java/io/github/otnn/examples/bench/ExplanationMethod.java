package io.github.otnn.examples.bench;

import io.github.otnn.xai.attribution.Attribution;
import io.github.otnn.xai.attribution.GradCam;
import io.github.otnn.xai.attribution.GradientInput;
import io.github.otnn.xai.attribution.IntegratedGradients;
import io.github.otnn.xai.attribution.KernelShap;
import io.github.otnn.xai.attribution.Lime;
import io.github.otnn.xai.attribution.Occlusion;
import io.github.otnn.xai.attribution.Rise;
import io.github.otnn.xai.attribution.Saliency;
import io.github.otnn.xai.attribution.SmoothGrad;
import java.util.function.IntFunction;

/** Attribution methods with their default settings, and the passes of the network that they cannot do without. */
public enum ExplanationMethod {
    /** One gradient for each image. */
    SALIENCY(1000, 1, true, Saliency::withDefaults),
    /** One gradient for each image. */
    GRADIENT_INPUT(1000, 1, true, GradientInput::withDefaults),
    /** 50 points of a path. */
    INTEGRATED_GRADIENTS(20, 50, true, IntegratedGradients::withDefaults),
    /** 50 noisy copies. */
    SMOOTH_GRAD(20, 50, true, batch -> SmoothGrad.withDefaults(BenchmarkNetwork.seed(), batch)),
    /** One gradient for each image, with respect to the last activations that are an image. */
    GRAD_CAM(1000, 1, true, GradCam::withDefaults),
    /** 100 patches and the image itself. */
    OCCLUSION(20, 101, false, Occlusion::withDefaults),
    /** 150 masked copies and a regression. */
    LIME(8, 150, false, batch -> Lime.withDefaults(BenchmarkNetwork.seed(), batch)),
    /** 800 masked copies, all cells and none, and a regression. */
    KERNEL_SHAP(2, 802, false, batch -> KernelShap.withDefaults(BenchmarkNetwork.seed(), batch)),
    /** 4,000 masked copies. */
    RISE(1, 4000, false, batch -> Rise.withDefaults(BenchmarkNetwork.seed(), batch));

    private final int images;
    private final int points;
    private final boolean gradients;
    private final IntFunction<Attribution> create;

    ExplanationMethod(int images, int points, boolean gradients, IntFunction<Attribution> create) {
        this.images = images;
        this.points = points;
        this.gradients = gradients;
        this.create = create;
    }

    /** Images that one operation explains. */
    int images() {
        return images;
    }

    /** Points at which the network is evaluated, for all images together. */
    int points() {
        return images * points;
    }

    /** Whether points need a gradient. */
    boolean gradients() {
        return gradients;
    }

    /** Whether it looks at a layer, and so takes the network in two parts. */
    boolean looksAtALayer() {
        return this == GRAD_CAM;
    }

    /** The method with its defaults. */
    Attribution create(int batch) {
        return create.apply(batch);
    }
}
