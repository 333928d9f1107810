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
 * Mean of each window, as unconstrained networks have it.
 *
 * <pre>y = sum of x over the window / (height width)</pre>
 *
 * <ul>
 *   <li>x {@code [batch, h, w, channels]}, y {@code [batch, (h - height) / stride + 1, (w - width) / stride + 1, channels]},
 *       rounded down: incomplete windows at the far border are dropped
 *   <li>constant sqrt(overlap / (height width)), where overlap is the largest number of windows that hold one pixel of the
 *       image; below 1, so it wastes margin: {@link ScaledAveragePooling2D} does not
 * </ul>
 *
 * Immutable and thread-safe.
 *
 * @param height of a window
 * @param width of a window
 * @param rowStride rows from one window to the next
 * @param columnStride columns from one window to the next
 */
public record AveragePooling2D(int height, int width, int rowStride, int columnStride) implements Layer {
    /** Checks the sizes. */
    public AveragePooling2D {
        new PoolingGrid("AveragePooling2D", height, width, rowStride, columnStride, 0);
    }

    /** Disjoint square windows. */
    public AveragePooling2D(int window) {
        this(window, window);
    }

    /** Square windows. */
    public AveragePooling2D(int window, int stride) {
        this(window, window, stride, stride);
    }

    @Override
    public Shape outputShape(Shape input) {
        return grid().outputShape(input);
    }

    @Override
    public INDArray forward(INDArray input, LayerPass pass) {
        INDArray output = pass.output(grid().outputShape(input));
        Pooling.mean(input, grid().windows(), output);
        return output;
    }

    @Override
    public INDArray backward(INDArray input, INDArray output, INDArray cotangent, LayerPass pass) {
        INDArray back = pass.cotangent(input.shape());
        Pooling.meanBackward(input, cotangent, grid().windows(), back);
        return back;
    }

    @Override
    public LipschitzBound bound(Shape input, Function<String, INDArray> weights) {
        double size = grid().size();
        double overlap = grid().overlap(input);
        double vector = overlap == size ? 1 : RoundingTerms.up(Math.sqrt(overlap / size));
        double perOutput = size == 1 ? 1 : RoundingTerms.up(1 / Math.sqrt(size));
        return new LipschitzBound(
                vector,
                Math.min(vector, perOutput),
                "means of " + (int) size + " pixels, each pixel in up to " + (int) overlap + " windows");
    }

    @Override
    public Rounding rounding(Shape input, Function<String, INDArray> weights, double unitRoundoff) {
        return AverageRounding.of(
                grid().size(),
                1,
                bound(input, weights).vector(),
                outputShape(input).length(),
                unitRoundoff);
    }

    @Override
    public Operand express(Operand input, Function<String, INDArray> weights) {
        return grid().mean(input);
    }

    @Override
    public String describe(Shape input) {
        return grid().describe();
    }

    private PoolingGrid grid() {
        return new PoolingGrid("AveragePooling2D", height, width, rowStride, columnStride, 0);
    }
}
