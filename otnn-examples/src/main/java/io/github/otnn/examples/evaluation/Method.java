package io.github.otnn.examples.evaluation;

import io.github.otnn.core.Differentiable;
import io.github.otnn.core.network.Architecture;
import io.github.otnn.core.network.CondensedNetwork;
import io.github.otnn.xai.Baseline;
import io.github.otnn.xai.attribution.Attribution;
import io.github.otnn.xai.attribution.ChannelReduction;
import io.github.otnn.xai.attribution.GradCam;
import io.github.otnn.xai.attribution.GradientInput;
import io.github.otnn.xai.attribution.IntegratedGradients;
import io.github.otnn.xai.attribution.MaskNormalization;
import io.github.otnn.xai.attribution.MaskSource;
import io.github.otnn.xai.attribution.NoiseSource;
import io.github.otnn.xai.attribution.PathRule;
import io.github.otnn.xai.attribution.Rise;
import io.github.otnn.xai.attribution.Saliency;
import io.github.otnn.xai.attribution.SmoothGrad;
import java.util.List;

/** The attribution methods of the paper, with its settings unless the {@link Plan} says otherwise. */
enum Method {
    SALIENCY("Saliency") {
        @Override
        Attribution create(Plan plan) {
            return Saliency.withDefaults(plan.batch());
        }
    },
    GRADIENT_INPUT("GradientInput") {
        @Override
        Attribution create(Plan plan) {
            return GradientInput.withDefaults(plan.batch());
        }
    },
    INTEGRATED_GRADIENTS("IntegratedGradients") {
        @Override
        Attribution create(Plan plan) {
            return new IntegratedGradients(
                    PathRule.TRAPEZOID, plan.steps(), Baseline.constant(0), ChannelReduction.MEAN, plan.batch());
        }
    },
    SMOOTH_GRAD("SmoothGrad") {
        @Override
        Attribution create(Plan plan) {
            return new SmoothGrad(
                    NoiseSource.gaussian(NOISE, plan.seed()), plan.draws(), ChannelReduction.MEAN, plan.batch());
        }
    },
    GRAD_CAM("GradCAM") {
        @Override
        Attribution create(Plan plan) {
            return GradCam.withDefaults(plan.batch());
        }

        @Override
        Differentiable explained(CondensedNetwork network) {
            return network.splitAfter(lastConvolution(network));
        }
    },
    RISE("RISE") {
        @Override
        Attribution create(Plan plan) {
            return new Rise(
                    MaskSource.smoothGrid(plan.riseMasks(), 7, 0.5, plan.seed()),
                    MaskNormalization.maskSum(),
                    Baseline.constant(0),
                    plan.batch());
        }
    };

    static final double NOISE = 0.2;

    private final String title;

    Method(String title) {
        this.title = title;
    }

    /** The method with its settings. */
    abstract Attribution create(Plan plan);

    /** The function that it explains: the network, cut where the method looks in between. */
    Differentiable explained(CondensedNetwork network) {
        return network;
    }

    /** As it is called in tables and on the command line. */
    @Override
    public String toString() {
        return title;
    }

    /** Whether asking it again for noisy copies of the images takes seconds and not hours. */
    boolean canBeRepeated() {
        return this != RISE;
    }

    /** Name of the activation behind the last convolution. */
    static String lastConvolution(CondensedNetwork network) {
        List<String> names = network.architecture().stages().stream()
                .map(Architecture.Stage::name)
                .filter(name -> name.startsWith("conv"))
                .toList();
        if (names.isEmpty()) {
            throw new IllegalArgumentException("GradCAM looks behind the last layer whose name begins with 'conv'; this"
                    + " network has none: leave GradCAM out with --methods");
        }
        return names.get(names.size() - 1);
    }
}
