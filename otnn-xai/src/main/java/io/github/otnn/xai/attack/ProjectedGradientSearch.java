package io.github.otnn.xai.attack;

import java.util.SplittableRandom;

/** The radii, starts and steps of {@link ProjectedGradient}. */
final class ProjectedGradientSearch implements Search {
    private static final double FIRST_RADIUS = 1.5;
    private static final double PRECISION = 1e-3;
    private static final int GROWTHS = 12;

    private final AttackedSample sample;
    private final ProjectedGradient settings;
    private final double[] current;
    private final double[] direction;
    private double radius;
    private double low;
    private double high = Double.POSITIVE_INFINITY;
    private int growths;
    private int bisections;
    private int start;
    private int step;
    private int starts;
    private SplittableRandom random;
    private boolean done;

    ProjectedGradientSearch(AttackedSample sample, ProjectedGradient settings) {
        this.sample = sample;
        this.settings = settings;
        this.current = sample.values().clone();
        this.direction = new double[sample.length()];
        this.random = sample.random(0);
    }

    @Override
    public Wish wish() {
        if (done) {
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
        if (radius == 0) {
            radius = Math.min(sample.reach(), FIRST_RADIUS * sample.estimate(sight.margin(), sight.slope()));
        }
        if (sight.flipped()) {
            high = sample.bestDistance();
            low = Math.min(low, high / 2);
            nextRadius();
        } else if (step < settings.steps()) {
            descend(sight);
        } else if (start + 1 < settings.restarts()) {
            start++;
            begin();
        } else {
            low = radius;
            nextRadius();
        }
    }

    private void descend(Sight sight) {
        Vectors.descent(sight.gradient(), random, direction);
        double length = settings.stepFactor() * radius / settings.steps();
        Vectors.move(sight.point(), length, direction, current);
        project();
        step++;
    }

    private void project() {
        double distance = Vectors.distance(current, sample.values());
        if (distance > radius) {
            double[] origin = sample.values();
            for (int p = 0; p < current.length; p++) {
                current[p] = origin[p] + (current[p] - origin[p]) * (radius / distance);
            }
        }
    }

    private void nextRadius() {
        start = 0;
        if (high == Double.POSITIVE_INFINITY) {
            done = growths++ == GROWTHS || radius >= sample.reach();
            radius = Math.min(sample.reach(), 2 * radius);
        } else {
            done = bisections++ == settings.radii() || high - low <= PRECISION * high;
            radius = (low + high) / 2;
        }
        begin();
    }

    /** The sample first, then points evenly distributed in the ball. */
    private void begin() {
        step = 0;
        random = sample.random(++starts);
        System.arraycopy(sample.values(), 0, current, 0, current.length);
        if (start > 0) {
            Vectors.randomDirection(random, direction);
            Vectors.add(radius * Math.pow(random.nextDouble(), 1.0 / current.length), direction, current);
        }
    }
}
