package io.github.otnn.layers;

import io.github.otnn.core.Shape;
import io.github.otnn.core.graph.Arithmetic;
import io.github.otnn.core.graph.Operand;
import io.github.otnn.core.network.Layer;
import io.github.otnn.core.network.LayerPass;
import io.github.otnn.core.network.LipschitzBound;
import io.github.otnn.core.network.Rounding;
import io.github.otnn.core.tensor.Elementwise;
import java.util.function.Function;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Sets negative values to 0.
 *
 * <pre>y = max(x, 0),   dx = dy where x &gt; 0, else 0</pre>
 *
 * Any shape. Constant 1, but norms are not kept: a deep 1-Lipschitz network loses its gradient in it, and {@link GroupSort2} is
 * the better choice. For unconstrained networks to compare with. Immutable and thread-safe.
 */
public record ReLU() implements Layer {
    @Override
    public Shape outputShape(Shape input) {
        return input;
    }

    @Override
    public INDArray forward(INDArray input, LayerPass pass) {
        INDArray output = pass.output(input.shape());
        Elementwise.positivePart(input, output);
        return output;
    }

    @Override
    public INDArray backward(INDArray input, INDArray output, INDArray cotangent, LayerPass pass) {
        INDArray back = pass.cotangent(input.shape());
        Elementwise.positivePartBackward(input, cotangent, back);
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
        return input.combine(Arithmetic.MAXIMUM, 0);
    }

    @Override
    public String describe(Shape input) {
        return "ReLU";
    }
}
