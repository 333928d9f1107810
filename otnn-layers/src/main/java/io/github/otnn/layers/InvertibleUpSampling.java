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
 * Moves channels into blocks of pixels.
 *
 * <pre>y[n, i r + a, j r + b, c] = x[n, i, j, c r r + a r + b]</pre>
 *
 * x {@code [batch, height, width, c r r]}, y {@code [batch, height r, width r, c]}; r r divides the channels. A permutation:
 * constant 1, norms are kept exactly, {@link InvertibleDownSampling} undoes it. Immutable and thread-safe.
 *
 * @param block height and width r of a block
 */
public record InvertibleUpSampling(int block) implements Layer {
    /** Checks the size. */
    public InvertibleUpSampling {
        if (block < 1) {
            throw new IllegalArgumentException("InvertibleUpSampling: block must be >= 1, got " + block);
        }
    }

    @Override
    public Shape outputShape(Shape input) {
        if (input.rank() != 3 || input.channels() % squared() != 0) {
            throw new ShapeMismatchException(
                    "InvertibleUpSampling",
                    "input [batch, height, width, channels] with channels that " + squared() + " divides",
                    input.describeBatch());
        }
        return Shape.of(input.size(0) * block, input.size(1) * block, input.channels() / squared());
    }

    @Override
    public INDArray forward(INDArray input, LayerPass pass) {
        INDArray output = pass.output(outputShape(Shape.ofSample(input.shape())).batch(input.size(0)));
        PixelShuffle.toPixels(input, block, output);
        return output;
    }

    @Override
    public INDArray backward(INDArray input, INDArray output, INDArray cotangent, LayerPass pass) {
        INDArray back = pass.cotangent(input.shape());
        PixelShuffle.toChannels(cotangent, block, back);
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
        return input.channelsToBlocks(block);
    }

    @Override
    public String describe(Shape input) {
        return "InvertibleUpSampling " + block;
    }

    private long squared() {
        return (long) block * block;
    }
}
