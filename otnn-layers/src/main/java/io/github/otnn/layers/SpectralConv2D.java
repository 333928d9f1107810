package io.github.otnn.layers;

import io.github.otnn.core.Shape;
import io.github.otnn.core.network.LipschitzTarget;
import io.github.otnn.core.network.ParameterSpec;
import io.github.otnn.core.network.Parametrization;
import java.util.List;

/**
 * Convolution whose reshaped kernel is orthogonalised (RKO) and divided so that the layer is 1-Lipschitz by proof.
 *
 * <pre>
 * y = conv(x, K^) + b,   K^ = lipschitz * bjorck(K seen as [kH kW in, out]) / sqrt(M)
 * M = ceil(kH g / stride) for the rows times the same for the columns,   g = gcd(stride, dilation)
 * </pre>
 *
 * <ul>
 *   <li>x {@code [batch, height, width, in]}, y {@code [batch, outHeight, outWidth, filters]}, kernel {@code [kH, kW, in,
 *       filters]}, bias {@code [filters]}
 *   <li>One pixel is read at most M times, so cutting the image into patches stretches by at most sqrt(M), for every
 *       padding, stride and size: the layer's constant is at most {@code lipschitz}, 1 unless told. (On a circle that the
 *       stride does not divide the reads are counted.) It is often well below; the audit states the bound of the convolution
 *       itself, and {@link ConvolutionScaling#OPERATOR_NORM} uses the whole constant.
 * </ul>
 *
 * Immutable and thread-safe.
 *
 * @param filters number of output channels
 * @param window size of the kernel and how it moves
 * @param constraint raw to effective kernel, of norm at most 1 when seen as a matrix
 * @param scaling what the overlap of windows divides it by
 * @param lipschitz constant of the layer, above 0
 * @see <a href="https://arxiv.org/abs/2006.06520">Serrurier et al. 2021</a>
 */
public record SpectralConv2D(
        int filters, ConvolutionWindow window, Parametrization constraint, ConvolutionScaling scaling, double lipschitz)
        implements ConvolutionLayer, LipschitzTarget {
    /** Checks the numbers. */
    public SpectralConv2D {
        new ConvolutionMap("SpectralConv2D", filters, window);
        LipschitzTarget.require("SpectralConv2D", lipschitz);
    }

    /** Square kernel, stride 1, padding SAME, and what follows as in {@link #SpectralConv2D(int, ConvolutionWindow)}. */
    public SpectralConv2D(int filters, int kernel) {
        this(filters, ConvolutionWindow.square(kernel));
    }

    /** Square kernel; what follows as in {@link #SpectralConv2D(int, ConvolutionWindow)}. */
    public SpectralConv2D(int filters, int kernel, int stride, Padding padding) {
        this(filters, ConvolutionWindow.square(kernel).withStride(stride).withPadding(padding));
    }

    /** Constraint {@link SpectralOrthogonal#rebased()}, scaling OVERLAP_BOUND, constant 1. */
    public SpectralConv2D(int filters, ConvolutionWindow window) {
        this(filters, window, SpectralOrthogonal.rebased(), ConvolutionScaling.OVERLAP_BOUND, 1);
    }

    @Override
    public SpectralConv2D withLipschitz(double constant) {
        return new SpectralConv2D(filters, window, constraint, scaling, constant);
    }

    /** The same layer with another constraint. */
    public SpectralConv2D withConstraint(Parametrization other) {
        return new SpectralConv2D(filters, window, other, scaling, lipschitz);
    }

    /** The same layer with another scaling. */
    public SpectralConv2D withScaling(ConvolutionScaling other) {
        return new SpectralConv2D(filters, window, constraint, other, lipschitz);
    }

    @Override
    public List<ParameterSpec> parameters(Shape input) {
        return map().parameters(
                        map().kernelShape(input.channels()),
                        SpectralOrthogonal.initializer(),
                        scaling.scaled(lipschitz, constraint, window, input.size(0), input.size(1)));
    }

    private ConvolutionMap map() {
        return new ConvolutionMap("SpectralConv2D", filters, window);
    }
}
