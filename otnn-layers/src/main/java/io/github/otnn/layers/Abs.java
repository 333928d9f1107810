package io.github.otnn.layers;

import io.github.otnn.core.Shape;
import io.github.otnn.core.graph.Operand;
import io.github.otnn.core.network.Layer;
import io.github.otnn.core.network.LayerPass;
import io.github.otnn.core.network.LipschitzBound;
import io.github.otnn.core.network.Rounding;
import io.github.otnn.core.tensor.Elementwise;
import java.util.function.Function;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Size of each value.
 *
 * <pre>y = |x|,   dx = dy sign(x), 0 where x = 0</pre>
 *
 * Any shape. Constant 1; norms are kept, and gradient norms where no value is 0. Immutable and thread-safe.
 */
public record Abs() implements Layer {
    @Override
    public Shape outputShape(Shape input) {
        return input;
    }

    @Override
    public INDArray forward(INDArray input, LayerPass pass) {
        INDArray output = pass.output(input.shape());
        Elementwise.absolute(input, output);
        return output;
    }

    @Override
    public INDArray backward(INDArray input, INDArray output, INDArray cotangent, LayerPass pass) {
        INDArray back = pass.cotangent(input.shape());
        Elementwise.absoluteBackward(input, cotangent, back);
        return back;
    }

    @Override
    public LipschitzBound bound(Shape input, Function<String, INDArray> weights) {
        return LipschitzBound.of(1, "each value by itself");
    }

    @Override
    public Rounding rounding(Shape input, Function<String, INDArray> weights, double unitRoundoff) {
        return Rounding.none();
    }

    @Override
    public Operand express(Operand input, Function<String, INDArray> weights) {
        return input.absolute();
    }

    @Override
    public String describe(Shape input) {
        return "Abs";
    }
}
