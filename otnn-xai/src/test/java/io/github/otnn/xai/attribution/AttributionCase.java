package io.github.otnn.xai.attribution;

import io.github.otnn.xai.Baseline;
import java.util.function.IntFunction;

/** Every method with small settings, for 8x8 images. */
enum AttributionCase {
    SALIENCY(Saliency::withDefaults),
    TARGETED_GRADIENT(TargetedGradient::withDefaults),
    GRADIENT_INPUT(GradientInput::withDefaults),
    SMOOTH_GRAD(b -> new SmoothGrad(NoiseSource.gaussian(0.2, 3), 4, ChannelReduction.MEAN, b)),
    SHARED_SMOOTH_GRAD(b -> new SmoothGrad(NoiseSource.sharedGaussian(0.2, 3), 4, ChannelReduction.MEAN, b)),
    SQUARE_GRAD(b -> new SquareGrad(NoiseSource.gaussian(0.2, 3), 4, ChannelReduction.MEAN, b)),
    VAR_GRAD(b -> new VarGrad(NoiseSource.gaussian(0.2, 3), 4, VarGrad.Divisor.UNBIASED, ChannelReduction.MEAN, b)),
    INTEGRATED_GRADIENTS(
            b -> new IntegratedGradients(PathRule.TRAPEZOID, 5, Baseline.constant(0.1), ChannelReduction.SUM, b)),
    GAUSSIAN_INTEGRATED_GRADIENTS(
            b -> new IntegratedGradients(PathRule.GAUSS_LEGENDRE, 3, Baseline.constant(0), ChannelReduction.SUM, b)),
    GRAD_CAM(b -> new GradCam(ActivationSign.SIGNED, Resize.BICUBIC, b)),
    GRAD_CAM_PLUS_PLUS(
            b -> new GradCamPlusPlus(ActivationSign.SIGNED, GradCamPlusPlus.ActivationTotal.MEAN, Resize.BILINEAR, b)),
    OCCLUSION(b -> new Occlusion(3, 2, 2, 2, Baseline.constant(0.2), b)),
    SOBOL(b -> new SobolIndices(3, 3, Baseline.constant(0.1), 6, b)),
    HSIC(b -> new Hsic(12, 3, Baseline.constant(0), 6, b)),
    LIME(b -> new Lime(20, 3, 0.5, 3, Baseline.grey(), 6, b)),
    KERNEL_SHAP(b -> new KernelShap(24, 3, Baseline.grey(), 6, b)),
    RISE(b -> rise(MaskSource.smoothGrid(30, 3, 0.5, 8), b), b -> rise(MaskSource.bernoulli(30, 0.5, 8), b));

    private final IntFunction<Attribution> factory;
    private final IntFunction<Attribution> forTables;

    AttributionCase(IntFunction<Attribution> factory) {
        this(factory, factory);
    }

    AttributionCase(IntFunction<Attribution> factory, IntFunction<Attribution> forTables) {
        this.factory = factory;
        this.forTables = forTables;
    }

    private static Rise rise(MaskSource masks, int batchSize) {
        return new Rise(masks, MaskNormalization.maskSum(), Baseline.constant(0.1), batchSize);
    }

    Attribution with(int batchSize) {
        return factory.apply(batchSize);
    }

    Attribution forTables(int batchSize) {
        return forTables.apply(batchSize);
    }
}
