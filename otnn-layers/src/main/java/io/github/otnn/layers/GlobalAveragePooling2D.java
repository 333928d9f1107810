package io.github.otnn.layers;

import io.github.otnn.core.Shape;
import io.github.otnn.core.graph.Operand;
import io.github.otnn.core.network.Layer;
import io.github.otnn.core.network.LayerPass;
import io.github.otnn.core.network.LipschitzBound;
import io.github.otnn.core.network.Rounding;
import io.github.otnn.core.tensor.Pooling;
import java.util.function.Function;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Mean over all pixels of each channel, as unconstrained networks have it.
 *
 * <pre>y_c = sum of x over height and width / (height width)</pre>
 *
 * x {@code [batch, height, width, channels]}, y {@code [batch, channels]}. Constant 1 / sqrt(height width), attained by constant
 * images: it wastes margin that {@link ScaledGlobalAveragePooling2D} keeps. Immutable and thread-safe.
 */
public record GlobalAveragePooling2D() implements Layer {
    @Override
    public Shape outputShape(Shape input) {
        return GlobalMap.outputShape("GlobalAveragePooling2D", input);
    }

    @Override
    public INDArray forward(INDArray input, LayerPass pass) {
        INDArray output = GlobalMap.output(input, pass);
        Pooling.mean(input, GlobalMap.window(input), output);
        return GlobalMap.vectors(output, pass);
    }

    @Override
    public INDArray backward(INDArray input, INDArray output, INDArray cotangent, LayerPass pass) {
        INDArray back = pass.cotangent(input.shape());
        Pooling.meanBackward(
                input, GlobalMap.pixels("cotangent pixels", cotangent, pass), GlobalMap.window(input), back);
        return back;
    }

    @Override
    public LipschitzBound bound(Shape input, Function<String, INDArray> weights) {
        double size = GlobalMap.size(input);
        return LipschitzBound.of(
                size == 1 ? 1 : RoundingTerms.up(1 / Math.sqrt(size)), "means of " + (long) size + " pixels");
    }

    @Override
    public Rounding rounding(Shape input, Function<String, INDArray> weights, double unitRoundoff) {
        return AverageRounding.of(
                GlobalMap.size(input), 1, bound(input, weights).vector(), input.channels(), unitRoundoff);
    }

    @Override
    public Operand express(Operand input, Function<String, INDArray> weights) {
        return GlobalMap.mean(input);
    }

    @Override
    public String describe(Shape input) {
        return "GlobalAveragePooling2D";
    }
}
