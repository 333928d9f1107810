package io.github.otnn.layers;

import io.github.otnn.core.Shape;
import io.github.otnn.core.graph.Arithmetic;
import io.github.otnn.core.graph.Operand;
import io.github.otnn.core.network.Layer;
import io.github.otnn.core.network.LayerPass;
import io.github.otnn.core.network.LipschitzBound;
import io.github.otnn.core.network.Rounding;
import io.github.otnn.core.tensor.SignParts;
import io.github.otnn.core.tensor.Tensors;
import java.util.List;
import java.util.function.Function;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Positive and negative parts of all channels, side by side: twice as many channels.
 *
 * <pre>y = concat(max(x, 0), max(-x, 0)),   dx = dy+ where x &gt; 0, -dy- where x &lt; 0, 0 where x = 0</pre>
 *
 * x {@code [batch, ..., c]}, y {@code [batch, ..., 2 c]}: first all positive parts, then all negative ones. Constant 1: |y| = |x|,
 * and parts of two numbers are never farther apart than the numbers. Elsewhere "MaxMin" also names the sorting of pairs of
 * channels; here that is {@link GroupSort2}, or {@link Householder} at its start. Immutable and thread-safe.
 *
 * @see <a href="https://arxiv.org/abs/1603.05201">Shang et al. 2016</a>
 */
public record MaxMin() implements Layer {
    @Override
    public Shape outputShape(Shape input) {
        long[] sizes = input.sizes();
        sizes[sizes.length - 1] *= 2;
        return Shape.of(sizes);
    }

    @Override
    public INDArray forward(INDArray input, LayerPass pass) {
        INDArray output = pass.output(outputShape(Shape.ofSample(input.shape())).batch(input.size(0)));
        SignParts.forward(Tensors.matrix(input), Tensors.matrix(output));
        return output;
    }

    @Override
    public INDArray backward(INDArray input, INDArray output, INDArray cotangent, LayerPass pass) {
        INDArray back = pass.cotangent(input.shape());
        SignParts.backward(Tensors.matrix(input), Tensors.matrix(cotangent), Tensors.matrix(back));
        return back;
    }

    @Override
    public LipschitzBound bound(Shape input, Function<String, INDArray> weights) {
        return LipschitzBound.of(1, "positive and negative parts");
    }

    @Override
    public Rounding rounding(Shape input, Function<String, INDArray> weights, double unitRoundoff) {
        return Rounding.none();
    }

    @Override
    public Operand express(Operand input, Function<String, INDArray> weights) {
        Operand positive = input.combine(Arithmetic.MAXIMUM, 0);
        Operand negative = input.combine(Arithmetic.MULTIPLY, -1).combine(Arithmetic.MAXIMUM, 0);
        return positive.concatenate(-1, List.of(negative));
    }

    @Override
    public String describe(Shape input) {
        return "MaxMin " + input.channels() + " -> " + 2 * input.channels();
    }
}
