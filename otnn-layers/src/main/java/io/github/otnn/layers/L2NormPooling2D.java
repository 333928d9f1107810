package io.github.otnn.layers;

import io.github.otnn.core.Shape;
import io.github.otnn.core.ShapeMismatchException;
import io.github.otnn.core.graph.Operand;
import io.github.otnn.core.network.Layer;
import io.github.otnn.core.network.LayerPass;
import io.github.otnn.core.network.LipschitzBound;
import io.github.otnn.core.network.Rounding;
import io.github.otnn.core.tensor.NormPooling;
import java.util.function.Function;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Norm of each disjoint window, channel by channel.
 *
 * <pre>y = sqrt(sum of x^2 over the window),   dx = dy x / y, 0 where the window is all zeros</pre>
 *
 * <ul>
 *   <li>x {@code [batch, height, width, channels]}, y {@code [batch, height / window, width / window, channels]}; incomplete
 *       windows at the far border are dropped
 *   <li>constant 1: the norms of disjoint parts. The norm of the image is kept where the windows tile it.
 * </ul>
 *
 * Immutable and thread-safe.
 * <p>Source: Boureau, Ponce, LeCun 2010, "A theoretical analysis of feature pooling in visual recognition".
 *
 * @param window height, width and stride
 */
public record L2NormPooling2D(int window) implements Layer {
    /** Checks the window. */
    public L2NormPooling2D {
        if (window < 1) {
            throw new IllegalArgumentException("L2NormPooling2D: window must be >= 1, got " + window);
        }
    }

    @Override
    public Shape outputShape(Shape input) {
        if (input.rank() != 3 || input.size(0) < window || input.size(1) < window) {
            throw new ShapeMismatchException(
                    "L2NormPooling2D",
                    "input [batch, height, width, channels] of at least " + window + " x " + window,
                    input.describeBatch());
        }
        return Shape.of(input.size(0) / window, input.size(1) / window, input.channels());
    }

    @Override
    public INDArray forward(INDArray input, LayerPass pass) {
        INDArray output = pass.output(input.size(0), input.size(1) / window, input.size(2) / window, input.size(3));
        NormPooling.forward(input, window, window, output);
        return output;
    }

    @Override
    public INDArray backward(INDArray input, INDArray output, INDArray cotangent, LayerPass pass) {
        INDArray back = pass.cotangent(input.shape());
        NormPooling.backward(input, output, cotangent, window, window, back);
        return back;
    }

    @Override
    public LipschitzBound bound(Shape input, Function<String, INDArray> weights) {
        return LipschitzBound.of(1, "norms of disjoint windows");
    }

    @Override
    public Rounding rounding(Shape input, Function<String, INDArray> weights, double unitRoundoff) {
        return NormRounding.of((double) window * window, outputShape(input).length(), unitRoundoff);
    }

    @Override
    public Operand express(Operand input, Function<String, INDArray> weights) {
        return new PoolingGrid("L2NormPooling2D", window, window, window, window, 0).norm(input);
    }

    @Override
    public String describe(Shape input) {
        return "L2NormPooling2D " + window + "x" + window;
    }
}
