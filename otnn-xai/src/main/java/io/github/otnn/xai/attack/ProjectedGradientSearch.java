package io.github.otnn.xai.attack;

import java.util.SplittableRandom;

/** The radii, starts and steps of {@link ProjectedGradient}. */
final class ProjectedGradientSearch implements Search {
    private final AttackedSample sample;
    private final ProjectedGradient settings;
    private final SearchedRadius radius;
    private final double[] current;
    private final double[] direction;
    private int start;
    private int step;
    private int starts;
    private SplittableRandom random;

    ProjectedGradientSearch(AttackedSample sample, ProjectedGradient settings) {
        this.sample = sample;
        this.settings = settings;
        this.radius = new SearchedRadius(sample, settings.radii());
        this.current = sample.values().clone();
        this.direction = new double[sample.length()];
        this.random = sample.random(0);
    }

    @Override
    public Wish wish() {
        if (radius.done()) {
            return Wish.NOTHING;
        }
        return step == settings.steps() ? Wish.VALUE : Wish.GRADIENT;
    }

    @Override
    public void place(double[] point) {
        System.arraycopy(current, 0, point, 0, point.length);
    }

    @Override
    public void see(Sight sight) {
        radius.look(sight);
        if (sight.flipped()) {
            radius.succeeded();
            start = 0;
            begin();
        } else if (step < settings.steps()) {
            descend(sight);
        } else if (start + 1 < settings.restarts()) {
            start++;
            begin();
        } else {
            radius.failed();
            start = 0;
            begin();
        }
    }

    private void descend(Sight sight) {
        Vectors.descent(sight.gradient(), random, direction);
        double length = settings.stepFactor() * radius.value() / settings.steps();
        Vectors.move(sight.point(), length, direction, current);
        radius.project(current);
        step++;
    }

    /** The sample first, then points evenly distributed in the ball. */
    private void begin() {
        step = 0;
        random = sample.random(++starts);
        System.arraycopy(sample.values(), 0, current, 0, current.length);
        if (start > 0) {
            Vectors.randomDirection(random, direction);
            Vectors.add(radius.value() * Math.pow(random.nextDouble(), 1.0 / current.length), direction, current);
        }
    }
}
