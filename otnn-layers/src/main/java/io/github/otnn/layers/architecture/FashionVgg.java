package io.github.otnn.layers.architecture;

import io.github.otnn.core.Shape;
import io.github.otnn.core.network.Architecture;

/**
 * The network of the paper for Fashion-MNIST and MNIST; 4,734,826 parameters for 28 x 28 x 1 and 10 classes.
 *
 * <pre>conv 96 three times, conv 96 stride 2; the same with 192; conv 384 three times; global pool, head</pre>
 *
 * The 1-Lipschitz one has SpectralConv2D 3x3 and GroupSort2; its twin Conv2D, batch normalisation and ReLU. Input: images. Source: Serrurier et al. 2023, arXiv 2206.06854, Table 4.
 */
public final class FashionVgg {
    private FashionVgg() {}

    /** The 1-Lipschitz network. */
    public static Architecture lipschitz(Shape input, ArchitectureOptions options) {
        return stack(Stack.Kind.LIPSCHITZ, input, options);
    }

    /** The ordinary network of the same widths, for comparison. */
    public static Architecture unconstrained(Shape input, ArchitectureOptions options) {
        return stack(Stack.Kind.UNCONSTRAINED, input, options);
    }

    private static Architecture stack(Stack.Kind kind, Shape input, ArchitectureOptions options) {
        Stack stack = new Stack(kind, input, options);
        for (int width : new int[] {96, 192}) {
            stack.convolution(width, 1)
                    .convolution(width, 1)
                    .convolution(width, 1)
                    .convolution(width, 2);
        }
        return stack.convolution(384, 1)
                .convolution(384, 1)
                .convolution(384, 1)
                .globalPool()
                .head();
    }
}
