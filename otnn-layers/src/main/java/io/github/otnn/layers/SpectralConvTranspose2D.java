package io.github.otnn.layers;

import io.github.otnn.core.Shape;
import io.github.otnn.core.graph.Operand;
import io.github.otnn.core.network.LayerPass;
import io.github.otnn.core.network.LipschitzBound;
import io.github.otnn.core.network.LipschitzTarget;
import io.github.otnn.core.network.ParameterSpec;
import io.github.otnn.core.network.Parametrization;
import io.github.otnn.core.network.Rounding;
import io.github.otnn.core.tensor.Elementwise;
import java.util.List;
import java.util.function.Function;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Transposed convolution, which enlarges images: the adjoint of a {@link SpectralConv2D} from its output to its input, plus a
 * bias. 1-Lipschitz by proof, for an adjoint has the norm of its map.
 *
 * <pre>y = adjoint of conv(., K^) at x, + b</pre>
 *
 * <ul>
 *   <li>x {@code [batch, height, width, in]}, y {@code [batch, outHeight, outWidth, filters]}, kernel {@code [kH, kW, filters,
 *       in]}: that of the convolution from y to x, and constrained as such, seen as {@code [kH kW filters, in]}. bias {@code
 *       [filters]}
 *   <li>outHeight = (height - 1) stride + reach without padding, reach = dilation (kH - 1) + 1. SAME takes {@code reach / 2} from
 *       both sides of that; CIRCULAR and SAME_UPPER make height * stride. It is the smallest size from which the convolution
 *       makes height rows.
 * </ul>
 *
 * Immutable and thread-safe.
 *
 * @param filters number of output channels
 * @param window of the convolution from y to x
 * @param constraint raw to effective kernel, of norm at most 1 when seen as a matrix
 * @param scaling what the overlap of windows divides it by
 * @param lipschitz constant of the layer, above 0
 */
public record SpectralConvTranspose2D(
        int filters, ConvolutionWindow window, Parametrization constraint, ConvolutionScaling scaling, double lipschitz)
        implements LipschitzTarget {
    private static final String LAYER = "SpectralConvTranspose2D";

    /** Checks the numbers. */
    public SpectralConvTranspose2D {
        new ConvolutionMap(LAYER, filters, window);
        LipschitzTarget.require(LAYER, lipschitz);
    }

    /** Constraint {@link SpectralOrthogonal#rebased()}, scaling OVERLAP_BOUND, constant 1. */
    public SpectralConvTranspose2D(int filters, ConvolutionWindow window) {
        this(filters, window, SpectralOrthogonal.rebased(), ConvolutionScaling.OVERLAP_BOUND, 1);
    }

    @Override
    public SpectralConvTranspose2D withLipschitz(double constant) {
        return new SpectralConvTranspose2D(filters, window, constraint, scaling, constant);
    }

    @Override
    public Shape outputShape(Shape input) {
        return window.inputShape(LAYER, input, filters);
    }

    @Override
    public List<ParameterSpec> parameters(Shape input) {
        Shape output = outputShape(input);
        return List.of(
                new ParameterSpec(
                        ConvolutionMap.KERNEL,
                        Shape.of(window.height(), window.width(), filters, input.channels()),
                        SpectralOrthogonal.initializer(),
                        scaling.scaled(lipschitz, constraint, window, output.size(0), output.size(1))),
                ParameterSpec.bias(filters));
    }

    @Override
    public INDArray forward(INDArray input, LayerPass pass) {
        Shape shape = outputShape(Shape.ofSample(input.shape()));
        INDArray output = pass.output(shape.batch(input.size(0)));
        on(shape).applyAdjoint(pass.weight(ConvolutionMap.KERNEL), input, ConvolutionMemory.of(pass), output);
        INDArray rows = pass.view("rows", output, output.length() / output.size(3), output.size(3));
        Elementwise.addBias(pass.call("bias"), rows, pass.weight(ConvolutionMap.BIAS), rows);
        return output;
    }

    @Override
    public INDArray backward(INDArray input, INDArray output, INDArray cotangent, LayerPass pass) {
        ImageConvolution convolution = on(Shape.ofSample(output.shape()));
        INDArray kernel = pass.weight(ConvolutionMap.KERNEL);
        INDArray back = pass.cotangent(input.shape());
        convolution.apply(cotangent, kernel, null, ConvolutionMemory.of(pass), back);
        if (pass.wantsGradients()) {
            INDArray gradient = pass.gradient(ConvolutionMap.KERNEL);
            INDArray part = pass.accumulates() ? pass.scratch("kernel gradient", kernel.shape()) : gradient;
            // <cotangent, adjoint(x)> = <conv(cotangent), x>
            INDArray unused = pass.scratch("unused", cotangent.shape());
            convolution.gradients(cotangent, kernel, input, ConvolutionMemory.of(pass), unused, part);
            if (pass.accumulates()) {
                gradient.addi(part);
            }
            ConvolutionMap.addBiasGradient(cotangent, pass);
        }
        return back;
    }

    @Override
    public LipschitzBound bound(Shape input, Function<String, INDArray> weights) {
        return LipschitzBound.of(
                on(outputShape(input)).bound(weights.apply(ConvolutionMap.KERNEL)),
                "operator norm of the adjoint convolution: Fourier transform and overlap, in float64");
    }

    @Override
    public Rounding rounding(Shape input, Function<String, INDArray> weights, double unitRoundoff) {
        Shape output = outputShape(input);
        return ConvolutionRounding.of(
                weights.apply(ConvolutionMap.KERNEL),
                (long) window.height() * window.width() * input.channels(),
                window.overlap(output.size(0), output.size(1)),
                weights.apply(ConvolutionMap.BIAS),
                (double) output.size(0) * output.size(1),
                unitRoundoff);
    }

    @Override
    public Operand express(Operand input, Function<String, INDArray> weights) {
        Shape output = outputShape(input.shape());
        return input.transposedConvolution(
                weights.apply(ConvolutionMap.KERNEL),
                weights.apply(ConvolutionMap.BIAS),
                window.rows().on(output.size(0)),
                window.columns().on(output.size(1)));
    }

    @Override
    public String describe(Shape input) {
        return LAYER + " " + window.describe() + " " + input.channels() + " -> " + filters;
    }

    private ImageConvolution on(Shape output) {
        return ImageConvolution.on(window, output.size(0), output.size(1));
    }
}
