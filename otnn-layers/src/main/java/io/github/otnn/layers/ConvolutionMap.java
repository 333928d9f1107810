package io.github.otnn.layers;

import io.github.otnn.core.Shape;
import io.github.otnn.core.graph.Operand;
import io.github.otnn.core.network.Initializer;
import io.github.otnn.core.network.LayerPass;
import io.github.otnn.core.network.LipschitzBound;
import io.github.otnn.core.network.ParameterSpec;
import io.github.otnn.core.network.Parametrization;
import io.github.otnn.core.network.Rounding;
import io.github.otnn.core.tensor.Products;
import java.util.List;
import java.util.function.Function;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The affine map y = conv(x, K) + b of images {@code [height, width, in]} and its pullback, whatever constrains K.
 *
 * @param layer name for messages
 * @param filters number of output channels
 */
record ConvolutionMap(String layer, int filters, ConvolutionWindow window) {
    static final String KERNEL = "kernel";
    static final String BIAS = "bias";

    ConvolutionMap {
        if (filters < 1) {
            throw new IllegalArgumentException(layer + ": filters must be >= 1, got " + filters);
        }
    }

    Shape outputShape(Shape input) {
        return window.outputShape(layer, input, filters);
    }

    Shape kernelShape(long channels) {
        return Shape.of(window.height(), window.width(), channels, filters);
    }

    List<ParameterSpec> parameters(Shape kernel, Initializer initializer, Parametrization parametrization) {
        return List.of(new ParameterSpec(KERNEL, kernel, initializer, parametrization), ParameterSpec.bias(filters));
    }

    /**
     * Forward pass.
     *
     * @param kernel {@code [kH, kW, in, filters]}
     */
    INDArray forward(INDArray input, INDArray kernel, LayerPass pass) {
        ImageConvolution convolution = on(input.size(1), input.size(2));
        long[] shape = convolution.outputShape(filters);
        INDArray output = pass.output(input.size(0), shape[1], shape[2], filters);
        convolution.apply(input, kernel, pass.weight(BIAS), ConvolutionMemory.of(pass), output);
        return output;
    }

    /** Backward pass; the kernel comes with its shape {@code [kH, kW, in, filters]}, its gradient takes the same order. */
    INDArray backward(INDArray input, INDArray cotangent, INDArray kernel, LayerPass pass) {
        ImageConvolution convolution = on(input.size(1), input.size(2));
        INDArray back = pass.cotangent(input.shape());
        if (!pass.wantsGradients()) {
            convolution.applyAdjoint(kernel, cotangent, ConvolutionMemory.of(pass), back);
            return back;
        }
        INDArray gradient = pass.view("kernel gradient", pass.gradient(KERNEL), kernel.shape());
        if (!pass.wantsInputGradient()
                && input.size(3) <= ImageConvolution.FEW_CHANNELS
                && pass.type() == DataType.FLOAT
                && convolution.gathersPatches()) {
            convolution.kernelGradientFromPatches(
                    input, cotangent, ConvolutionMemory.of(pass), pass.accumulates(), gradient);
        } else if (pass.accumulates()) {
            INDArray part = pass.scratch("kernel gradient", kernel.shape());
            convolution.gradients(input, kernel, cotangent, ConvolutionMemory.of(pass), back, part);
            gradient.addi(part);
        } else {
            convolution.gradients(input, kernel, cotangent, ConvolutionMemory.of(pass), back, gradient);
        }
        addBiasGradient(cotangent, pass);
        return back;
    }

    /** Sum of the cotangent over batch, rows and columns. */
    static void addBiasGradient(INDArray cotangent, LayerPass pass) {
        long channels = cotangent.size(3);
        INDArray rows = pass.view("cotangent rows", cotangent, cotangent.length() / channels, channels);
        INDArray bias = pass.view("bias gradient", pass.gradient(BIAS), 1, channels);
        Products.sumRows(pass.call("bias gradient"), pass.ones(rows.size(0)), rows, pass.accumulates(), bias);
    }

    LipschitzBound bound(Shape input, INDArray kernel) {
        return LipschitzBound.of(
                on(input.size(0), input.size(1)).bound(kernel),
                "operator norm of the convolution: Fourier transform and overlap, in float64");
    }

    Rounding rounding(Shape input, INDArray kernel, Function<String, INDArray> weights, double unitRoundoff) {
        Shape output = outputShape(input);
        return ConvolutionRounding.of(
                kernel,
                kernel.length() / filters,
                window.overlap(input.size(0), input.size(1)),
                weights.apply(BIAS),
                (double) output.size(0) * output.size(1),
                unitRoundoff);
    }

    /** The same in primitive operators. */
    Operand express(Operand input, Function<String, INDArray> weights) {
        return input.convolution(
                weights.apply(KERNEL),
                weights.apply(BIAS),
                window.rows().on(input.shape().size(0)),
                window.columns().on(input.shape().size(1)));
    }

    String describe(long channels) {
        return layer + " " + window.describe() + " " + channels + " -> " + filters;
    }

    private ImageConvolution on(long height, long width) {
        return ImageConvolution.on(window, height, width);
    }
}
