package io.github.otnn.layers;

import io.github.otnn.core.Shape;
import io.github.otnn.core.network.LipschitzTarget;
import io.github.otnn.core.network.ParameterSpec;
import java.util.List;

/**
 * Convolution whose kernel is divided by its Frobenius norm and by the root of the overlap: the cheapest constraint.
 *
 * <pre>y = conv(x, K^) + b,   K^ = lipschitz * K / (|K|_F sqrt(M)),   M as in {@link SpectralConv2D}</pre>
 *
 * x {@code [batch, height, width, in]}, y {@code [batch, outHeight, outWidth, filters]}, kernel {@code [kH, kW, in, filters]},
 * bias {@code [filters]}. No singular value of the reshaped kernel is above its Frobenius norm, so the layer's constant is at
 * most {@code lipschitz}, 1 unless told; with several filters it is usually far below. A kernel of zeros is an error. Immutable
 * and thread-safe.
 *
 * @param filters number of output channels
 * @param window size of the kernel and how it moves
 * @param lipschitz constant of the layer, above 0
 * @see <a href="https://arxiv.org/abs/2006.06520">Serrurier et al. 2021</a>
 */
public record FrobeniusConv2D(int filters, ConvolutionWindow window, double lipschitz)
        implements ConvolutionLayer, LipschitzTarget {
    /** Checks the numbers. */
    public FrobeniusConv2D {
        new ConvolutionMap("FrobeniusConv2D", filters, window);
        LipschitzTarget.require("FrobeniusConv2D", lipschitz);
    }

    /** With constant 1. */
    public FrobeniusConv2D(int filters, ConvolutionWindow window) {
        this(filters, window, 1);
    }

    @Override
    public FrobeniusConv2D withLipschitz(double constant) {
        return new FrobeniusConv2D(filters, window, constant);
    }

    @Override
    public List<ParameterSpec> parameters(Shape input) {
        ConvolutionMap map = new ConvolutionMap("FrobeniusConv2D", filters, window);
        return map.parameters(
                map.kernelShape(input.channels()),
                SpectralOrthogonal.initializer(),
                ConvolutionScaling.OVERLAP_BOUND.scaled(
                        lipschitz, new FrobeniusNormalized(), window, input.size(0), input.size(1)));
    }
}
