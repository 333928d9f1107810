package io.github.otnn.xai.attack;

import java.util.SplittableRandom;

/** The steps of {@link DecoupledNorm}. */
final class DecoupledNormSearch implements Search {
    private static final double LAST_STEP = 0.01;

    private final AttackedSample sample;
    private final DecoupledNorm settings;
    private final double[] perturbation;
    private final double[] direction;
    private final SplittableRandom random;
    private double unit;
    private double length;
    private int step;

    DecoupledNormSearch(AttackedSample sample, DecoupledNorm settings) {
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
        if (unit == 0) {
            unit = sample.estimate(sight.margin(), sight.slope());
            length = unit;
        } else {
            length *= sight.flipped() ? 1 - settings.gamma() : 1 + settings.gamma();
            length = Math.min(length, sample.reach());
        }
        Vectors.descent(sight.gradient(), random, direction);
        double cosine = (1 + Math.cos(Math.PI * step / settings.steps())) / 2;
        double[] origin = sample.values();
        for (int p = 0; p < perturbation.length; p++) {
            perturbation[p] = sight.point()[p] - origin[p];
        }
        Vectors.add(unit * (LAST_STEP + (1 - LAST_STEP) * cosine), direction, perturbation);
        double norm = Vectors.norm(perturbation);
        if (norm > 0) {
            Vectors.scale(length / norm, perturbation);
        }
        step++;
    }
}
