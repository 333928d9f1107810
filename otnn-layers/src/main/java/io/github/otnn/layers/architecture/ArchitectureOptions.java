package io.github.otnn.layers.architecture;

import io.github.otnn.core.network.LipschitzTarget;
import io.github.otnn.layers.ConvolutionScaling;

/**
 * What can be chosen about a ready-made network.
 *
 * @param outputs number of logits
 * @param widthFactor factor of every hidden width; results are rounded to even numbers, at least 2
 * @param head last layer of the 1-Lipschitz network
 * @param scaling of its convolutions
 */
public record ArchitectureOptions(int outputs, double widthFactor, Head head, ConvolutionScaling scaling) {
    /** Last layer of a 1-Lipschitz network. */
    public enum Head {
        /** Each logit 1-Lipschitz by itself: for one-vs-all scores. */
        DISJOINT,
        /** The vector of logits 1-Lipschitz as a whole. */
        JOINT
    }

    /** Checks the numbers. */
    public ArchitectureOptions {
        if (outputs < 1) {
            throw new IllegalArgumentException("ArchitectureOptions: outputs must be >= 1, got " + outputs);
        }
        LipschitzTarget.require("ArchitectureOptions: width factor", widthFactor);
    }

    /** Published widths, disjoint heads, convolutions scaled by the overlap bound. */
    public static ArchitectureOptions outputs(int outputs) {
        return new ArchitectureOptions(outputs, 1, Head.DISJOINT, ConvolutionScaling.OVERLAP_BOUND);
    }

    /** The same with other widths. */
    public ArchitectureOptions withWidthFactor(double factor) {
        return new ArchitectureOptions(outputs, factor, head, scaling);
    }

    /** The same with another last layer. */
    public ArchitectureOptions withHead(Head other) {
        return new ArchitectureOptions(outputs, widthFactor, other, scaling);
    }

    /** The same with convolutions scaled in another way. */
    public ArchitectureOptions withScaling(ConvolutionScaling other) {
        return new ArchitectureOptions(outputs, widthFactor, head, other);
    }

    /** A hidden width, even so that GroupSort2 can pair its channels. */
    int width(int published) {
        return Math.max(2, 2 * (int) Math.round(published * widthFactor / 2));
    }
}
