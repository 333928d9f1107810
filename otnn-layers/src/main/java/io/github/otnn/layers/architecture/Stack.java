package io.github.otnn.layers.architecture;

import io.github.otnn.core.Shape;
import io.github.otnn.core.network.Architecture;
import io.github.otnn.core.network.Layer;
import io.github.otnn.layers.AveragePooling2D;
import io.github.otnn.layers.BatchNormalization;
import io.github.otnn.layers.Conv2D;
import io.github.otnn.layers.ConvolutionWindow;
import io.github.otnn.layers.Dense;
import io.github.otnn.layers.Flatten;
import io.github.otnn.layers.GlobalAveragePooling2D;
import io.github.otnn.layers.GroupSort2;
import io.github.otnn.layers.L2NormPooling2D;
import io.github.otnn.layers.ReLU;
import io.github.otnn.layers.ScaledGlobalAveragePooling2D;
import io.github.otnn.layers.SpectralConv2D;
import io.github.otnn.layers.SpectralDense;
import io.github.otnn.layers.UnitNormDense;

/** Writes one description of a network down twice: with 1-Lipschitz layers, and with ordinary ones. */
final class Stack {
    private final Kind kind;
    private final ArchitectureOptions options;
    private final Architecture.Builder builder;
    private int convolutions;
    private int pools;
    private int denseLayers;

    /** Which of the twins. */
    enum Kind {
        LIPSCHITZ,
        UNCONSTRAINED
    }

    Stack(Kind kind, Shape input, ArchitectureOptions options) {
        this.kind = kind;
        this.options = options;
        this.builder = Architecture.builder(input);
    }

    /** Convolution 3x3 and activation; the twin has batch normalisation between them. */
    Stack convolution(int width, int stride) {
        String name = "conv" + ++convolutions;
        int filters = options.width(width);
        if (kind == Kind.LIPSCHITZ) {
            builder.add(
                    name,
                    new SpectralConv2D(filters, ConvolutionWindow.square(3).withStride(stride))
                            .withScaling(options.scaling()));
            builder.add(name + "-sort", new GroupSort2());
        } else {
            builder.add(name, new Conv2D(filters, ConvolutionWindow.square(3).withStride(stride)));
            builder.add(name + "-norm", new BatchNormalization());
            builder.add(name + "-relu", new ReLU());
        }
        return this;
    }

    /** Halves the image. */
    Stack pool() {
        return either("pool" + ++pools, new L2NormPooling2D(2), new AveragePooling2D(2));
    }

    /** One value per channel. */
    Stack globalPool() {
        return either("pool" + ++pools, new ScaledGlobalAveragePooling2D(), new GlobalAveragePooling2D());
    }

    Stack flatten() {
        builder.add("flat", new Flatten());
        return this;
    }

    /** Dense layer and activation; the twin has batch normalisation between them where asked. */
    Stack dense(int width, boolean normalized) {
        String name = "dense" + ++denseLayers;
        int outputs = options.width(width);
        either(name, new SpectralDense(outputs), new Dense(outputs));
        if (kind == Kind.UNCONSTRAINED && normalized) {
            builder.add(name + "-norm", new BatchNormalization());
        }
        return activation(name);
    }

    private Stack activation(String name) {
        builder.add(
                name + (kind == Kind.LIPSCHITZ ? "-sort" : "-relu"),
                kind == Kind.LIPSCHITZ ? new GroupSort2() : new ReLU());
        return this;
    }

    /** The logits; one logit needs no choice of head. */
    Architecture head() {
        boolean joint = options.head() == ArchitectureOptions.Head.JOINT || options.outputs() == 1;
        either(
                "head",
                joint ? new SpectralDense(options.outputs()) : new UnitNormDense(options.outputs()),
                new Dense(options.outputs()));
        return builder.build();
    }

    private Stack either(String name, Layer lipschitz, Layer ordinary) {
        builder.add(name, kind == Kind.LIPSCHITZ ? lipschitz : ordinary);
        return this;
    }
}
