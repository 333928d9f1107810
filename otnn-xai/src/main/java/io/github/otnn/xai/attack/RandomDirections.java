package io.github.otnn.xai.attack;

import io.github.otnn.core.Differentiable;
import io.github.otnn.xai.Progress;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Random directions from the sample, each bisected where it does better than those before. Needs no gradient, so it
 * succeeds where gradients lie; in many dimensions it is a weak attack otherwise. Costs one evaluation for each direction, and
 * {@code bisections} for each improvement.
 *
 * @param directions tried
 * @param bisections evaluations for each direction that improves
 * @param settings range, seed, batch size
 */
public record RandomDirections(int directions, int bisections, AttackSettings settings) implements Attack {
    /** Checks the settings. */
    public RandomDirections {
        AttackSettings.require("RandomDirections", "directions must be >= 1", directions >= 1, directions);
        AttackSettings.require("RandomDirections", "bisections must be >= 0", bisections >= 0, bisections);
    }

    /** 200 directions, 15 bisections. */
    public RandomDirections(AttackSettings settings) {
        this(200, 15, settings);
    }

    @Override
    public AttackResult run(Differentiable function, INDArray inputs, int[] labels, Progress progress) {
        return new SearchPool.Plan(this, settings, 0, sample -> new RandomDirectionsSearch(sample, this))
                .run(function, inputs, labels, progress);
    }

    @Override
    public String name() {
        return "random directions";
    }

    @Override
    public String describe() {
        return directions + " random directions, " + bisections + " bisections, " + settings.describe();
    }
}
