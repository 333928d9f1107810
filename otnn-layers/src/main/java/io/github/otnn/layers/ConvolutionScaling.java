package io.github.otnn.layers;

import io.github.otnn.core.network.Parametrization;

/**
 * By what a kernel K of norm at most 1, seen as a matrix {@code [kH kW in, out]}, is divided, because windows overlap. M is the
 * largest number of windows over one pixel.
 */
public enum ConvolutionScaling {
    /** By sqrt(M): 1-Lipschitz at any time and any image size, at no cost, and often well below 1. */
    OVERLAP_BOUND,
    /**
     * By the norm of the convolution on images of the layer's input size: no gain is lost to the overlap. While training the
     * norm is an estimate (power iteration on the convolution and its adjoint); a condensed network divides by a proven bound
     * instead. The weights belong to one image size.
     */
    OPERATOR_NORM,
    /**
     * By the root of the mean number of windows over a pixel where the stride is 1, else by sqrt(M): the factor of the DEEL
     * libraries, for comparison. The constant can be above 1; the audit states it.
     */
    LEGACY_MEAN;

    /** The constraint of a kernel with this scaling, times a constant. */
    Parametrization scaled(
            double constant, Parametrization inner, ConvolutionWindow window, long inputHeight, long inputWidth) {
        return switch (this) {
            case OVERLAP_BOUND -> Scaled.by(constant / window.overlap(inputHeight, inputWidth), inner);
            case OPERATOR_NORM ->
                Scaled.by(
                        constant,
                        new OperatorNormScaled(
                                inner, window, Math.toIntExact(inputHeight), Math.toIntExact(inputWidth)));
            case LEGACY_MEAN -> Scaled.by(constant / meanOverlap(window, inputHeight, inputWidth), inner);
        };
    }

    private static double meanOverlap(ConvolutionWindow window, long inputHeight, long inputWidth) {
        return window.strideHeight() == 1 && window.strideWidth() == 1
                ? Math.sqrt(
                        window.rows().meanUses(inputHeight) * window.columns().meanUses(inputWidth))
                : window.overlap(inputHeight, inputWidth);
    }
}
