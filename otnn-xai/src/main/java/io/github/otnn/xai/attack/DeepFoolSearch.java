package io.github.otnn.xai.attack;

import java.util.SplittableRandom;

/** The steps of {@link DeepFool}. */
final class DeepFoolSearch implements Search {
    private static final double BEYOND = 1e-4;

    private final AttackedSample sample;
    private final DeepFool settings;
    private final RivalScan scan;
    private final SplittableRandom random;
    private final double[] sum;
    private final double[] direction;
    private int steps;
    private boolean done;

    DeepFoolSearch(AttackedSample sample, DeepFool settings) {
        this.sample = sample;
        this.settings = settings;
        this.scan = new RivalScan(sample, settings.candidates());
        this.random = sample.random(0);
        this.sum = new double[sample.length()];
        this.direction = new double[sample.length()];
    }

    @Override
    public Wish wish() {
        if (done) {
            return Wish.NOTHING;
        }
        return steps == settings.steps() ? Wish.VALUE : Wish.GRADIENT;
    }

    @Override
    public void place(double[] point) {
        Vectors.move(sample.values(), 1 + settings.overshoot(), sum, point);
    }

    @Override
    public int rival(double[] logits, int label) {
        return done || steps == settings.steps() ? Decision.rival(logits, label) : scan.rival(logits);
    }

    @Override
    public void see(Sight sight) {
        if (sight.flipped() || steps == settings.steps()) {
            done = true;
        } else if (scan.complete(sight)) {
            Vectors.descent(scan.gradient(), random, direction);
            double length = Math.min(sample.reach(), sample.estimate(scan.distance(), 1));
            Vectors.add(length + BEYOND, direction, sum);
            steps++;
        }
    }
}
