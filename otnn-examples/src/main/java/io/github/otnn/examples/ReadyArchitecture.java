package io.github.otnn.examples;

import io.github.otnn.core.Shape;
import io.github.otnn.core.network.Architecture;
import io.github.otnn.layers.architecture.ArchitectureOptions;
import io.github.otnn.layers.architecture.BlockMnistMlp;
import io.github.otnn.layers.architecture.CelebaVgg;
import io.github.otnn.layers.architecture.DemoCnn;
import io.github.otnn.layers.architecture.FashionVgg;
import io.github.otnn.layers.architecture.KochMlp;
import io.github.otnn.layers.architecture.LipschitzResNet50;
import io.github.otnn.layers.architecture.SmallCnn;
import java.util.Locale;
import java.util.function.BiFunction;

/** The ready-made networks by the names that a command line uses. */
enum ReadyArchitecture {
    SMALL_CNN(SmallCnn::lipschitz, SmallCnn::unconstrained),
    DEMO_CNN(DemoCnn::lipschitz, DemoCnn::unconstrained),
    FASHION_VGG(FashionVgg::lipschitz, FashionVgg::unconstrained),
    CELEBA_VGG(CelebaVgg::lipschitz, CelebaVgg::unconstrained),
    RESNET50(LipschitzResNet50::lipschitz, LipschitzResNet50::unconstrained),
    KOCH_MLP(KochMlp::lipschitz, KochMlp::unconstrained),
    BLOCK_MNIST_MLP(BlockMnistMlp::lipschitz, BlockMnistMlp::unconstrained);

    private final BiFunction<Shape, ArchitectureOptions, Architecture> lipschitz;
    private final BiFunction<Shape, ArchitectureOptions, Architecture> unconstrained;

    ReadyArchitecture(
            BiFunction<Shape, ArchitectureOptions, Architecture> lipschitz,
            BiFunction<Shape, ArchitectureOptions, Architecture> unconstrained) {
        this.lipschitz = lipschitz;
        this.unconstrained = unconstrained;
    }

    Architecture lipschitz(Shape input, ArchitectureOptions options) {
        return lipschitz.apply(input, options);
    }

    Architecture unconstrained(Shape input, ArchitectureOptions options) {
        return unconstrained.apply(input, options);
    }

    /** As it is typed. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
