package io.github.otnn.layers;

import io.github.otnn.core.Shape;
import io.github.otnn.core.ShapeMismatchException;
import io.github.otnn.core.graph.Arithmetic;
import io.github.otnn.core.graph.Operand;
import io.github.otnn.core.network.Initializer;
import io.github.otnn.core.network.Layer;
import io.github.otnn.core.network.LayerPass;
import io.github.otnn.core.network.LipschitzBound;
import io.github.otnn.core.network.ParameterSpec;
import io.github.otnn.core.network.Parametrization;
import io.github.otnn.core.network.Rounding;
import io.github.otnn.core.tensor.HalfReflections;
import io.github.otnn.core.tensor.Tensors;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Reflects pairs of channels that lie on one side of a trainable line; the two halves of the channels make the pairs.
 *
 * <pre>
 * (x, y) = (channel j, channel c + j),   t = theta_j
 * (x, y) -&gt; (x cos t + y sin t, x sin t - y cos t)   if x sin(t/2) - y cos(t/2) &gt; 0, else (x, y)
 * </pre>
 *
 * Any shape with an even number 2 c of channels (last axis), feature vectors too; {@code theta [c]}, in radians, starts at pi/2,
 * where pairs become (min, max). A reflection or the identity for every input, and continuous: constant 1, norms and gradient
 * norms are kept. There is no division by sqrt(2). The gradient of theta is 0 where the pair stays. Immutable and thread-safe.
 *
 * @see <a href="https://arxiv.org/abs/2108.04062">Singla, Singla, Feizi 2022</a>
 */
public record Householder() implements Layer {
    private static final String ANGLES = "theta";

    @Override
    public Shape outputShape(Shape input) {
        if (input.channels() % 2 != 0) {
            throw new ShapeMismatchException("Householder", "an even number of channels", input.describeBatch());
        }
        return input;
    }

    @Override
    public List<ParameterSpec> parameters(Shape input) {
        return List.of(new ParameterSpec(
                ANGLES, Shape.of(input.channels() / 2), Initializer.constant(Math.PI / 2), Parametrization.none()));
    }

    @Override
    public INDArray forward(INDArray input, LayerPass pass) {
        INDArray output = pass.output(input.shape());
        reflections(pass).forward(Tensors.matrix(input), Tensors.matrix(output));
        return output;
    }

    @Override
    public @Nullable INDArray backward(INDArray input, INDArray output, INDArray cotangent, LayerPass pass) {
        @Nullable INDArray back = pass.wantsInputGradient() ? pass.cotangent(input.shape()) : null;
        double[] gradient = new double[Math.toIntExact(input.size(-1) / 2)];
        reflections(pass)
                .backward(
                        Tensors.matrix(input),
                        Tensors.matrix(cotangent),
                        back == null ? null : Tensors.matrix(back),
                        gradient);
        if (pass.wantsGradients()) {
            Gradients.add(gradient, pass, ANGLES);
        }
        return back;
    }

    @Override
    public LipschitzBound bound(Shape input, Function<String, INDArray> weights) {
        return LipschitzBound.of(1, "reflections, continuous where they begin");
    }

    /**
     * For one pair v, to first order, in float64 with unit w: the sine and cosine are off by 2 w, so d by 4 w |v|; 2 d n by
     * 2 (4 + 3) w |v|; the subtraction by w |v|. Where d is so small that its computed sign is wrong, the two branches are
     * 2 |d| &lt;= 8 w |v| apart. 24 w for all. The result is rounded once to the type of the arrays.
     */
    @Override
    public Rounding rounding(Shape input, Function<String, INDArray> weights, double unitRoundoff) {
        double computed = RoundingTerms.gamma(24, RoundingTerms.FLOAT64);
        double relative = RoundingTerms.up(computed + unitRoundoff * (1 + computed));
        double absolute = 8 * Math.sqrt(input.length()) * RoundingTerms.underflow(unitRoundoff);
        return new Rounding(relative, absolute, 0);
    }

    @Override
    public Operand express(Operand input, Function<String, INDArray> weights) {
        double[] angles = Tensors.toDoubles(weights.apply(ANGLES));
        double[] sines = Arrays.stream(angles).map(angle -> Math.sin(angle / 2)).toArray();
        double[] cosines =
                Arrays.stream(angles).map(angle -> Math.cos(angle / 2)).toArray();
        Operand first = input.slice(-1, 0, angles.length);
        Operand second = input.slice(-1, angles.length, 2L * angles.length);
        Operand side = first.combine(Arithmetic.MULTIPLY, sines)
                .combine(Arithmetic.SUBTRACT, second.combine(Arithmetic.MULTIPLY, cosines));
        Operand twice = side.combine(Arithmetic.MAXIMUM, 0).combine(Arithmetic.MULTIPLY, 2);
        return first.combine(Arithmetic.SUBTRACT, twice.combine(Arithmetic.MULTIPLY, sines))
                .concatenate(-1, List.of(second.combine(Arithmetic.ADD, twice.combine(Arithmetic.MULTIPLY, cosines))));
    }

    @Override
    public String describe(Shape input) {
        return "Householder " + input.channels();
    }

    private static HalfReflections reflections(LayerPass pass) {
        return new HalfReflections(Tensors.toDoubles(pass.weight(ANGLES)));
    }
}
