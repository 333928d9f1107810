package io.github.otnn.xai.attack;

import io.github.otnn.core.Differentiable;
import io.github.otnn.xai.Progress;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Fast minimum-norm attack (FMN) in L2: steps along the gradient inside a ball that shrinks with success and grows with failure.
 *
 * <pre>
 * eps = |d| + margin / |g|             while nothing has been found: where the slope promises the boundary
 *     = eps (1 + gamma)                where the decision holds again
 *     = min(eps (1 - gamma), |best|)   where it has changed
 * d   = projection of d - a g / |g| on the ball of radius eps
 * </pre>
 *
 * g is the gradient of the margin over the strongest rival. a falls from one estimated distance to a hundredth of it, gamma from
 * its first value to a five hundredth, both along a cosine; so the unit of the input does not matter (the publication's a begins
 * at 1). Unlike {@link DecoupledNorm} it may stay inside the ball. A last bisection draws the best point towards the sample.
 * Costs {@code steps + 1} gradients.
 *
 * @param steps in all
 * @param gamma first change of the radius in one step, above 0 and below 1
 * @param settings range, seed (used where the gradient is zero), batch size
 * @see <a href="https://arxiv.org/abs/2102.12827">Pintor, Roli, Brendel, Biggio 2021</a>
 */
public record FastMinimumNorm(int steps, double gamma, AttackSettings settings) implements Attack {
    private static final int REFINEMENTS = 15;

    /** Checks the settings. */
    public FastMinimumNorm {
        AttackSettings.require("FastMinimumNorm", "steps must be >= 1", steps >= 1, steps);
        AttackSettings.require("FastMinimumNorm", "gamma must be between 0 and 1", gamma > 0 && gamma < 1, gamma);
    }

    /** 100 steps, gamma .05. */
    public FastMinimumNorm(AttackSettings settings) {
        this(100, 0.05, settings);
    }

    @Override
    public AttackResult run(Differentiable function, INDArray inputs, int[] labels, Progress progress) {
        return new SearchPool.Plan(this, settings, REFINEMENTS, sample -> new FastMinimumNormSearch(sample, this))
                .run(function, inputs, labels, progress);
    }

    @Override
    public String name() {
        return "FMN";
    }

    @Override
    public String describe() {
        return "FMN-L2, " + steps + " steps, gamma " + gamma + ", " + settings.describe();
    }
}
