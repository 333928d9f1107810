package io.github.otnn.layers;

import io.github.otnn.core.Shape;
import io.github.otnn.core.graph.Operand;
import io.github.otnn.core.network.Layer;
import io.github.otnn.core.network.LayerPass;
import io.github.otnn.core.network.LipschitzBound;
import io.github.otnn.core.network.Rounding;
import io.github.otnn.core.tensor.RowSort;
import java.util.function.Function;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Sorts all channels in ascending order.
 *
 * <pre>y_1 &lt;= ... &lt;= y_n, the values of x</pre>
 *
 * Any shape; the last axis is sorted. A permutation for every input: constant 1, norms and gradient norms are kept exactly;
 * equal values keep their order. More expressive than {@link GroupSort2} in small dense networks, and slower. Immutable and
 * thread-safe.
 *
 * @see <a href="https://arxiv.org/abs/1811.05381">Anil, Lucas, Grosse 2019</a>
 */
public record FullSort() implements Layer {
    private static final String ORDER = "order";

    @Override
    public Shape outputShape(Shape input) {
        return input;
    }

    @Override
    public INDArray forward(INDArray input, LayerPass pass) {
        INDArray output = pass.output(input.shape());
        INDArray order = pass.kept(ORDER, input.shape());
        RowSort.forward(input, output, order);
        return output;
    }

    @Override
    public INDArray backward(INDArray input, INDArray output, INDArray cotangent, LayerPass pass) {
        INDArray back = pass.cotangent(input.shape());
        INDArray order = pass.kept(ORDER, input.shape());
        RowSort.backward(order, cotangent, back);
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
        return input.sort(Math.toIntExact(input.shape().channels()));
    }

    @Override
    public String describe(Shape input) {
        return "FullSort";
    }
}
