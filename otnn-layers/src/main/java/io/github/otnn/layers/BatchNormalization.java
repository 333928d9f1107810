package io.github.otnn.layers;

import io.github.otnn.core.Shape;
import io.github.otnn.core.graph.Arithmetic;
import io.github.otnn.core.graph.Operand;
import io.github.otnn.core.network.Initializer;
import io.github.otnn.core.network.Layer;
import io.github.otnn.core.network.LayerPass;
import io.github.otnn.core.network.LipschitzBound;
import io.github.otnn.core.network.ParameterSpec;
import io.github.otnn.core.network.Parametrization;
import io.github.otnn.core.network.Rounding;
import io.github.otnn.core.network.StateSpec;
import io.github.otnn.core.tensor.ChannelSweep;
import io.github.otnn.core.tensor.Tensors;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Batch normalisation, for the unconstrained twins of 1-Lipschitz networks.
 *
 * <pre>y = scale (x - mean) / sqrt(variance + epsilon) + bias</pre>
 *
 * <ul>
 *   <li>any shape; scale, bias, mean and variance {@code [channels]}, over the batch and all axes but the last
 *   <li>training uses mean and variance of the batch and moves running ones; prediction uses the running ones, an affine map
 *       with the constant {@code max |scale| / sqrt(variance + epsilon)}. Nothing holds that constant down.
 *   <li>where a trainer splits batches over workers, each part is normalised by its own mean and variance
 * </ul>
 *
 * Immutable and thread-safe.
 *
 * @param momentum share of the newest batch in the running mean and variance
 * @param epsilon added to the variance, above 0
 * @see <a href="https://arxiv.org/abs/1502.03167">Ioffe, Szegedy 2015</a>
 */
public record BatchNormalization(double momentum, double epsilon) implements Layer {
    private static final String MEAN = "runningMean";
    private static final String VARIANCE = "runningVariance";
    private static final String SCALE = "scale";
    private static final String BIAS = "bias";

    /** Momentum 0.1, epsilon 1e-5. */
    public BatchNormalization() {
        this(0.1, 1e-5);
    }

    /** Checks the numbers. */
    public BatchNormalization {
        if (!(momentum > 0 && momentum <= 1) || !(epsilon > 0) || Double.isInfinite(epsilon)) {
            throw new IllegalArgumentException(
                    "BatchNormalization: expected momentum in (0, 1] and a finite epsilon > 0, got " + momentum + ", "
                            + epsilon);
        }
    }

    @Override
    public Shape outputShape(Shape input) {
        return input;
    }

    @Override
    public List<ParameterSpec> parameters(Shape input) {
        Initializer ones = (shape, random) -> filled(Math.toIntExact(shape.length()), 1);
        return List.of(
                new ParameterSpec(SCALE, Shape.of(input.channels()), ones, Parametrization.none()),
                ParameterSpec.bias(input.channels()));
    }

    @Override
    public List<StateSpec> state(Shape input) {
        Shape shape = Shape.of(input.channels());
        return List.of(new StateSpec(MEAN, shape, 0, momentum), new StateSpec(VARIANCE, shape, 1, momentum));
    }

    @Override
    public INDArray forward(INDArray input, LayerPass pass) {
        INDArray rows = Tensors.matrix(input);
        Statistics statistics = pass.isTraining() ? observed(rows, pass) : running(pass::weight);
        double[] factor = factor(statistics, Tensors.toDoubles(pass.weight(SCALE)));
        double[] shift = shift(statistics, factor, Tensors.toDoubles(pass.weight(BIAS)));
        INDArray output = pass.output(input.shape());
        ChannelSweep.affine(rows, factor, shift, Tensors.matrix(output));
        return output;
    }

    @Override
    public INDArray backward(INDArray input, INDArray output, INDArray cotangent, LayerPass pass) {
        INDArray dy = Tensors.matrix(cotangent);
        double[] scale = Tensors.toDoubles(pass.weight(SCALE));
        INDArray back = pass.cotangent(input.shape());
        if (!pass.wantsGradients()) {
            double[] factor = factor(running(pass::weight), scale);
            ChannelSweep.affine(dy, factor, new double[factor.length], Tensors.matrix(back));
            return back;
        }
        INDArray x = Tensors.matrix(input);
        double rows = x.size(0);
        double[] kept = Tensors.toDoubles(pass.kept("statistics", 2, scale.length));
        Statistics statistics = new Statistics(
                Arrays.copyOf(kept, scale.length), Arrays.copyOfRange(kept, scale.length, 2 * scale.length));
        double[] factor = factor(statistics, scale);
        double[] sums = ChannelSweep.sums(dy);
        double[] scaleGradient = ChannelSweep.sumsOfProducts(dy, x);
        double[] along = new double[scale.length];
        double[] shift = new double[scale.length];
        // dx = factor (dy - mean(dy) - z mean(dy z)),  z = (x - mean) / deviation
        for (int c = 0; c < scale.length; c++) {
            double deviation = Math.sqrt(statistics.variance[c] + epsilon);
            scaleGradient[c] = (scaleGradient[c] - statistics.mean[c] * sums[c]) / deviation;
            along[c] = -factor[c] * scaleGradient[c] / (rows * deviation);
            shift[c] = -factor[c] * sums[c] / rows - along[c] * statistics.mean[c];
        }
        ChannelSweep.combine(dy, factor, x, along, shift, Tensors.matrix(back));
        Gradients.add(scaleGradient, pass, SCALE);
        Gradients.add(sums, pass, BIAS);
        return back;
    }

