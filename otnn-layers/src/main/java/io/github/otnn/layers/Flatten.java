package io.github.otnn.layers;

import io.github.otnn.core.Shape;
import io.github.otnn.core.graph.Operand;
import io.github.otnn.core.network.Layer;
import io.github.otnn.core.network.LayerPass;
import io.github.otnn.core.network.LipschitzBound;
import io.github.otnn.core.network.Rounding;
import java.util.function.Function;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Turns each sample into a vector, in the order row, column, channel. Constant 1; moves nothing in memory. Immutable and
 * thread-safe.
 */
public record Flatten() implements Layer {
    @Override
    public Shape outputShape(Shape input) {
        return Shape.of(input.length());
    }

    @Override
    public INDArray forward(INDArray input, LayerPass pass) {
        return pass.view("flat", input, input.size(0), input.length() / input.size(0));
    }

    @Override
    public INDArray backward(INDArray input, INDArray output, INDArray cotangent, LayerPass pass) {
        return pass.view("back", cotangent, input.shape());
    }

    @Override
    public LipschitzBound bound(Shape input, Function<String, INDArray> weights) {
        return LipschitzBound.of(1, "isometry");
    }

    @Override
    public Rounding rounding(Shape input, Function<String, INDArray> weights, double unitRoundoff) {
        return Rounding.none();
    }

    @Override
    public Operand express(Operand input, Function<String, INDArray> weights) {
        return input.reshape(Shape.of(input.shape().length()));
    }

    @Override
    public String describe(Shape input) {
        return "Flatten";
    }
}
