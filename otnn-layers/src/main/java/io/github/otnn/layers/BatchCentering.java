package io.github.otnn.layers;

import io.github.otnn.core.Shape;
import io.github.otnn.core.graph.Arithmetic;
import io.github.otnn.core.graph.Operand;
import io.github.otnn.core.network.Layer;
import io.github.otnn.core.network.LayerPass;
import io.github.otnn.core.network.LipschitzBound;
import io.github.otnn.core.network.ParameterSpec;
import io.github.otnn.core.network.Rounding;
import io.github.otnn.core.network.StateSpec;
import io.github.otnn.core.tensor.ChannelSweep;
import io.github.otnn.core.tensor.Tensors;
import java.util.List;
import java.util.function.Function;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Takes the mean of each channel away, and adds a trainable bias: the Lipschitz part of batch normalisation.
 *
 * <pre>y = x - mean + bias,   dx = dy - mean(dy) in training, dy in prediction</pre>
 *
 * <ul>
 *   <li>any shape; mean and bias {@code [channels]}; the mean is over the batch and all axes but the last
 *   <li>training uses the mean of the batch, a projection, and moves a running mean; prediction uses the running mean, a
 *       translation: constant 1 either way. A training batch of one feature vector gives the bias.
 *   <li>where a trainer splits batches over workers, each part is centred by its own mean
 * </ul>
 *
 * Immutable and thread-safe.
 *
 * @param momentum share of the newest batch in the running mean
 */
public record BatchCentering(double momentum) implements Layer {
    private static final String MEAN = "runningMean";
    private static final String BIAS = "bias";

    /** Momentum 0.1. */
    public BatchCentering() {
        this(0.1);
    }

    /** Checks the momentum. */
    public BatchCentering {
        if (!(momentum > 0 && momentum <= 1)) {
            throw new IllegalArgumentException("BatchCentering: momentum must be in (0, 1], got " + momentum);
        }
    }

    @Override
    public Shape outputShape(Shape input) {
        return input;
    }

    @Override
    public List<ParameterSpec> parameters(Shape input) {
        return List.of(ParameterSpec.bias(input.channels()));
    }

    @Override
    public List<StateSpec> state(Shape input) {
        return List.of(new StateSpec(MEAN, Shape.of(input.channels()), 0, momentum));
    }

    @Override
    public INDArray forward(INDArray input, LayerPass pass) {
        INDArray rows = Tensors.matrix(input);
        double[] shift = Tensors.toDoubles(pass.weight(BIAS));
        double[] mean = pass.isTraining() ? mean(rows) : Tensors.toDoubles(pass.weight(MEAN));
        if (pass.isTraining()) {
            pass.observe(MEAN, Tensors.of(pass.type(), mean, mean.length));
        }
        subtract(mean, shift);
        INDArray output = pass.output(input.shape());
        ChannelSweep.affine(rows, ones(shift.length), shift, Tensors.matrix(output));
        return output;
    }

    @Override
    public INDArray backward(INDArray input, INDArray output, INDArray cotangent, LayerPass pass) {
        if (!pass.wantsGradients()) {
            return cotangent;
        }
        INDArray rows = Tensors.matrix(cotangent);
        double[] sums = ChannelSweep.sums(rows);
        Gradients.add(sums, pass, BIAS);
        double[] shift = new double[sums.length];
        for (int c = 0; c < sums.length; c++) {
            shift[c] = -sums[c] / rows.size(0);
        }
        INDArray back = pass.cotangent(input.shape());
        ChannelSweep.affine(rows, ones(shift.length), shift, Tensors.matrix(back));
        return back;
    }

    @Override
    public LipschitzBound bound(Shape input, Function<String, INDArray> weights) {
        return LipschitzBound.of(1, "translation");
    }

    /** The shift is rounded once, at most u (|bias| + |mean|), the sum once more, at most u |x + shift|. */
    @Override
    public Rounding rounding(Shape input, Function<String, INDArray> weights, double unitRoundoff) {
        double[] mean = Tensors.toDoubles(weights.apply(MEAN));
        double[] shift = Tensors.toDoubles(weights.apply(BIAS));
        double sizes = RoundingTerms.norm(mean) + RoundingTerms.norm(shift);
        subtract(mean, shift);
        double pixels = Math.sqrt((double) input.length() / input.channels());
        double underflow = 4 * RoundingTerms.underflow(unitRoundoff) * Math.sqrt(input.length());
        return new Rounding(
                1.01 * unitRoundoff,
                2.1 * unitRoundoff * sizes * pixels + underflow,
                RoundingTerms.up(RoundingTerms.norm(shift) * pixels));
    }

    @Override
    public Operand express(Operand input, Function<String, INDArray> weights) {
        double[] shift = Tensors.toDoubles(weights.apply(BIAS));
        subtract(Tensors.toDoubles(weights.apply(MEAN)), shift);
        return input.combine(Arithmetic.ADD, shift);
    }

    @Override
    public String describe(Shape input) {
        return "BatchCentering " + input.channels();
    }

    private static double[] mean(INDArray rows) {
        double[] mean = ChannelSweep.sums(rows);
        for (int c = 0; c < mean.length; c++) {
            mean[c] /= rows.size(0);
        }
        return mean;
    }

    private static void subtract(double[] mean, double[] from) {
        for (int c = 0; c < from.length; c++) {
            from[c] -= mean[c];
        }
    }

    private static double[] ones(int length) {
        double[] ones = new double[length];
        java.util.Arrays.fill(ones, 1);
        return ones;
    }
}
