package io.github.otnn.layers;

import io.github.otnn.core.Shape;
import io.github.otnn.core.graph.Arithmetic;
import io.github.otnn.core.graph.Operand;
import io.github.otnn.core.network.Layer;
import io.github.otnn.core.network.LayerPass;
import io.github.otnn.core.network.LipschitzBound;
import io.github.otnn.core.network.ParameterSpec;
import io.github.otnn.core.network.Rounding;
import io.github.otnn.core.tensor.Centering;
import io.github.otnn.core.tensor.ChannelSweep;
import io.github.otnn.core.tensor.Tensors;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Subtracts from each sample its own mean, channel by channel, and adds a trainable bias.
 *
 * <pre>
 * y[n, i, j, c] = x[n, i, j, c] - mean over height and width of x[n, ., ., c] + b_c     images
 * y[n, k]       = x[n, k] - mean over the features of x[n, .] + b_k                     feature vectors
 * </pre>
 *
 * x and y {@code [batch, ..., channels]} or {@code [batch, features]}, bias {@code [channels]} or {@code [features]}, 0 at the
 * start. Constant 1: a projection and a shift. Samples of a batch never mix, so it is the same in training and in prediction. For deep networks
 * without normalisation. Immutable and thread-safe.
 */
public record LayerCentering() implements Layer {
    private static final String BIAS = "bias";

    @Override
    public Shape outputShape(Shape input) {
        return input;
    }

    @Override
    public List<ParameterSpec> parameters(Shape input) {
        return List.of(ParameterSpec.bias(input.channels()));
    }

    @Override
    public INDArray forward(INDArray input, LayerPass pass) {
        INDArray output = pass.output(input.shape());
        Centering.forward(maps(input), Tensors.toDoubles(pass.weight(BIAS)), maps(output));
        return output;
    }

    @Override
    public @Nullable INDArray backward(INDArray input, INDArray output, INDArray cotangent, LayerPass pass) {
        if (pass.wantsGradients()) {
            Gradients.add(ChannelSweep.sums(Tensors.matrix(cotangent)), pass, BIAS);
        }
        if (!pass.wantsInputGradient()) {
            return null;
        }
        INDArray back = pass.cotangent(input.shape());
        Centering.backward(maps(cotangent), maps(back));
        return back;
    }

    @Override
    public LipschitzBound bound(Shape input, Function<String, INDArray> weights) {
        return LipschitzBound.of(1, "projection");
    }

    /**
     * In float64, unit w, over n positions: the mean is off by gamma_n of the mean size, in norm gamma_n |x|; two more roundings of
     * x - mean, which is no longer than x, and one of the bias B, spread over the sample. The result is rounded once to the type of the
     * arrays, unit u: at most u (|x| + |B|) more.
     */
    @Override
    public Rounding rounding(Shape input, Function<String, INDArray> weights, double unitRoundoff) {
        double positions = input.rank() == 1 ? input.size(0) : (double) input.length() / input.channels();
        double copies = input.rank() == 1 ? 1 : positions;
        double bias = RoundingTerms.norm(Tensors.toDoubles(weights.apply(BIAS)));
        double shift = RoundingTerms.up(bias * Math.sqrt(copies));
        double mean = RoundingTerms.gamma(positions + 2, RoundingTerms.FLOAT64);
        double underflow = 4 * Math.sqrt(input.length()) * RoundingTerms.underflow(unitRoundoff);
        return new Rounding(
                RoundingTerms.up(mean * (1 + unitRoundoff) + unitRoundoff),
                RoundingTerms.gamma(3, unitRoundoff) * shift + underflow,
                shift);
    }

    @Override
    public Operand express(Operand input, Function<String, INDArray> weights) {
        int[] positions =
                IntStream.range(0, Math.max(1, input.shape().rank() - 1)).toArray();
        return input.combine(Arithmetic.SUBTRACT, input.mean(positions))
                .combine(Arithmetic.ADD, Tensors.toDoubles(weights.apply(BIAS)));
    }

    @Override
    public String describe(Shape input) {
        return "LayerCentering " + input.channels();
    }

    /** {@code [samples, positions, channels]}; the features of a vector are positions of one channel. */
    private static INDArray maps(INDArray array) {
        long channels = array.rank() == 2 ? 1 : array.size(-1);
        return array.reshape('c', array.size(0), array.length() / array.size(0) / channels, channels);
    }
}
