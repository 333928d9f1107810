package io.github.otnn.layers;

import io.github.otnn.core.Shape;
import io.github.otnn.core.ShapeMismatchException;
import io.github.otnn.core.graph.Operand;
import io.github.otnn.core.network.LayerPass;
import io.github.otnn.core.network.LipschitzBound;
import io.github.otnn.core.network.LipschitzTarget;
import io.github.otnn.core.network.ParameterSpec;
import io.github.otnn.core.network.Parametrization;
import io.github.otnn.core.network.Rounding;
import java.util.List;
import java.util.function.Function;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Convolution along one axis, such as time, with an orthogonalised kernel: 1-Lipschitz by proof.
 *
 * <pre>
 * y = conv(x, K^) + b,   K^ = lipschitz * bjorck(K seen as [k in, out]) / sqrt(m),   m = ceil(k g / stride)
 * g = gcd(stride, dilation)
 * </pre>
 *
 * x {@code [batch, length, in]}, y {@code [batch, outLength, filters]}, kernel {@code [1, k, in, filters]}, bias {@code
 * [filters]}. What {@link SpectralConv2D} says of constants and scalings holds here for images of one row. Immutable and
 * thread-safe.
 *
 * @param filters number of output channels
 * @param window of height 1, as {@link ConvolutionWindow#line} makes it
 * @param constraint raw to effective kernel, of norm at most 1 when seen as a matrix
 * @param scaling what the overlap of windows divides it by
 * @param lipschitz constant of the layer, above 0
 * @see <a href="https://arxiv.org/abs/2006.06520">Serrurier et al. 2021</a>
 */
public record SpectralConv1D(
        int filters, ConvolutionWindow window, Parametrization constraint, ConvolutionScaling scaling, double lipschitz)
        implements LipschitzTarget {
    /** Checks the numbers. */
    public SpectralConv1D {
        new ConvolutionMap("SpectralConv1D", filters, window);
        LipschitzTarget.require("SpectralConv1D", lipschitz);
        if (window.height() != 1 || window.strideHeight() != 1) {
            throw new IllegalArgumentException("SpectralConv1D: expected a window of height 1 and stride 1 there, got "
                    + window.describe() + "; use ConvolutionWindow.line");
        }
    }

    /** Stride 1, padding SAME, and what follows as in {@link #SpectralConv1D(int, ConvolutionWindow)}. */
    public SpectralConv1D(int filters, int kernel) {
        this(filters, ConvolutionWindow.line(kernel));
    }

    /** Constraint {@link SpectralOrthogonal#rebased()}, scaling OVERLAP_BOUND, constant 1. */
    public SpectralConv1D(int filters, ConvolutionWindow window) {
        this(filters, window, SpectralOrthogonal.rebased(), ConvolutionScaling.OVERLAP_BOUND, 1);
    }

    @Override
    public SpectralConv1D withLipschitz(double constant) {
        return new SpectralConv1D(filters, window, constraint, scaling, constant);
    }

    @Override
    public Shape outputShape(Shape input) {
        Shape image = map().outputShape(image(input));
        return Shape.of(image.size(1), filters);
    }

    @Override
    public List<ParameterSpec> parameters(Shape input) {
        return map().parameters(
                        map().kernelShape(input.channels()),
                        SpectralOrthogonal.initializer(),
                        scaling.scaled(lipschitz, constraint, window, 1, input.size(0)));
    }

    @Override
    public INDArray forward(INDArray input, LayerPass pass) {
        return sequences(map().forward(images(input), pass.weight(ConvolutionMap.KERNEL), pass));
    }

    @Override
    public INDArray backward(INDArray input, INDArray output, INDArray cotangent, LayerPass pass) {
        return sequences(map().backward(images(input), images(cotangent), pass.weight(ConvolutionMap.KERNEL), pass));
    }

    @Override
    public LipschitzBound bound(Shape input, Function<String, INDArray> weights) {
        return map().bound(image(input), weights.apply(ConvolutionMap.KERNEL));
    }

    @Override
    public Rounding rounding(Shape input, Function<String, INDArray> weights, double unitRoundoff) {
        return map().rounding(image(input), weights.apply(ConvolutionMap.KERNEL), weights, unitRoundoff);
    }

    @Override
    public Operand express(Operand input, Function<String, INDArray> weights) {
        Shape output = outputShape(input.shape());
        return map().express(input.reshape(image(input.shape())), weights).reshape(output);
    }

    @Override
    public String describe(Shape input) {
        return map().describe(input.channels());
    }

    private static Shape image(Shape input) {
        if (input.rank() != 2) {
            throw new ShapeMismatchException(
                    "SpectralConv1D", "input [batch, length, channels]", input.describeBatch());
        }
        return Shape.of(1, input.size(0), input.size(1));
    }

    private static INDArray images(INDArray sequences) {
        return sequences.reshape('c', sequences.size(0), 1, sequences.size(1), sequences.size(2));
    }

    private static INDArray sequences(INDArray images) {
        return images.reshape('c', images.size(0), images.size(2), images.size(3));
    }

    private ConvolutionMap map() {
        return new ConvolutionMap("SpectralConv1D", filters, window);
    }
}
