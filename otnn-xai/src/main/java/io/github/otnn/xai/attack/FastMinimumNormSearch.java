package io.github.otnn.xai.attack;

import java.util.SplittableRandom;

/** The steps of {@link FastMinimumNorm}. */
final class FastMinimumNormSearch implements Search {
    private static final double LAST_STEP = 0.01;
    private static final double LAST_GAMMA = 0.002;

    private final AttackedSample sample;
    private final FastMinimumNorm settings;
    private final double[] perturbation;
    private final double[] direction;
    private final SplittableRandom random;
    private double unit;
    private double radius;
    private int step;

    FastMinimumNormSearch(AttackedSample sample, FastMinimumNorm settings) {
        this.sample = sample;
        this.settings = settings;
        this.perturbation = new double[sample.length()];
        this.direction = new double[sample.length()];
        this.random = sample.random(0);
    }

    @Override
    public Wish wish() {
        return step <= settings.steps() ? Wish.GRADIENT : Wish.NOTHING;
    }

    @Override
    public void place(double[] point) {
        Vectors.move(sample.values(), 1, perturbation, point);
    }

    @Override
    public void see(Sight sight) {
        double[] origin = sample.values();
        for (int p = 0; p < perturbation.length; p++) {
            perturbation[p] = sight.point()[p] - origin[p];
        }
        double estimate = sample.estimate(sight.margin(), sight.slope());
        unit = unit == 0 ? estimate : unit;
        double gamma = settings.gamma() * annealed(LAST_GAMMA);
        if (sight.flipped()) {
            radius = Math.min(radius * (1 - gamma), sample.bestDistance());
        } else if (sample.found()) {
            radius *= 1 + gamma;
        } else {
            radius = Vectors.norm(perturbation) + estimate;
        }
        radius = Math.min(radius, sample.reach());
        Vectors.descent(sight.gradient(), random, direction);
        Vectors.add(unit * annealed(LAST_STEP), direction, perturbation);
        double norm = Vectors.norm(perturbation);
        if (norm > radius) {
            Vectors.scale(radius / norm, perturbation);
        }
        step++;
    }

    /** From 1 to a last share along a cosine. */
    private double annealed(double last) {
        return last + (1 - last) * (1 + Math.cos(Math.PI * step / settings.steps())) / 2;
    }
}
