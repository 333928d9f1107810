package io.github.otnn.xai.attack;

import io.github.otnn.core.Differentiable;
import io.github.otnn.xai.Progress;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Carlini and Wagner's L2 attack: Adam on distance and margin together, with the weight between them searched for.
 *
 * <pre>minimise |d|^2 + c max(0, f_y - max f_k + confidence)</pre>
 *
 * With a range, points are {@code middle + half tanh(w)} and Adam moves w; else it moves the point itself. Two departures from
 * the publication, so that the unit of the input does not matter: c begins at twice what an affine function of the same slope
 * needs, then grows fourfold until a round succeeds and is bisected; without a range the learning rate is a share of the
 * distance that the slope promises. It falls linearly to a hundredth in each round. A round ends early when a tenth of its steps
 * brings nothing. A last bisection draws the best point towards the sample. Costs up to {@code rounds * steps} gradients.
 *
 * @param rounds values of c
 * @param steps of Adam for each
 * @param learningRate per coordinate: of w, or relative to the estimated distance
 * @param confidence margin on the other side that is asked for, at least 0
 * @param settings range, seed (used where the gradient is zero), batch size
 * @see <a href="https://arxiv.org/abs/1608.04644">Carlini, Wagner 2016</a>
 */
public record CarliniWagner(int rounds, int steps, double learningRate, double confidence, AttackSettings settings)
        implements Attack {
    private static final int REFINEMENTS = 15;

    /** Checks the settings. */
    public CarliniWagner {
        AttackSettings.require("CarliniWagner", "rounds must be >= 1", rounds >= 1, rounds);
        AttackSettings.require("CarliniWagner", "steps must be >= 1", steps >= 1, steps);
        boolean rate = learningRate > 0 && learningRate < Double.POSITIVE_INFINITY;
        AttackSettings.require("CarliniWagner", "learningRate must be > 0 and finite", rate, learningRate);
        boolean finite = confidence >= 0 && confidence < Double.POSITIVE_INFINITY;
        AttackSettings.require("CarliniWagner", "confidence must be >= 0 and finite", finite, confidence);
    }

    /** 5 rounds of 500 steps, learning rate .02, confidence 0. */
    public CarliniWagner(AttackSettings settings) {
        this(5, 500, 0.02, 0, settings);
    }

    @Override
    public AttackResult run(Differentiable function, INDArray inputs, int[] labels, Progress progress) {
        return new SearchPool.Plan(this, settings, REFINEMENTS, sample -> new CarliniWagnerSearch(sample, this))
                .run(function, inputs, labels, progress);
    }

    @Override
    public String name() {
        return "CW";
    }

    @Override
    public String describe() {
        return "Carlini-Wagner-L2, " + rounds + " rounds of " + steps + " steps, learning rate " + learningRate
                + ", confidence " + confidence + ", " + settings.describe();
    }
}
