package io.github.otnn.xai.attack;

import io.github.otnn.core.Differentiable;
import io.github.otnn.core.tensor.Tensors;
import io.github.otnn.xai.Progress;
import java.util.SplittableRandom;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A walk along the decision boundary that sees decisions only, after HopSkipJump.
 *
 * <p>It begins at a point that is decided differently: another sample of the batch with another label, else noise. Each round
 * bisects towards the sample, estimates the normal of the boundary from the decisions at random neighbours, and steps along it.
 * No gradient is used, so nothing that hides gradients hides the boundary. Costs about {@code rounds * (neighbours + 20)}
 * evaluations.
 *
 * @param rounds steps along the boundary
 * @param neighbours evaluations for each normal
 * @param settings range, seed, batch size
 * @see <a href="https://arxiv.org/abs/1904.02144">Chen, Jordan, Wainwright 2019</a>
 */
public record BoundaryWalk(int rounds, int neighbours, AttackSettings settings) implements Attack {
    private static final int STARTS = 10;

    /** Checks the settings. */
    public BoundaryWalk {
        AttackSettings.require("BoundaryWalk", "rounds must be >= 1", rounds >= 1, rounds);
        AttackSettings.require("BoundaryWalk", "neighbours must be >= 1", neighbours >= 1, neighbours);
    }

    /** 20 rounds, 100 neighbours. */
    public BoundaryWalk(AttackSettings settings) {
        this(20, 100, settings);
    }

    @Override
    public AttackResult run(Differentiable function, INDArray inputs, int[] labels, Progress progress) {
        INDArray dense = Tensors.dense(inputs);
        return new SearchPool.Plan(
                        this,
                        settings,
                        0,
                        sample -> new BoundaryWalkSearch(sample, this, place -> start(sample, place, dense, labels)))
                .run(function, inputs, labels, progress);
    }

    /** Number of places where a walk may begin. */
    static int starts() {
        return 2 * STARTS;
    }

    /** First some samples with other labels, then noise of growing size. */
    private static double[] start(AttackedSample sample, int place, INDArray inputs, int[] labels) {
        SplittableRandom random = sample.random(1 + place);
        int other = random.nextInt(labels.length);
        return place < STARTS && labels[other] != labels[sample.index()]
                ? Tensors.toDoubles(Tensors.rows(inputs, other, other + 1L))
                : noise(sample, random, place % STARTS);
    }

    private static double[] noise(AttackedSample sample, SplittableRandom random, int doublings) {
        double[] direction = new double[sample.length()];
        Vectors.randomDirection(random, direction);
        double length = Math.min(sample.reach(), sample.scale() * Math.scalb(1, doublings));
        double[] point = sample.values().clone();
        Vectors.add(length, direction, point);
        return point;
    }

    @Override
    public String name() {
        return "boundary walk";
    }

    @Override
    public String describe() {
        return "boundary walk, " + rounds + " rounds, " + neighbours + " neighbours, " + settings.describe();
    }
}
