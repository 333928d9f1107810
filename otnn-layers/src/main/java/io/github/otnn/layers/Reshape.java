package io.github.otnn.layers;

import io.github.otnn.core.Shape;
import io.github.otnn.core.ShapeMismatchException;
import io.github.otnn.core.graph.Operand;
import io.github.otnn.core.network.Layer;
import io.github.otnn.core.network.LayerPass;
import io.github.otnn.core.network.LipschitzBound;
import io.github.otnn.core.network.Rounding;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Gives each sample another shape; values stay in the order row, column, channel. Constant 1; moves nothing in memory.
 * Immutable and thread-safe.
 *
 * @param sizes axis sizes of an output sample
 */
public record Reshape(List<Long> sizes) implements Layer {
    /** Copies and checks the sizes. */
    public Reshape {
        sizes = List.copyOf(sizes);
        shape(sizes);
    }

    /** To samples of these axis sizes. */
    public static Reshape to(long... sizes) {
        return new Reshape(Arrays.stream(sizes).boxed().toList());
    }

    @Override
    public Shape outputShape(Shape input) {
        Shape output = shape(sizes);
        if (output.length() != input.length()) {
            throw new ShapeMismatchException(
                    "Reshape",
                    "samples of " + output.length() + " values for " + output,
                    input.describeBatch() + " with " + input.length());
        }
        return output;
    }

    @Override
    public INDArray forward(INDArray input, LayerPass pass) {
        return pass.view("reshaped", input, shape(sizes).batch(input.size(0)));
    }

    @Override
    public INDArray backward(INDArray input, INDArray output, INDArray cotangent, LayerPass pass) {
        return pass.view("back", cotangent, input.shape());
    }

    @Override
    public LipschitzBound bound(Shape input, Function<String, INDArray> weights) {
        return LipschitzBound.of(1, "isometry");
    }

    @Override
    public Rounding rounding(Shape input, Function<String, INDArray> weights, double unitRoundoff) {
        return Rounding.none();
    }

    @Override
    public Operand express(Operand input, Function<String, INDArray> weights) {
        return input.reshape(shape(sizes));
    }

    @Override
    public String describe(Shape input) {
        return "Reshape " + sizes;
    }

    private static Shape shape(List<Long> sizes) {
        return Shape.of(sizes.stream().mapToLong(Long::longValue).toArray());
    }
}
