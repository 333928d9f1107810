package io.github.otnn.examples.explain;

import io.github.otnn.xai.Baseline;
import io.github.otnn.xai.attribution.Attribution;
import io.github.otnn.xai.attribution.GradCam;
import io.github.otnn.xai.attribution.GradCamPlusPlus;
import io.github.otnn.xai.attribution.GradientInput;
import io.github.otnn.xai.attribution.Hsic;
import io.github.otnn.xai.attribution.IntegratedGradients;
import io.github.otnn.xai.attribution.KernelShap;
import io.github.otnn.xai.attribution.Lime;
import io.github.otnn.xai.attribution.Occlusion;
import io.github.otnn.xai.attribution.Rise;
import io.github.otnn.xai.attribution.Saliency;
import io.github.otnn.xai.attribution.SmoothGrad;
import io.github.otnn.xai.attribution.SobolIndices;
import io.github.otnn.xai.attribution.SquareGrad;
import io.github.otnn.xai.attribution.TargetedGradient;
import io.github.otnn.xai.attribution.VarGrad;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Attributions by the names of the command line, with their default settings. */
enum MethodName {
    SALIENCY(false, use -> Saliency.withDefaults(use.batch)),
    GRADIENT(true, use -> TargetedGradient.withDefaults(use.batch)),
    GRADIENT_INPUT(true, use -> GradientInput.withDefaults(use.batch)),
    INTEGRATED_GRADIENTS(true, use -> IntegratedGradients.withDefaults(use.batch)),
    SMOOTH_GRAD(true, use -> SmoothGrad.withDefaults(use.seed, use.batch)),
    SQUARE_GRAD(false, use -> SquareGrad.withDefaults(use.seed, use.batch)),
    VAR_GRAD(false, use -> VarGrad.withDefaults(use.seed, use.batch)),
    GRAD_CAM(false, use -> GradCam.withDefaults(use.batch)),
    GRAD_CAM_PLUS_PLUS(false, use -> GradCamPlusPlus.withDefaults(use.batch)),
    OCCLUSION(
            true,
            use -> use.table
                    ? Occlusion.ofFeatures(Baseline.constant(0), use.batch)
                    : Occlusion.withDefaults(use.batch)),
    RISE(false, use -> use.table ? Rise.forTables(use.seed, use.batch) : Rise.withDefaults(use.seed, use.batch)),
    SOBOL(false, use -> SobolIndices.withDefaults(use.seed, use.batch)),
    HSIC(false, use -> Hsic.withDefaults(use.seed, use.batch)),
    LIME(true, use -> Lime.withDefaults(use.seed, use.batch)),
    KERNEL_SHAP(true, use -> KernelShap.withDefaults(use.seed, use.batch));

    private final boolean signed;
    private final Factory factory;

    MethodName(boolean signed, Factory factory) {
        this.signed = signed;
        this.factory = factory;
    }

    /**
     * What a method is made for.
     *
     * @param seed of what it draws
     * @param batch points evaluated at once
     * @param table whether inputs are rows of features, not images
     */
    record Use(long seed, int batch, boolean table) {}

    private interface Factory {
        Attribution create(Use use);
    }

    /** The method with its default settings. */
    Attribution create(Use use) {
        return factory.create(use);
    }

    /** Whether the sign of its values means something, so that white is to be 0. */
    boolean signed() {
        return signed;
    }

    /** Whether it looks at the output of a layer. */
    boolean needsLayer() {
        return this == GRAD_CAM || this == GRAD_CAM_PLUS_PLUS;
    }

    /** Name on the command line. */
    String title() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Names that the command line takes. */
    static final class Names implements ITypeConverter<MethodName>, Iterable<String> {
        private static List<String> names() {
            return Arrays.stream(values()).map(MethodName::title).toList();
        }

        @Override
        public MethodName convert(String text) {
            return Arrays.stream(values())
                    .filter(method -> method.title().equals(text))
                    .findFirst()
                    .orElseThrow(() -> new TypeConversionException(
                            "expected some of " + String.join(", ", names()) + ", got '" + text + "'"));
        }

        @Override
        public Iterator<String> iterator() {
            return names().iterator();
        }
    }
}
