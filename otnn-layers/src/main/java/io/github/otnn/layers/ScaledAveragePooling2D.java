package io.github.otnn.layers;

import io.github.otnn.core.Shape;
import io.github.otnn.core.graph.Arithmetic;
import io.github.otnn.core.graph.Operand;
import io.github.otnn.core.network.Layer;
import io.github.otnn.core.network.LayerPass;
import io.github.otnn.core.network.LipschitzBound;
import io.github.otnn.core.network.Rounding;
import io.github.otnn.core.tensor.Elementwise;
import io.github.otnn.core.tensor.Pooling;
import java.util.function.Function;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Mean of each window, times the root of its size.
 *
 * <pre>y = sum of x over the window / sqrt(height width overlap),   overlap = ceil(height / stride) ceil(width / stride)</pre>
 *
 * <ul>
 *   <li>x {@code [batch, h, w, channels]}, y {@code [batch, (h - height) / stride + 1, (w - width) / stride + 1, channels]},
 *       rounded down: incomplete windows at the far border are dropped
 *   <li>constant 1. Disjoint windows (stride &gt;= window, overlap 1) are orthonormal rows. Otherwise a pixel lies in at most
 *       {@code overlap} windows, so |y|^2 without that factor is at most overlap |x|^2.
 * </ul>
 *
 * Immutable and thread-safe.
 *
 * @param height of a window
 * @param width of a window
 * @param rowStride rows from one window to the next
 * @param columnStride columns from one window to the next
 * @see <a href="https://arxiv.org/abs/2006.06520">Serrurier et al. 2021</a> (disjoint windows)
 */
public record ScaledAveragePooling2D(int height, int width, int rowStride, int columnStride) implements Layer {
    /** Checks the sizes. */
    public ScaledAveragePooling2D {
        new PoolingGrid("ScaledAveragePooling2D", height, width, rowStride, columnStride, 0);
    }

    /** Disjoint square windows. */
    public ScaledAveragePooling2D(int window) {
        this(window, window);
    }

    /** Square windows. */
    public ScaledAveragePooling2D(int window, int stride) {
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
        Elementwise.scale(output, factor(), output);
        return output;
    }

    @Override
    public INDArray backward(INDArray input, INDArray output, INDArray cotangent, LayerPass pass) {
        INDArray scaled = pass.scratch("scaled", cotangent.shape());
        Elementwise.scale(cotangent, factor(), scaled);
        INDArray back = pass.cotangent(input.shape());
        Pooling.meanBackward(input, scaled, grid().windows(), back);
        return back;
    }

    @Override
    public LipschitzBound bound(Shape input, Function<String, INDArray> weights) {
        double overlap = grid().overlap();
        return overlap == 1
                ? LipschitzBound.of(1, "orthonormal rows")
                : new LipschitzBound(
                        1,
                        RoundingTerms.up(1 / Math.sqrt(overlap)),
                        "unit rows, divided by the root of " + (int) overlap + ", the windows that hold a pixel");
    }

    @Override
    public Rounding rounding(Shape input, Function<String, INDArray> weights, double unitRoundoff) {
        return AverageRounding.of(grid().size(), factor(), 1, outputShape(input).length(), unitRoundoff);
    }

    @Override
    public Operand express(Operand input, Function<String, INDArray> weights) {
        return grid().mean(input).combine(Arithmetic.MULTIPLY, factor());
    }

    @Override
    public String describe(Shape input) {
        return grid().describe();
    }

    private double factor() {
        return Math.sqrt(grid().size() / grid().overlap());
    }

    private PoolingGrid grid() {
        return new PoolingGrid("ScaledAveragePooling2D", height, width, rowStride, columnStride, 0);
    }
}
