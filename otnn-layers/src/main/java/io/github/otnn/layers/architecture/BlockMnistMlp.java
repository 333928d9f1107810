package io.github.otnn.layers.architecture;

import io.github.otnn.core.Shape;
import io.github.otnn.core.network.Architecture;

/**
 * Two hidden layers for BlockMNIST: a digit and a null block, 1,568 values, one score.
 *
 * <pre>dense 256, dense 256, head</pre>
 *
 * The 1-Lipschitz one has SpectralDense and GroupSort2; its twin Dense and ReLU. Input: any shape. Source: sizes are ours; the task is that of Shah, Jain, Netrapalli 2021, arXiv 2102.12781.
 */
public final class BlockMnistMlp {
    private BlockMnistMlp() {}

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
                .flatten()
                .dense(256, false)
                .dense(256, false)
                .head();
    }
}
