package io.github.otnn.xai.attack;

import io.github.otnn.core.Differentiable;
import io.github.otnn.xai.Progress;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Projected gradient in L2 whose step length looks after itself (APGD), in balls of several radii.
 *
 * <pre>
 * z  = P(x - a g / |g|),   x' = P(x + .75 (z - x) + .25 (x - x_before)),   P onto the ball,   a = 2 radii at first
 * </pre>
 *
 * g is the gradient of the margin over the strongest rival (the publication's cross entropy fails silently at large margins, its
 * DLR loss needs three classes). At .22, .41, .57, ... of the steps a is halved and the search goes back to the best point, if
 * less than .75 of the steps since have lowered the margin, or neither a nor the best margin has changed. Radii double until
 * something is found and are bisected then, as in {@link ProjectedGradient}; so are starts, the sample first. A last bisection
 * draws the best point towards the sample. Costs at most {@code steps * restarts} gradients for each radius.
 *
 * @param steps of each start, at least 1
 * @param restarts starts for each radius, at least 1
 * @param radii bisections of the radius, at least 0
 * @param settings range, seed, batch size
 * @see <a href="https://arxiv.org/abs/2003.01690">Croce, Hein 2020</a>
 */
public record AutoProjectedGradient(int steps, int restarts, int radii, AttackSettings settings) implements Attack {
    private static final int REFINEMENTS = 15;

    /** Checks the settings. */
    public AutoProjectedGradient {
        AttackSettings.require("AutoProjectedGradient", "steps must be >= 1", steps >= 1, steps);
        AttackSettings.require("AutoProjectedGradient", "restarts must be >= 1", restarts >= 1, restarts);
        AttackSettings.require("AutoProjectedGradient", "radii must be >= 0", radii >= 0, radii);
    }

    /** 50 steps, 1 start, 8 radii. */
    public AutoProjectedGradient(AttackSettings settings) {
        this(50, 1, 8, settings);
    }

    @Override
    public AttackResult run(Differentiable function, INDArray inputs, int[] labels, Progress progress) {
        return new SearchPool.Plan(this, settings, REFINEMENTS, sample -> new AutoProjectedGradientSearch(sample, this))
                .run(function, inputs, labels, progress);
    }

    @Override
    public String name() {
        return "APGD";
    }

    @Override
    public String describe() {
        return "APGD-L2, " + steps + " steps, " + restarts + " restarts, " + radii + " radii, " + settings.describe();
    }
}