    @Override
    public LipschitzBound bound(Shape input, Function<String, INDArray> weights) {
        double largest = Arrays.stream(factor(running(weights), Tensors.toDoubles(weights.apply(SCALE))))
                .map(Math::abs)
                .max()
                .orElseThrow();
        return LipschitzBound.of(largest * (1 + 0x1p-50), "largest factor of a channel, unconstrained");
    }

    /** Factor and shift are rounded to the type, product and sum once each; nothing is known of factors beyond the type. */
    @Override
    public Rounding rounding(Shape input, Function<String, INDArray> weights, double unitRoundoff) {
        Statistics running = running(weights);
        double[] factor = factor(running, Tensors.toDoubles(weights.apply(SCALE)));
        double[] shift = shift(running, factor, Tensors.toDoubles(weights.apply(BIAS)));
        double largest = Arrays.stream(factor).map(Math::abs).max().orElseThrow();
        if (unitRoundoff != RoundingTerms.FLOAT64 && largest > Float.MAX_VALUE) {
            return Rounding.unknown();
        }
        double pixels = Math.sqrt((double) input.length() / input.channels());
        double underflow = 4 * RoundingTerms.underflow(unitRoundoff) * Math.sqrt(input.length());
        double offset = RoundingTerms.up(pixels * RoundingTerms.norm(shift));
        return new Rounding(3.1 * unitRoundoff * largest, 2.1 * unitRoundoff * offset + underflow, offset);
    }

    @Override
    public Operand express(Operand input, Function<String, INDArray> weights) {
        Statistics running = running(weights);
        double[] factor = factor(running, Tensors.toDoubles(weights.apply(SCALE)));
        double[] shift = shift(running, factor, Tensors.toDoubles(weights.apply(BIAS)));
        return input.combine(Arithmetic.MULTIPLY, factor).combine(Arithmetic.ADD, shift);
    }

    @Override
    public String describe(Shape input) {
        return "BatchNormalization " + input.channels();
    }

    private Statistics observed(INDArray rows, LayerPass pass) {
        double[] mean = ChannelSweep.sums(rows);
        double[] variance = ChannelSweep.sumsOfProducts(rows, rows);
        for (int c = 0; c < mean.length; c++) {
            mean[c] /= rows.size(0);
            variance[c] = Math.max(0, variance[c] / rows.size(0) - mean[c] * mean[c]);
        }
        double[] both = Arrays.copyOf(mean, 2 * mean.length);
        System.arraycopy(variance, 0, both, mean.length, mean.length);
        Tensors.write(both, pass.kept("statistics", 2, mean.length));
        pass.observe(MEAN, Tensors.of(pass.type(), mean, mean.length));
        pass.observe(VARIANCE, Tensors.of(pass.type(), unbiased(variance, rows.size(0)), mean.length));
        return new Statistics(mean, variance);
    }

    private static double[] unbiased(double[] variance, long rows) {
        return Arrays.stream(variance)
                .map(v -> rows > 1 ? v * rows / (rows - 1) : v)
                .toArray();
    }

    private static Statistics running(Function<String, INDArray> weights) {
        double[] variance = Tensors.toDoubles(weights.apply(VARIANCE));
        for (int c = 0; c < variance.length; c++) {
            if (!(variance[c] >= 0)) {
                throw new IllegalArgumentException(
                        "BatchNormalization: expected a running variance >= 0, channel " + c + " has " + variance[c]);
            }
        }
        return new Statistics(Tensors.toDoubles(weights.apply(MEAN)), variance);
    }

    private double[] factor(Statistics statistics, double[] scale) {
        double[] factor = scale.clone();
        for (int c = 0; c < factor.length; c++) {
            factor[c] /= Math.sqrt(statistics.variance[c] + epsilon);
        }
        return factor;
    }

    private static double[] shift(Statistics statistics, double[] factor, double[] bias) {
        double[] shift = bias.clone();
        for (int c = 0; c < shift.length; c++) {
            shift[c] -= factor[c] * statistics.mean[c];
        }
        return shift;
    }

    private static double[] filled(int length, double value) {
        double[] values = new double[length];
        Arrays.fill(values, value);
        return values;
    }

    private record Statistics(double[] mean, double[] variance) {}
}
