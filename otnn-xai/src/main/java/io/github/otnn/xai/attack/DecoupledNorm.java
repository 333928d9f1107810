package io.github.otnn.xai.attack;

import io.github.otnn.core.Differentiable;
import io.github.otnn.xai.Progress;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Decoupled direction and norm (DDN) in L2: the gradient turns the perturbation, its length follows success and failure.
 *
 * <pre>
 * d   = d - a g / |g|,   a falls from one estimated distance to a hundredth of it along a cosine
 * eps = eps (1 - gamma) where the decision has changed, else eps (1 + gamma);   d = eps d / |d|
 * </pre>
 *
 * g is the gradient of the margin over the strongest rival; lengths begin at the distance that the slope at the sample
 * promises, so the unit of the input does not matter. A last bisection draws the best point towards the sample. Costs
 * {@code steps + 1} gradients.
 *
 * @param steps in all
 * @param gamma change of the length in one step, above 0 and below 1
 * @param settings range, seed (used where the gradient is zero), batch size
 * @see <a href="https://arxiv.org/abs/1811.09600">Rony et al. 2018</a>
 */
public record DecoupledNorm(int steps, double gamma, AttackSettings settings) implements Attack {
    private static final int REFINEMENTS = 15;

    /** Checks the settings. */
    public DecoupledNorm {
        AttackSettings.require("DecoupledNorm", "steps must be >= 1", steps >= 1, steps);
        AttackSettings.require("DecoupledNorm", "gamma must be between 0 and 1", gamma > 0 && gamma < 1, gamma);
    }

    /** 100 steps, gamma .05. */
    public DecoupledNorm(AttackSettings settings) {
        this(100, 0.05, settings);
    }

    @Override
    public AttackResult run(Differentiable function, INDArray inputs, int[] labels, Progress progress) {
        return new SearchPool.Plan(this, settings, REFINEMENTS, sample -> new DecoupledNormSearch(sample, this))
                .run(function, inputs, labels, progress);
    }

    @Override
    public String name() {
        return "DDN";
    }

    @Override
    public String describe() {
        return "DDN-L2, " + steps + " steps, gamma " + gamma + ", " + settings.describe();
    }
}
