package io.github.otnn.xai.attack;

import io.github.otnn.core.Differentiable;
import io.github.otnn.xai.Progress;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The transport direction as an attack: the closed step {@code -f grad f / |grad f|^2}, then growth and bisection on its ray.
 *
 * <p>Of several classes the one whose linearised boundary is nearest among the strongest rivals. Where the function is a
 * potential of optimal transport nothing is nearer, so this one should rank with the best. Costs one gradient for each candidate and at
 * most {@code bisections + 14} evaluations.
 *
 * @param candidates rivals looked at, those with the largest logits
 * @param bisections evaluations once the decision has changed
 * @param settings range, seed (used where every gradient is zero), batch size
 * @see <a href="https://arxiv.org/abs/2206.06854">Serrurier et al. 2023</a>, Prop. 2
 */
public record TransportRay(int candidates, int bisections, AttackSettings settings) implements Attack {
    /** Checks the settings. */
    public TransportRay {
        AttackSettings.require("TransportRay", "candidates must be >= 1", candidates >= 1, candidates);
        AttackSettings.require("TransportRay", "bisections must be >= 0", bisections >= 0, bisections);
    }

    /** 10 candidates, 25 bisections. */
    public TransportRay(AttackSettings settings) {
        this(10, 25, settings);
    }

    @Override
    public AttackResult run(Differentiable function, INDArray inputs, int[] labels, Progress progress) {
        return new SearchPool.Plan(this, settings, 0, sample -> new RaySearch(sample, candidates, bisections))
                .run(function, inputs, labels, progress);
    }

    @Override
    public String name() {
        return "transport ray";
    }

    @Override
    public String describe() {
        return "transport ray, " + candidates + " candidates, " + bisections + " bisections, " + settings.describe();
    }
}
