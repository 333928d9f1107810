package io.github.otnn.layers;

import io.github.otnn.core.Shape;
import io.github.otnn.core.network.LipschitzTarget;
import io.github.otnn.core.network.ParameterSpec;
import java.util.List;

/**
 * Convolution that is orthogonal as a map of images, times a constant: unlike {@link SpectralConv2D} it gives no norm away
 * inside the image.
 *
 * <pre>y = conv(x, K^) + b,   K^ = lipschitz * orthogonal kernel of {@link OrthogonalKernel}</pre>
 *
 * <ul>
 *   <li>x {@code [batch, height, width, in]}, y {@code [batch, outHeight, outWidth, filters]}, kernel {@code [k, k, in,
 *       filters]}, bias {@code [filters]}
 *   <li>no singular value of the convolution is above {@code lipschitz}, for every padding, stride and size, but for what
 *       rounding adds: about 1e-6 in float32, which the bound of the audit contains
 *   <li>with a kernel of the size of the stride, padding VALID and images that windows tile, all of them are just that:
 *       the norm of every cotangent is kept where {@code filters <= in stride^2}, that of every input where {@code filters
 *       >= in stride^2}. Larger kernels lose only what zeros beyond the border cost; with padding CIRCULAR they lose nothing.
 * </ul>
 *
 * For deep networks and tight certificates. A projection costs more than that of {@link SpectralConv2D}, once per optimiser
 * step; predictions cost the same. Immutable and thread-safe.
 *
 * @param filters number of output channels
 * @param kernel height and width of the kernel, at least the stride
 * @param stride step of the window, in both directions
 * @param padding what lies beyond the border
 * @param rawWeights what becomes of the raw matrices after a projection
 * @param lipschitz constant of the layer, above 0
 * @see <a href="https://arxiv.org/abs/2501.07930">Boissin et al. 2025</a>
 */
public record OrthogonalConv2D(
        int filters,
        int kernel,
        int stride,
        Padding padding,
        SpectralOrthogonal.RawWeights rawWeights,
        double lipschitz)
        implements ConvolutionLayer, LipschitzTarget {
    private static final String NAME = "OrthogonalConv2D";

    /** Checks the numbers. */
    public OrthogonalConv2D {
        new ConvolutionMap(
                NAME,
                filters,
                ConvolutionWindow.square(kernel).withStride(stride).withPadding(padding));
        if (kernel < stride) {
            throw new IllegalArgumentException(NAME + ": expected a kernel of at least the stride, got kernel " + kernel
                    + " and stride " + stride + "; windows would leave pixels out, so nothing could keep norms");
        }
        LipschitzTarget.require(NAME, lipschitz);
    }

    /** Stride 1, padding SAME. */
    public OrthogonalConv2D(int filters, int kernel) {
        this(filters, kernel, 1, Padding.SAME);
    }

    /** Raw matrices re-based, constant 1. */
    public OrthogonalConv2D(int filters, int kernel, int stride, Padding padding) {
        this(filters, kernel, stride, padding, SpectralOrthogonal.RawWeights.REBASED, 1);
    }

    @Override
    public OrthogonalConv2D withLipschitz(double constant) {
        return new OrthogonalConv2D(filters, kernel, stride, padding, rawWeights, constant);
    }

    @Override
    public List<ParameterSpec> parameters(Shape input) {
        OrthogonalKernel orthogonal = new OrthogonalKernel(stride, rawWeights);
        Shape shape = map().kernelShape(input.channels());
        return map().parameters(shape, orthogonal.initializer(shape), Scaled.by(lipschitz, orthogonal));
    }

    @Override
    public ConvolutionWindow window() {
        return ConvolutionWindow.square(kernel).withStride(stride).withPadding(padding);
    }

    private ConvolutionMap map() {
        return new ConvolutionMap(NAME, filters, window());
    }
}
