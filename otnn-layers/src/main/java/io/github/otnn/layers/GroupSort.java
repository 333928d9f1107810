package io.github.otnn.layers;

import io.github.otnn.core.Shape;
import io.github.otnn.core.ShapeMismatchException;
import io.github.otnn.core.graph.Operand;
import io.github.otnn.core.network.Layer;
import io.github.otnn.core.network.LayerPass;
import io.github.otnn.core.network.LipschitzBound;
import io.github.otnn.core.network.Rounding;
import io.github.otnn.core.tensor.PairSort;
import io.github.otnn.core.tensor.RowSort;
import java.util.function.Function;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Sorts each group of adjacent channels in ascending order.
 *
 * <pre>y_{g j} &lt;= ... &lt;= y_{g j + g - 1}, the values of x_{g j}, ..., x_{g j + g - 1}</pre>
 *
 * Any shape whose number of channels (last axis) is a multiple of the group size g. A permutation for every input: constant 1,
 * norms and gradient norms are kept exactly; equal values keep their order. Size 2 is {@link GroupSort2}, all channels {@link
 * FullSort}. Immutable and thread-safe.
 *
 * @param groupSize channels sorted together
 * @see <a href="https://arxiv.org/abs/1811.05381">Anil, Lucas, Grosse 2019</a>
 */
public record GroupSort(int groupSize) implements Layer {
    private static final String ORDER = "order";

    /** Checks the size. */
    public GroupSort {
        if (groupSize < 1) {
            throw new IllegalArgumentException("GroupSort: groupSize must be >= 1, got " + groupSize);
        }
    }

    @Override
    public Shape outputShape(Shape input) {
        if (input.channels() % groupSize != 0) {
            throw new ShapeMismatchException(
                    "GroupSort", "a number of channels that " + groupSize + " divides", input.describeBatch());
        }
        return input;
    }

    @Override
    public INDArray forward(INDArray input, LayerPass pass) {
        INDArray output = pass.output(input.shape());
        if (groupSize == 2) {
            PairSort.forward(input, output);
        } else {
            RowSort.forward(groups(input), groups(output), groups(pass.kept(ORDER, input.shape())));
        }
        return output;
    }

    @Override
    public INDArray backward(INDArray input, INDArray output, INDArray cotangent, LayerPass pass) {
        INDArray back = pass.cotangent(input.shape());
        if (groupSize == 2) {
            PairSort.backward(input, cotangent, back);
        } else {
            RowSort.backward(groups(pass.kept(ORDER, input.shape())), groups(cotangent), groups(back));
        }
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
        return input.sort(groupSize);
    }

    @Override
    public String describe(Shape input) {
        return "GroupSort " + groupSize;
    }

    private INDArray groups(INDArray array) {
        return array.reshape('c', array.length() / groupSize, groupSize);
    }
}
