package io.github.otnn.xai.attack;

import io.github.otnn.core.Differentiable;
import io.github.otnn.xai.Progress;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Projected gradient descent in the L2 ball, with restarts, for the smallest radius at which it succeeds.
 *
 * <pre>x' = clip(x + project(x' - a g / |g| - x, eps)),   a = stepFactor eps / steps</pre>
 *
 * g is the gradient of the margin over the strongest rival. The first start of each radius is the sample, the others are evenly
 * distributed in the ball. The radius begins half above what the slope promises, doubles until it succeeds, and is
 * bisected; a point found inside the ball shrinks it. What is found is drawn towards the sample by a last bisection. Costs up to
 * {@code steps * restarts} gradients for each radius that fails, few for one that succeeds.
 *
 * @param steps for each start
 * @param restarts starts for each radius, the sample itself included
 * @param radii bisections of the radius
 * @param stepFactor length of all steps of a start together, in radii
 * @param settings range, seed, batch size
 * @see <a href="https://arxiv.org/abs/1706.06083">Madry et al. 2017</a>
 */
public record ProjectedGradient(int steps, int restarts, int radii, double stepFactor, AttackSettings settings)
        implements Attack {
    private static final int REFINEMENTS = 15;

    /** Checks the settings. */
    public ProjectedGradient {
        AttackSettings.require("ProjectedGradient", "steps must be >= 1", steps >= 1, steps);
        AttackSettings.require("ProjectedGradient", "restarts must be >= 1", restarts >= 1, restarts);
        AttackSettings.require("ProjectedGradient", "radii must be >= 0", radii >= 0, radii);
        AttackSettings.require(
                "ProjectedGradient",
                "stepFactor must be > 0 and finite",
                stepFactor > 0 && stepFactor < Double.POSITIVE_INFINITY,
                stepFactor);
    }

    /** 40 steps, 3 restarts, 8 radii, steps of 2.5 radii together. */
    public ProjectedGradient(AttackSettings settings) {
        this(40, 3, 8, 2.5, settings);
    }

    /** The published effort, 30 times as dear: 100 steps, 20 restarts, 12 radii. */
    public static ProjectedGradient thorough(AttackSettings settings) {
        return new ProjectedGradient(100, 20, 12, 2, settings);
    }

    @Override
    public AttackResult run(Differentiable function, INDArray inputs, int[] labels, Progress progress) {
        return new SearchPool.Plan(this, settings, REFINEMENTS, sample -> new ProjectedGradientSearch(sample, this))
                .run(function, inputs, labels, progress);
    }

    @Override
    public String name() {
        return "PGD";
    }

    @Override
    public String describe() {
        return "PGD-L2, " + steps + " steps, " + restarts + " restarts, " + radii + " radii, step factor " + stepFactor
                + ", " + settings.describe();
    }
}
