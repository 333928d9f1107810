package io.github.otnn.layers.architecture;

import io.github.otnn.core.Shape;
import io.github.otnn.core.network.Architecture;

/**
 * Two convolutions, a hidden dense layer: the network of the examples, trained in minutes on a laptop.
 *
 * <pre>conv 16, pool, conv 32, pool, dense 64, head</pre>
 *
 * The 1-Lipschitz one has SpectralConv2D 3x3 and GroupSort2, L2 norm pooling; its twin Conv2D, batch normalisation and ReLU, average pooling. Input: images of at least 4 x 4. Source: after a tutorial of deel-torchlip 1.0.5.
 */
public final class SmallCnn {
    private SmallCnn() {}

    /** The 1-Lipschitz network. */
    public static Architecture lipschitz(Shape input, ArchitectureOptions options) {
        return stack(Stack.Kind.LIPSCHITZ, input, options);
    }

    /** The ordinary network of the same widths, for comparison. */
    public static Architecture unconstrained(Shape input, ArchitectureOptions options) {
        return stack(Stack.Kind.UNCONSTRAINED, input, options);
    }

    private static Architecture stack(Stack.Kind kind, Shape input, ArchitectureOptions options) {
        return new Stack(kind, input, options)
                .convolution(16, 1)
                .pool()
                .convolution(32, 1)
                .pool()
                .flatten()
                .dense(64, true)
                .head();
    }
}
