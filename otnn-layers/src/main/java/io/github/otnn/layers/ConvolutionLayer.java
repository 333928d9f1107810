package io.github.otnn.layers;

import io.github.otnn.core.Shape;
import io.github.otnn.core.graph.Operand;
import io.github.otnn.core.network.Layer;
import io.github.otnn.core.network.LayerPass;
import io.github.otnn.core.network.LipschitzBound;
import io.github.otnn.core.network.Rounding;
import java.util.function.Function;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What convolutions of images share whatever constrains their kernel: the affine map and what follows from it. */
interface ConvolutionLayer extends Layer {
    /** Number of output channels. */
    int filters();

    /** Size of the kernel and how it moves. */
    ConvolutionWindow window();

    /** The affine map. */
    private ConvolutionMap map() {
        return new ConvolutionMap(getClass().getSimpleName(), filters(), window());
    }

    @Override
    default Shape outputShape(Shape input) {
        return map().outputShape(input);
    }

    @Override
    default INDArray forward(INDArray input, LayerPass pass) {
        return map().forward(input, pass.weight(ConvolutionMap.KERNEL), pass);
    }

    @Override
    default INDArray backward(INDArray input, INDArray output, INDArray cotangent, LayerPass pass) {
        return map().backward(input, cotangent, pass.weight(ConvolutionMap.KERNEL), pass);
    }

    @Override
    default LipschitzBound bound(Shape input, Function<String, INDArray> weights) {
        return map().bound(input, weights.apply(ConvolutionMap.KERNEL));
    }

    @Override
    default Rounding rounding(Shape input, Function<String, INDArray> weights, double unitRoundoff) {
        return map().rounding(input, weights.apply(ConvolutionMap.KERNEL), weights, unitRoundoff);
    }

    @Override
    default Operand express(Operand input, Function<String, INDArray> weights) {
        return map().express(input, weights);
    }

    @Override
    default String describe(Shape input) {
        return map().describe(input.channels());
    }
}
