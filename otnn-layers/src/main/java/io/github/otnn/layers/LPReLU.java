package io.github.otnn.layers;

import io.github.otnn.core.Shape;
import io.github.otnn.core.graph.Arithmetic;
import io.github.otnn.core.graph.Operand;
import io.github.otnn.core.network.Initializer;
import io.github.otnn.core.network.Layer;
import io.github.otnn.core.network.LayerPass;
import io.github.otnn.core.network.LipschitzBound;
import io.github.otnn.core.network.ParameterSpec;
import io.github.otnn.core.network.Rounding;
import io.github.otnn.core.tensor.LeakySlopes;
import io.github.otnn.core.tensor.Tensors;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Multiplies negative values by a trainable slope, one a channel, that never exceeds 1 in size.
 *
 * <pre>y = x where x &gt;= 0, a_c x elsewhere,   -1 &lt;= a_c &lt;= 1</pre>
 *
 * Any shape; {@code slope [channels]} starts at 0.25 and is held by {@link Clamped}, each slope by itself. The slope at x = 0
 * is 1. Constant 1, the largest slope. Norms are kept only where slopes are 1 or -1. Immutable and thread-safe.
 *
 * @see <a href="https://arxiv.org/abs/1502.01852">He et al. 2015</a> (without the clamp)
 */
public record LPReLU() implements Layer {
    private static final String SLOPES = "slope";
    private static final double START = 0.25;

    @Override
    public Shape outputShape(Shape input) {
        return input;
    }

    @Override
    public List<ParameterSpec> parameters(Shape input) {
        return List.of(
                new ParameterSpec(SLOPES, Shape.of(input.channels()), Initializer.constant(START), new Clamped(1)));
    }

    @Override
    public INDArray forward(INDArray input, LayerPass pass) {
        INDArray output = pass.output(input.shape());
        LeakySlopes.forward(Tensors.matrix(input), Tensors.toDoubles(pass.weight(SLOPES)), Tensors.matrix(output));
        return output;
    }

    @Override
    public @Nullable INDArray backward(INDArray input, INDArray output, INDArray cotangent, LayerPass pass) {
        @Nullable INDArray back = pass.wantsInputGradient() ? pass.cotangent(input.shape()) : null;
        double[] slopes = Tensors.toDoubles(pass.weight(SLOPES));
        double[] gradient = new double[slopes.length];
        LeakySlopes.backward(
                Tensors.matrix(input),
                slopes,
                Tensors.matrix(cotangent),
                back == null ? null : Tensors.matrix(back),
                gradient);
        if (pass.wantsGradients()) {
            Gradients.add(gradient, pass, SLOPES);
        }
        return back;
    }

    @Override
    public LipschitzBound bound(Shape input, Function<String, INDArray> weights) {
        return LipschitzBound.of(Math.max(1, largestSlope(weights)), "largest slope of a channel, or 1");
    }

    /** One product a value, in float64, rounded to the type of the arrays: two roundings at most. */
    @Override
    public Rounding rounding(Shape input, Function<String, INDArray> weights, double unitRoundoff) {
        double relative = RoundingTerms.gamma(2, unitRoundoff) * largestSlope(weights);
        double absolute = 2 * Math.sqrt(input.length()) * RoundingTerms.underflow(unitRoundoff);
        return new Rounding(relative, absolute, 0);
    }

    @Override
    public Operand express(Operand input, Function<String, INDArray> weights) {
        Operand negative = input.combine(Arithmetic.MINIMUM, 0)
                .combine(Arithmetic.MULTIPLY, Tensors.toDoubles(weights.apply(SLOPES)));
        return input.combine(Arithmetic.MAXIMUM, 0).combine(Arithmetic.ADD, negative);
    }

    @Override
    public String describe(Shape input) {
        return "LPReLU " + input.channels();
    }

    private static double largestSlope(Function<String, INDArray> weights) {
        return Arrays.stream(Tensors.toDoubles(weights.apply(SLOPES)))
                .map(Math::abs)
                .max()
                .orElseThrow();
    }
}
