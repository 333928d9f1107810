package io.github.otnn.layers;

import io.github.otnn.core.Shape;
import io.github.otnn.core.graph.Arithmetic;
import io.github.otnn.core.graph.Operand;
import io.github.otnn.core.network.Layer;
import io.github.otnn.core.network.LayerPass;
import io.github.otnn.core.network.LipschitzBound;
import io.github.otnn.core.network.Rounding;
import io.github.otnn.core.tensor.Elementwise;
import io.github.otnn.core.tensor.Pooling;
import java.util.function.Function;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Mean over all pixels of each channel, times the root of their number.
 *
 * <pre>y_c = sum of x over height and width / sqrt(height width)</pre>
 *
 * x {@code [batch, height, width, channels]}, y {@code [batch, channels]}. Constant 1, attained by constant images.
 * Immutable and thread-safe.
 *
 * @see <a href="https://arxiv.org/abs/2006.06520">Serrurier et al. 2021</a>
 */
public record ScaledGlobalAveragePooling2D() implements Layer {
    @Override
    public Shape outputShape(Shape input) {
        return GlobalMap.outputShape("ScaledGlobalAveragePooling2D", input);
    }

    @Override
    public INDArray forward(INDArray input, LayerPass pass) {
        INDArray output = GlobalMap.output(input, pass);
        Pooling.mean(input, GlobalMap.window(input), output);
        Elementwise.scale(output, root(input), output);
        return GlobalMap.vectors(output, pass);
    }

    @Override
    public INDArray backward(INDArray input, INDArray output, INDArray cotangent, LayerPass pass) {
        INDArray scaled = pass.scratch("scaled", input.size(0), 1, 1, input.size(3));
        Elementwise.scale(GlobalMap.pixels("cotangent pixels", cotangent, pass), root(input), scaled);
        INDArray back = pass.cotangent(input.shape());
        Pooling.meanBackward(input, scaled, GlobalMap.window(input), back);
        return back;
    }

    @Override
    public LipschitzBound bound(Shape input, Function<String, INDArray> weights) {
        return LipschitzBound.of(1, "orthonormal rows");
    }

    @Override
    public Rounding rounding(Shape input, Function<String, INDArray> weights, double unitRoundoff) {
        double size = GlobalMap.size(input);
        return AverageRounding.of(size, Math.sqrt(size), 1, input.channels(), unitRoundoff);
    }

    @Override
    public Operand express(Operand input, Function<String, INDArray> weights) {
        return GlobalMap.mean(input).combine(Arithmetic.MULTIPLY, Math.sqrt(GlobalMap.size(input.shape())));
    }

    @Override
    public String describe(Shape input) {
        return "ScaledGlobalAveragePooling2D";
    }

    private static double root(INDArray input) {
        return Math.sqrt((double) input.size(1) * input.size(2));
    }
}
