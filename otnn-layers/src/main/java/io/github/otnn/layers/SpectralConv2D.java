package io.github.otnn.layers;

import io.github.otnn.core.Shape;
import io.github.otnn.core.ShapeMismatchException;
import io.github.otnn.core.linalg.ConvolutionBound;
import io.github.otnn.core.network.Layer;
import io.github.otnn.core.network.LayerPass;
import io.github.otnn.core.network.LipschitzBound;
import io.github.otnn.core.network.ParameterSpec;
import io.github.otnn.core.tensor.Convolutions;
import io.github.otnn.core.tensor.Patches;
import io.github.otnn.core.tensor.Products;
import io.github.otnn.core.tensor.Tensors;
import java.util.List;
import java.util.function.Function;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Convolution whose reshaped kernel is orthogonalised (RKO) and divided by the overlap factor: 1-Lipschitz by proof.
 *
 * <pre>
 * y = conv(x, K^) + b,   K^ = bjorck(K seen as [k k in, out]) / sqrt(M),   M = ceil(k / stride)^2
 * </pre>
 *
 * <ul>
 *   <li>x {@code [batch, height, width, in]}, y {@code [batch, outHeight, outWidth, filters]}, kernel {@code [k, k, in,
 *       filters]}, bias {@code [filters]}
 *   <li>One pixel is in at most M windows, so cutting the image into patches stretches by at most sqrt(M), for both
 *       paddings, every stride and every size: the layer's constant is at most 1. It is often well below; the audit states
 *       the bound of the convolution itself.
 * </ul>
 *
 * Immutable and thread-safe.
 *
 * @param filters number of output channels
 * @param kernel height and width of the kernel
 * @param stride step of the window, in both directions
 * @param padding what lies beyond the border
 * @param rawWeights what becomes of the raw weight after a projection
 * @see <a href="https://arxiv.org/abs/2006.06520">Serrurier et al. 2021</a>
 */
public record SpectralConv2D(
        int filters, int kernel, int stride, Padding padding, SpectralOrthogonal.RawWeights rawWeights)
        implements Layer {
    private static final String KERNEL = "kernel";
    private static final String BIAS = "bias";

    /** A first layer with at most so many input channels gathers patches for its kernel gradient. */
    private static final long FEW_CHANNELS = 4;

    /** Checks the numbers. */
    public SpectralConv2D {
        if (filters < 1 || kernel < 1 || stride < 1) {
            throw new IllegalArgumentException("SpectralConv2D: expected filters, kernel and stride >= 1, got "
                    + filters + ", " + kernel + ", " + stride);
        }
    }

    /** Stride 1, padding SAME, raw weights re-based. */
    public SpectralConv2D(int filters, int kernel) {
        this(filters, kernel, 1, Padding.SAME);
    }

    /** Raw weights re-based. */
    public SpectralConv2D(int filters, int kernel, int stride, Padding padding) {
        this(filters, kernel, stride, padding, SpectralOrthogonal.RawWeights.REBASED);
    }

    @Override
    public Shape outputShape(Shape input) {
        if (input.rank() != 3) {
            throw new ShapeMismatchException(
                    "SpectralConv2D", "input [batch, height, width, channels]", input.describeBatch());
        }
        long height = windows(input.size(0));
        long width = windows(input.size(1));
        if (height < 1 || width < 1) {
            throw new ShapeMismatchException(
                    "SpectralConv2D",
                    "an image of at least " + (kernel - 2 * padding.zeros(kernel)) + " x "
                            + (kernel - 2 * padding.zeros(kernel)) + " for kernel " + kernel + " and padding "
                            + padding,
                    input.describeBatch());
        }
        return Shape.of(height, width, filters);
    }

    @Override
    public List<ParameterSpec> parameters(Shape input) {
        Shape shape = Shape.of(kernel, kernel, input.channels(), filters);
        return List.of(
                new ParameterSpec(
                        KERNEL,
                        shape,
                        SpectralOrthogonal.initializer(),
                        Scaled.by(1.0 / usesPerAxis(), new SpectralOrthogonal(rawWeights))),
                ParameterSpec.bias(filters));
    }

    @Override
    public INDArray forward(INDArray input, LayerPass pass) {
        INDArray output = pass.output(input.size(0), windows(input.size(1)), windows(input.size(2)), filters);
        Convolutions.forward(input, pass.weight(KERNEL), pass.weight(BIAS), geometry(), output);
        return output;
    }

    @Override
    public INDArray backward(INDArray input, INDArray output, INDArray cotangent, LayerPass pass) {
        INDArray weight = pass.weight(KERNEL);
        INDArray back = pass.cotangent(input.shape());
        if (!pass.wantsGradients()) {
            INDArray unused = pass.scratch("kernel gradient", weight.shape());
            Convolutions.inputGradient(input, weight, cotangent, geometry(), unused, back);
            return back;
        }
        INDArray gradient = pass.gradient(KERNEL);
        if (!pass.wantsInputGradient() && input.size(3) <= FEW_CHANNELS && pass.type() == DataType.FLOAT) {
            gradientFromPatches(input, cotangent, pass);
        } else if (pass.accumulates()) {
            INDArray part = pass.scratch("kernel gradient", weight.shape());
            Convolutions.backward(input, weight, cotangent, geometry(), back, part);
            gradient.addi(part);
        } else {
            Convolutions.backward(input, weight, cotangent, geometry(), back, gradient);
        }
        INDArray rows = Tensors.matrix(cotangent);
        INDArray bias = pass.gradient(BIAS).reshape('c', 1, filters);
        Products.sumRows(pass.ones(rows.size(0)), rows, pass.accumulates(), bias);
        return back;
    }

    /** Kernel gradient alone: patchesT dy. */
    private void gradientFromPatches(INDArray input, INDArray cotangent, LayerPass pass) {
        INDArray dy = Tensors.matrix(cotangent);
        long taps = kernel * kernel * input.size(3);
        INDArray patches = pass.scratch("patches", dy.size(0), taps);
        Patches.gather(input, kernel, geometry(), cotangent.size(1), cotangent.size(2), patches);
        INDArray gradient = Tensors.matrix(pass.gradient(KERNEL));
        Products.product(patches, true, dy, false, 1, pass.accumulates() ? 1 : 0, gradient);
    }

    @Override
    public LipschitzBound bound(Shape input, Function<String, INDArray> weights) {
        double bound = ConvolutionBound.of(weights.apply(KERNEL), input.size(0), input.size(1), geometry());
        return LipschitzBound.of(bound, "operator norm of the convolution: Fourier transform and overlap, in float64");
    }

    @Override
    public String describe(Shape input) {
        return "SpectralConv2D " + kernel + "x" + kernel + (stride > 1 ? " stride " + stride : "") + " " + padding + " "
                + input.channels() + " -> " + filters;
    }

    private Convolutions.Geometry geometry() {
        int zeros = padding.zeros(kernel);
        return new Convolutions.Geometry(stride, stride, zeros, zeros);
    }

    private long windows(long size) {
        return Math.floorDiv(size + 2L * padding.zeros(kernel) - kernel, stride) + 1;
    }

    /** Most windows along one axis that contain one pixel: the square root of M. */
    private int usesPerAxis() {
        return (kernel + stride - 1) / stride;
    }
}
