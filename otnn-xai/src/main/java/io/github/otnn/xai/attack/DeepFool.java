package io.github.otnn.xai.attack;

import io.github.otnn.core.Differentiable;
import io.github.otnn.xai.Progress;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * DeepFool in L2: steps onto the nearest linearised boundary until the decision changes.
 *
 * <pre>
 * d_k = |f_y - f_k| / (|grad (f_y - f_k)| + 1e-8),   nearest k
 * p  += -(d_k + 1e-4) grad (f_y - f_k) / |grad (f_y - f_k)|,   point = x + (1 + overshoot) p
 * </pre>
 *
 * With one logit f the difference is y f. As published, without a bisection afterwards. Costs one gradient for each step and
 * candidate.
 *
 * @param steps at most
 * @param candidates rivals looked at in each step, those with the largest logits at the sample
 * @param overshoot factor beyond the boundary, minus 1
 * @param settings range, seed (used where every gradient is zero), batch size
 * @see <a href="https://arxiv.org/abs/1511.04599">Moosavi-Dezfooli, Fawzi, Frossard 2015</a>
 */
public record DeepFool(int steps, int candidates, double overshoot, AttackSettings settings) implements Attack {
    /** Checks the settings. */
    public DeepFool {
        AttackSettings.require("DeepFool", "steps must be >= 1", steps >= 1, steps);
        AttackSettings.require("DeepFool", "candidates must be >= 1", candidates >= 1, candidates);
        AttackSettings.require("DeepFool", "overshoot must be >= 0 and finite", finite(overshoot), overshoot);
    }

    /** 50 steps, 10 candidates, overshoot .02. */
    public DeepFool(AttackSettings settings) {
        this(50, 10, 0.02, settings);
    }

    @Override
    public AttackResult run(Differentiable function, INDArray inputs, int[] labels, Progress progress) {
        return new SearchPool.Plan(this, settings, 0, sample -> new DeepFoolSearch(sample, this))
                .run(function, inputs, labels, progress);
    }

    @Override
    public String name() {
        return "DeepFool";
    }

    @Override
    public String describe() {
        return "DeepFool-L2, " + steps + " steps, " + candidates + " candidates, overshoot " + overshoot + ", "
                + settings.describe();
    }

    private static boolean finite(double overshoot) {
        return overshoot >= 0 && overshoot < Double.POSITIVE_INFINITY;
    }
}
