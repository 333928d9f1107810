package io.github.otnn.layers;

import io.github.otnn.core.Shape;
import io.github.otnn.core.ShapeMismatchException;
import io.github.otnn.core.graph.Arithmetic;
import io.github.otnn.core.graph.Operand;
import io.github.otnn.core.network.Chain;
import io.github.otnn.core.network.Initializer;
import io.github.otnn.core.network.Layer;
import io.github.otnn.core.network.LayerPass;
import io.github.otnn.core.network.LipschitzBound;
import io.github.otnn.core.network.ParameterSpec;
import io.github.otnn.core.network.Parametrization;
import io.github.otnn.core.network.Rounding;
import io.github.otnn.core.network.StateSpec;
import io.github.otnn.core.tensor.Elementwise;
import io.github.otnn.core.tensor.Tensors;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Residual block that stays 1-Lipschitz: a convex mix of a shortcut and a branch.
 *
 * <pre>y = a s(x) + (1 - a) g(x),   L = a L_s + (1 - a) L_g</pre>
 *
 * <ul>
 *   <li>x and y of any shapes that branch g and shortcut s agree on; an empty shortcut is the identity
 *   <li>a = 1/2 ({@link Mix#HALF}), or a = sigmoid(logit) with a trainable {@code mix} {@code [1]} that starts at 1/2
 *       ({@link Mix#LEARNED})
 *   <li>the norm of gradients is not kept: where g is -s, the output is 0
 * </ul>
 *
 * Immutable and thread-safe.
 *
 * @param branch layers of g, at least one
 * @param shortcut layers of s; none for the identity
 * @param mix where a comes from
 * @see <a href="https://arxiv.org/abs/2206.06854">Serrurier et al. 2023</a>, appendix: the 1-Lipschitz ResNet
 */
public record LipschitzResidual(List<Layer> branch, List<Layer> shortcut, Mix mix) implements Layer {
    private static final String MIX = "mix";

    /** Share of the shortcut. */
    public enum Mix {
        /** One half. */
        HALF,
        /** Trained, as the sigmoid of a number. */
        LEARNED
    }

    /** Checks the branch. */
    public LipschitzResidual {
        branch = List.copyOf(branch);
        shortcut = List.copyOf(shortcut);
        if (branch.isEmpty()) {
            throw new IllegalArgumentException("LipschitzResidual: expected a branch of at least one layer, got none");
        }
    }

    /** {@code (x + g(x)) / 2}. */
    public LipschitzResidual(List<Layer> branch) {
        this(branch, List.of(), Mix.HALF);
    }

    @Override
    public Shape outputShape(Shape input) {
        Shape output = branchChain().outputShape(input);
        Shape expected = shortcutChain().outputShape(input);
        if (!output.equals(expected)) {
            throw new ShapeMismatchException(
                    "LipschitzResidual",
                    "a branch that ends in the shortcut's shape " + expected.describeBatch(),
                    output.describeBatch());
        }
        return output;
    }

    @Override
    public List<ParameterSpec> parameters(Shape input) {
        List<ParameterSpec> specs = new ArrayList<>(branchChain().parameters(input));
        specs.addAll(shortcutChain().parameters(input));
        if (mix == Mix.LEARNED) {
            specs.add(new ParameterSpec(MIX, Shape.of(1), Initializer.zeros(), Parametrization.none()));
        }
        return specs;
    }

    @Override
    public List<StateSpec> state(Shape input) {
        List<StateSpec> specs = new ArrayList<>(branchChain().state(input));
        specs.addAll(shortcutChain().state(input));
        return specs;
    }

    @Override
    public INDArray forward(INDArray input, LayerPass pass) {
        double a = share(pass::weight);
        INDArray branched = branchChain().forward(input, pass);
        INDArray output = pass.output(branched.shape());
        Elementwise.scale(branched, 1 - a, output);
        INDArray straight = shortcut.isEmpty() ? input : shortcutChain().forward(input, pass);
        Elementwise.addScaled(straight, a, output);
        if (mix == Mix.LEARNED && pass.wantsGradients()) {
            // dy/da = s - g = (s - y) / (1 - a): kept while s is at hand
            INDArray difference = pass.kept("difference", output.shape());
            straight.sub(output, difference);
        }
        return output;
    }

    @Override
    public INDArray backward(INDArray input, INDArray output, INDArray cotangent, LayerPass pass) {
        double a = share(pass::weight);
        if (mix == Mix.LEARNED && pass.wantsGradients()) {
            INDArray difference = pass.kept("difference", output.shape());
            // da/dmix = a (1 - a), and the difference still lacks its 1 / (1 - a)
            double slope = Tensors.dot(cotangent, difference) * a;
            Gradients.add(new double[] {slope}, pass, MIX);
        }
        INDArray part = pass.kept("cotangent", cotangent.shape());
        Elementwise.scale(cotangent, 1 - a, part);
        INDArray back = pass.cotangent(input.shape());
        back.assign(branchChain().backward(part, pass));
        if (shortcut.isEmpty()) {
            Elementwise.addScaled(cotangent, a, back);
        } else {
            Elementwise.scale(cotangent, a, part);
            Elementwise.addScaled(shortcutChain().backward(part, pass), 1, back);
        }
        return back;
    }

    @Override
    public LipschitzBound bound(Shape input, Function<String, INDArray> weights) {
        double a = share(weights);
        LipschitzBound g = branchChain().bound(input, weights);
        LipschitzBound s = shortcutChain().bound(input, weights);
        String method = "convex mix of shortcut (" + s.vector() + ") and branch (" + g.vector() + ")";
        return new LipschitzBound(mixed(a, s.vector(), g.vector()), mixed(a, s.perOutput(), g.perOutput()), method);
    }

    /**
     * Both parts carry their own errors; each product and the sum are rounded once, and so are a and 1 - a. Each of these may
     * underflow, a and 1 - a at the cost of a tiny multiple of the part.
     */
    @Override
    public Rounding rounding(Shape input, Function<String, INDArray> weights, double unitRoundoff) {
        double a = share(weights);
        Rounding g = branchChain().rounding(input, weights, unitRoundoff);
        Rounding s = shortcutChain().rounding(input, weights, unitRoundoff);
        double offset = mixed(a, s.offset(), g.offset());
        double slope = mixed(a, bound(shortcutChain(), input, weights), bound(branchChain(), input, weights));
        double relative = mixed(a, s.relative(), g.relative());
        double absolute = mixed(a, s.absolute(), g.absolute());
        double own = 4 * unitRoundoff;
        double tiny = RoundingTerms.underflow(unitRoundoff);
        double underflow = 4 * tiny * Math.sqrt(outputShape(input).length());
        return new Rounding(
                RoundingTerms.up(relative * (1 + own) + own * slope + tiny),
                RoundingTerms.up(absolute * (1 + own) + own * offset + underflow),
                offset,
                Math.min(s.largestInput(), g.largestInput()));
    }

    @Override
    public Operand express(Operand input, Function<String, INDArray> weights) {
        double a = share(weights);
        Operand branched = branchChain().express(input, weights).combine(Arithmetic.MULTIPLY, 1 - a);
        Operand straight = shortcutChain().express(input, weights).combine(Arithmetic.MULTIPLY, a);
        return branched.combine(Arithmetic.ADD, straight);
    }

    @Override
    public String describe(Shape input) {
        return "LipschitzResidual " + mix + " of [" + shortcutChain().describe() + "] and ["
                + branchChain().describe() + "]";
    }

    private static double bound(Chain chain, Shape input, Function<String, INDArray> weights) {
        return chain.bound(input, weights).vector();
    }

    /** Rounded up; two parts with the bound 1 give 1. */
    private static double mixed(double a, double s, double g) {
        return s == g ? s : Math.nextUp(Math.nextUp(a * s) + Math.nextUp((1 - a) * g));
    }

    private double share(Function<String, INDArray> weights) {
        return mix == Mix.HALF ? 0.5 : 1 / (1 + Math.exp(-weights.apply(MIX).getDouble(0)));
    }

    private Chain branchChain() {
        return new Chain("branch", branch);
    }

    private Chain shortcutChain() {
        return new Chain("shortcut", shortcut);
    }
}
