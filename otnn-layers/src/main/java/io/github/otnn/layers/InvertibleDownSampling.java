package io.github.otnn.layers;

import io.github.otnn.core.Shape;
import io.github.otnn.core.ShapeMismatchException;
import io.github.otnn.core.graph.Operand;
import io.github.otnn.core.network.Layer;
import io.github.otnn.core.network.LayerPass;
import io.github.otnn.core.network.LipschitzBound;
import io.github.otnn.core.network.Rounding;
import io.github.otnn.core.tensor.PixelShuffle;
import java.util.function.Function;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Moves each block of pixels into channels.
 *
 * <pre>y[n, i, j, c r r + a r + b] = x[n, i r + a, j r + b, c]</pre>
 *
 * x {@code [batch, height, width, c]}, y {@code [batch, height / r, width / r, c r r]}; r divides height and width. A permutation:
 * constant 1, norms are kept exactly, {@link InvertibleUpSampling} undoes it. The usual "space to depth" keeps another order,
 * {@code (a r + b) c_count + c}. Immutable and thread-safe.
 *
 * @param block height and width r of a block
 */
public record InvertibleDownSampling(int block) implements Layer {
    /** Checks the size. */
    public InvertibleDownSampling {
        if (block < 1) {
            throw new IllegalArgumentException("InvertibleDownSampling: block must be >= 1, got " + block);
        }
    }

    @Override
    public Shape outputShape(Shape input) {
        if (input.rank() != 3 || input.size(0) % block != 0 || input.size(1) % block != 0) {
            throw new ShapeMismatchException(
                    "InvertibleDownSampling",
                    "input [batch, height, width, channels] with height and width that " + block + " divides",
                    input.describeBatch());
        }
        return Shape.of(input.size(0) / block, input.size(1) / block, input.channels() * squared());
    }

    @Override
    public INDArray forward(INDArray input, LayerPass pass) {
        INDArray output = pass.output(outputShape(Shape.ofSample(input.shape())).batch(input.size(0)));
        PixelShuffle.toChannels(input, block, output);
        return output;
    }

    @Override
    public INDArray backward(INDArray input, INDArray output, INDArray cotangent, LayerPass pass) {
        INDArray back = pass.cotangent(input.shape());
        PixelShuffle.toPixels(cotangent, block, back);
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
        return input.blocksToChannels(block);
    }

    @Override
    public String describe(Shape input) {
        return "InvertibleDownSampling " + block;
    }

    private long squared() {
        return (long) block * block;
    }
}
