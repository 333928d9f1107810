package io.github.otnn.layers;

import io.github.otnn.core.Shape;
import io.github.otnn.core.graph.Operand;
import io.github.otnn.core.network.Layer;
import io.github.otnn.core.network.LayerPass;
import io.github.otnn.core.network.Rounding;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What dense layers share whatever constrains their weight: the affine map and what follows from it. */
interface DenseLayer extends Layer {
    /** Number of outputs. */
    int outputs();

    /** The affine map. */
    private DenseMap map() {
        return new DenseMap(outputs());
    }

    @Override
    default Shape outputShape(Shape input) {
        return map().outputShape(input);
    }

    @Override
    default INDArray forward(INDArray input, LayerPass pass) {
        return map().forward(input, pass);
    }

    @Override
    default @Nullable INDArray backward(INDArray input, INDArray output, INDArray cotangent, LayerPass pass) {
        return map().backward(input, cotangent, pass);
    }

    @Override
    default Rounding rounding(Shape input, Function<String, INDArray> weights, double unitRoundoff) {
        return map().rounding(weights.apply(DenseMap.WEIGHT), weights.apply(DenseMap.BIAS), unitRoundoff);
    }

    @Override
    default double[][] differenceBounds(Shape input, Function<String, INDArray> weights) {
        return map().columnDistances(weights.apply(DenseMap.WEIGHT));
    }

    @Override
    default Operand express(Operand input, Function<String, INDArray> weights) {
        return input.affine(weights.apply(DenseMap.WEIGHT), weights.apply(DenseMap.BIAS));
    }

    @Override
    default String describe(Shape input) {
        return getClass().getSimpleName() + " " + input.channels() + " -> " + outputs();
    }
}
