package io.github.otnn.xai.attack;

import io.github.otnn.core.Differentiable;
import io.github.otnn.xai.Progress;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Fast gradient method in L2: {@code x - eps g / |g|} with the smallest eps that works, by growth and bisection.
 *
 * <p>g is the gradient of the margin over the strongest rival. With one logit that is {@link TransportRay}.
 *
 * @param bisections evaluations once the decision has changed
 * @param settings range, seed (used where the gradient is zero), batch size
 * @see <a href="https://arxiv.org/abs/1412.6572">Goodfellow, Shlens, Szegedy 2014</a>
 */
public record FastGradient(int bisections, AttackSettings settings) implements Attack {
    /** Checks the settings. */
    public FastGradient {
        AttackSettings.require("FastGradient", "bisections must be >= 0", bisections >= 0, bisections);
    }

    /** 25 bisections. */
    public FastGradient(AttackSettings settings) {
        this(25, settings);
    }

    @Override
    public AttackResult run(Differentiable function, INDArray inputs, int[] labels, Progress progress) {
        return new SearchPool.Plan(this, settings, 0, sample -> new RaySearch(sample, 1, bisections))
                .run(function, inputs, labels, progress);
    }

    @Override
    public String name() {
        return "FGM";
    }

    @Override
    public String describe() {
        return "FGM-L2, " + bisections + " bisections, " + settings.describe();
    }
}
