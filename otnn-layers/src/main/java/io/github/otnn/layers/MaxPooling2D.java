package io.github.otnn.layers;

import io.github.otnn.core.Shape;
import io.github.otnn.core.graph.Operand;
import io.github.otnn.core.network.Layer;
import io.github.otnn.core.network.LayerPass;
import io.github.otnn.core.network.LipschitzBound;
import io.github.otnn.core.network.Rounding;
import io.github.otnn.core.tensor.Pooling;
import java.util.function.Function;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Largest value of each window, channel by channel.
 *
 * <pre>y = max of x over the window,   dx = dy at one largest pixel</pre>
 *
 * <ul>
 *   <li>x {@code [batch, h, w, channels]}, y {@code [batch, (h + 2 padding - window) / stride + 1, (w + 2 padding - window) /
 *       stride + 1, channels]}, rounded down. Padded pixels never win.
 *   <li>constant 1 where windows do not overlap. Otherwise a window moves by no more than its part of x does, and a pixel lies
 *       in up to {@code overlap} windows: sqrt(overlap), counted for the image, at most ceil(window / stride). Norms are not
 *       kept.
 * </ul>
 *
 * For unconstrained networks to compare with. Immutable and thread-safe.
 *
 * @param window height and width
 * @param stride pixels from one window to the next
 * @param padding pixels added on each side, below the window
 */
public record MaxPooling2D(int window, int stride, int padding) implements Layer {
    /** Checks the sizes. */
    public MaxPooling2D {
        new PoolingGrid("MaxPooling2D", window, window, stride, stride, padding);
    }

    /** Disjoint windows. */
    public MaxPooling2D(int window) {
        this(window, window, 0);
    }

    /** No padding. */
    public MaxPooling2D(int window, int stride) {
        this(window, stride, 0);
    }

    @Override
    public Shape outputShape(Shape input) {
        return grid().outputShape(input);
    }

    @Override
    public INDArray forward(INDArray input, LayerPass pass) {
        INDArray output = pass.output(grid().outputShape(input));
        Pooling.maximum(input, grid().windows(), output);
        return output;
    }

    @Override
    public INDArray backward(INDArray input, INDArray output, INDArray cotangent, LayerPass pass) {
        INDArray back = pass.cotangent(input.shape());
        Pooling.maximumBackward(input, cotangent, grid().windows(), back);
        return back;
    }

    @Override
    public LipschitzBound bound(Shape input, Function<String, INDArray> weights) {
        double overlap = grid().overlap(input);
        return overlap == 1
                ? LipschitzBound.of(1, "maxima of disjoint windows")
                : new LipschitzBound(
                        Math.nextUp(Math.sqrt(overlap)),
                        1,
                        "maxima, each pixel in up to " + (int) overlap + " windows: the root of that");
    }

    @Override
    public Rounding rounding(Shape input, Function<String, INDArray> weights, double unitRoundoff) {
        return Rounding.none();
    }

    @Override
    public Operand express(Operand input, Function<String, INDArray> weights) {
        return grid().maximum(input);
    }

    @Override
    public String describe(Shape input) {
        return grid().describe();
    }

    private PoolingGrid grid() {
        return new PoolingGrid("MaxPooling2D", window, window, stride, stride, padding);
    }
}
