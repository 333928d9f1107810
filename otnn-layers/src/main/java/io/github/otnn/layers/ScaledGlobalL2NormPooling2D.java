package io.github.otnn.layers;

import io.github.otnn.core.Shape;
import io.github.otnn.core.graph.Arithmetic;
import io.github.otnn.core.graph.Operand;
import io.github.otnn.core.network.Layer;
import io.github.otnn.core.network.LayerPass;
import io.github.otnn.core.network.LipschitzBound;
import io.github.otnn.core.network.Rounding;
import io.github.otnn.core.tensor.NormPooling;
import io.github.otnn.core.tensor.Pooling;
import java.util.function.Function;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Norm of each channel over all pixels.
 *
 * <pre>y_c = sqrt(sum of x^2 over height and width),   dx = dy x / y, 0 where the channel is all zeros</pre>
 *
 * x {@code [batch, height, width, channels]}, y {@code [batch, channels]}. Constant 1: the norms of disjoint parts; the norm of
 * the image is kept. Immutable and thread-safe.
 * <p>Source: Boureau, Ponce, LeCun 2010, "A theoretical analysis of feature pooling in visual recognition".
 */
public record ScaledGlobalL2NormPooling2D() implements Layer {
    @Override
    public Shape outputShape(Shape input) {
        return GlobalMap.outputShape("ScaledGlobalL2NormPooling2D", input);
    }

    @Override
    public INDArray forward(INDArray input, LayerPass pass) {
        INDArray output = GlobalMap.output(input, pass);
        Pooling.Windows window = GlobalMap.window(input);
        NormPooling.forward(input, window.height(), window.width(), output);
        return GlobalMap.vectors(output, pass);
    }

    @Override
    public INDArray backward(INDArray input, INDArray output, INDArray cotangent, LayerPass pass) {
        INDArray back = pass.cotangent(input.shape());
        Pooling.Windows window = GlobalMap.window(input);
        NormPooling.backward(
                input,
                GlobalMap.pixels("output pixels", output, pass),
                GlobalMap.pixels("cotangent pixels", cotangent, pass),
                window.height(),
                window.width(),
                back);
        return back;
    }

    @Override
    public LipschitzBound bound(Shape input, Function<String, INDArray> weights) {
        return LipschitzBound.of(1, "norms of disjoint parts");
    }

    @Override
    public Rounding rounding(Shape input, Function<String, INDArray> weights, double unitRoundoff) {
        return NormRounding.of(GlobalMap.size(input), input.channels(), unitRoundoff);
    }

    @Override
    public Operand express(Operand input, Function<String, INDArray> weights) {
        Operand mean = GlobalMap.mean(input.combine(Arithmetic.MULTIPLY, input));
        return mean.combine(Arithmetic.MULTIPLY, GlobalMap.size(input.shape())).squareRoot();
    }

    @Override
    public String describe(Shape input) {
        return "ScaledGlobalL2NormPooling2D";
    }
}
