package io.github.otnn.layers;

import io.github.otnn.core.Shape;
import io.github.otnn.core.ShapeMismatchException;
import io.github.otnn.core.graph.Arithmetic;
import io.github.otnn.core.graph.Operand;
import io.github.otnn.core.network.Chain;
import io.github.otnn.core.network.Layer;
import io.github.otnn.core.network.LayerPass;
import io.github.otnn.core.network.LipschitzBound;
import io.github.otnn.core.network.ParameterSpec;
import io.github.otnn.core.network.Rounding;
import io.github.otnn.core.network.StateSpec;
import io.github.otnn.core.tensor.Elementwise;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Ordinary residual block, for the unconstrained twins of 1-Lipschitz networks.
 *
 * <pre>y = s(x) + g(x),   L = L_s + L_g</pre>
 *
 * x and y of any shapes that branch g and shortcut s agree on; an empty shortcut is the identity. Immutable and thread-safe.
 *
 * @param branch layers of g, at least one
 * @param shortcut layers of s; none for the identity
 * @see <a href="https://arxiv.org/abs/1512.03385">He et al. 2015</a>
 */
public record ResidualSum(List<Layer> branch, List<Layer> shortcut) implements Layer {
    /** Checks the branch. */
    public ResidualSum {
        branch = List.copyOf(branch);
        shortcut = List.copyOf(shortcut);
        if (branch.isEmpty()) {
            throw new IllegalArgumentException("ResidualSum: expected a branch of at least one layer, got none");
        }
    }

    @Override
    public Shape outputShape(Shape input) {
        Shape output = branchChain().outputShape(input);
        Shape expected = shortcutChain().outputShape(input);
        if (!output.equals(expected)) {
            throw new ShapeMismatchException(
                    "ResidualSum",
                    "a branch that ends in the shortcut's shape " + expected.describeBatch(),
                    output.describeBatch());
        }
        return output;
    }

    @Override
    public List<ParameterSpec> parameters(Shape input) {
        List<ParameterSpec> specs = new ArrayList<>(branchChain().parameters(input));
        specs.addAll(shortcutChain().parameters(input));
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
        INDArray branched = branchChain().forward(input, pass);
        INDArray output = pass.output(branched.shape());
        output.assign(branched);
        Elementwise.addScaled(shortcut.isEmpty() ? input : shortcutChain().forward(input, pass), 1, output);
        return output;
    }

    @Override
    public INDArray backward(INDArray input, INDArray output, INDArray cotangent, LayerPass pass) {
        INDArray back = pass.cotangent(input.shape());
        back.assign(branchChain().backward(cotangent, pass));
        INDArray straight = shortcut.isEmpty() ? cotangent : shortcutChain().backward(cotangent, pass);
        Elementwise.addScaled(straight, 1, back);
        return back;
    }

    @Override
    public LipschitzBound bound(Shape input, Function<String, INDArray> weights) {
        LipschitzBound g = branchChain().bound(input, weights);
        LipschitzBound s = shortcutChain().bound(input, weights);
        return new LipschitzBound(
                Math.nextUp(s.vector() + g.vector()),
                Math.nextUp(s.perOutput() + g.perOutput()),
                "sum of shortcut and branch, unconstrained");
    }

    /** Both parts carry their own errors; the sum is rounded once. */
    @Override
    public Rounding rounding(Shape input, Function<String, INDArray> weights, double unitRoundoff) {
        Rounding g = branchChain().rounding(input, weights, unitRoundoff);
        Rounding s = shortcutChain().rounding(input, weights, unitRoundoff);
        double own = 1.01 * unitRoundoff;
        double slope = bound(input, weights).vector();
        double offset = Math.nextUp(s.offset() + g.offset());
        double underflow = 2
                * RoundingTerms.underflow(unitRoundoff)
                * Math.sqrt(outputShape(input).length());
        return new Rounding(
                RoundingTerms.up((s.relative() + g.relative()) * (1 + 2 * own) + own * slope),
                RoundingTerms.up((s.absolute() + g.absolute()) * (1 + 2 * own) + own * offset + underflow),
                offset,
                Math.min(s.largestInput(), g.largestInput()));
    }

    @Override
    public Operand express(Operand input, Function<String, INDArray> weights) {
        return branchChain()
                .express(input, weights)
                .combine(Arithmetic.ADD, shortcutChain().express(input, weights));
    }

    @Override
    public String describe(Shape input) {
        return "ResidualSum of [" + shortcutChain().describe() + "] and ["
                + branchChain().describe() + "]";
    }

    private Chain branchChain() {
        return new Chain("branch", branch);
    }

    private Chain shortcutChain() {
        return new Chain("shortcut", shortcut);
    }
}
