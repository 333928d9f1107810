package io.github.otnn.layers.architecture;

import io.github.otnn.core.Shape;
import io.github.otnn.core.network.Architecture;

/**
 * Six convolutions after the demonstration network of deel-lip.
 *
 * <pre>conv 64, conv 64, pool, conv 128, conv 128, pool, conv 256, conv 256, global pool, dense 512, head</pre>
 *
 * The 1-Lipschitz one has SpectralConv2D 3x3 and GroupSort2, L2 norm pooling; its twin Conv2D, batch normalisation and ReLU, average pooling. Input: images of at least 4 x 4. Source: deel-lip 1.5.1, demo 4.
 */
public final class DemoCnn {
    private DemoCnn() {}

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
                .convolution(64, 1)
                .convolution(64, 1)
                .pool()
                .convolution(128, 1)
                .convolution(128, 1)
                .pool()
                .convolution(256, 1)
                .convolution(256, 1)
                .globalPool()
                .dense(512, true)
                .head();
    }
}
