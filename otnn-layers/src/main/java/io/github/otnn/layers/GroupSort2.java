package io.github.otnn.layers;

import io.github.otnn.core.Shape;
import io.github.otnn.core.ShapeMismatchException;
import io.github.otnn.core.graph.Operand;
import io.github.otnn.core.network.Layer;
import io.github.otnn.core.network.LayerPass;
import io.github.otnn.core.network.LipschitzBound;
import io.github.otnn.core.network.Rounding;
import io.github.otnn.core.tensor.PairSort;
import java.util.function.Function;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Sorts each pair of adjacent channels in ascending order.
 *
 * <pre>(y_2j, y_2j+1) = (min, max)(x_2j, x_2j+1)</pre>
 *
 * Any shape with an even number of channels (last axis). A permutation for every input: constant 1, norms and gradient norms
 * are kept exactly; equal values keep their order. Immutable and thread-safe.
 *
 * @see <a href="https://arxiv.org/abs/1811.05381">Anil, Lucas, Grosse 2019</a>
 */
public record GroupSort2() implements Layer {
    @Override
    public Shape outputShape(Shape input) {
        if (input.channels() % 2 != 0) {
            throw new ShapeMismatchException("GroupSort2", "an even number of channels", input.describeBatch());
        }
        return input;
    }

    @Override
    public INDArray forward(INDArray input, LayerPass pass) {
        INDArray output = pass.output(input.shape());
        PairSort.forward(input, output);
        return output;
    }

    @Override
    public INDArray backward(INDArray input, INDArray output, INDArray cotangent, LayerPass pass) {
        INDArray back = pass.cotangent(input.shape());
        PairSort.backward(input, cotangent, back);
        return back;
    }

    @Override
    public LipschitzBound bound(Shape input, Function<String, INDArray> weights) {
        return LipschitzBound.of(1, "permutation");
    }

    @Override
    public Rounding rounding(Shape input, Function<String, INDArray> weights, double unitRoundoff) {
        return Rounding.none();
    }

    @Override
    public Operand express(Operand input, Function<String, INDArray> weights) {
        return input.sort(2);
    }

    @Override
    public String describe(Shape input) {
        return "GroupSort2";
    }
}
