package io.github.otnn.layers.architecture;

import io.github.otnn.core.Shape;
import io.github.otnn.core.network.Architecture;

/**
 * The network of the paper for CelebA: 218 x 178 x 3, 22 labels; 1,975,526 parameters.
 *
 * <pre>conv 16 x 2, pool, conv 32 x 2, pool, conv 64 x 3, pool, conv 128 x 3, pool, conv 128 x 3, pool, dense 256 x 2, head</pre>
 *
 * The 1-Lipschitz one has SpectralConv2D 3x3 and GroupSort2, L2 norm pooling; its twin Conv2D, batch normalisation and ReLU, average pooling. Input: images of at least 32 x 32. Source: Serrurier et al. 2023, arXiv 2206.06854, Table 3.
 */
public final class CelebaVgg {
    private CelebaVgg() {}

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
        int[] widths = {16, 32, 64, 128, 128};
        int[] repeats = {2, 2, 3, 3, 3};
        for (int block = 0; block < widths.length; block++) {
            for (int i = 0; i < repeats[block]; i++) {
                stack.convolution(widths[block], 1);
            }
            stack.pool();
        }
        return stack.flatten().dense(256, true).dense(256, true).head();
    }
}
