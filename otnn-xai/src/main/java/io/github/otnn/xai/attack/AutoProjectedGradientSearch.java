package io.github.otnn.xai.attack;

import java.util.SplittableRandom;

/** The radii, starts and steps of {@link AutoProjectedGradient}. */
final class AutoProjectedGradientSearch implements Search {
    private static final double MOMENTUM = 0.75;
    private static final double WANTED_SHARE = 0.75;
    private static final double FIRST_CHECK = 0.22;
    private static final double CHECKS_DRAW_NEARER = 0.03;
    private static final double SHORTEST_CHECK = 0.06;

    private final AttackedSample sample;
    private final AutoProjectedGradient settings;
    private final SearchedRadius radius;
    private final double[] current;
    private final double[] before;
    private final double[] direction;
    private final double[] best;
    private final double[] bestDirection;
    private double bestMargin;
    private double lastMargin;
    private double checkedMargin;
    private double length;
    private double checkedLength;
    private double checkShare;
    private double checkAt;
    private int checkedStep;
    private int lowered;
    private int start;
    private int step;
    private int starts;
    private SplittableRandom random;

    AutoProjectedGradientSearch(AttackedSample sample, AutoProjectedGradient settings) {
        this.sample = sample;
        this.settings = settings;
        this.radius = new SearchedRadius(sample, settings.radii());
        this.current = sample.values().clone();
        this.before = new double[sample.length()];
        this.direction = new double[sample.length()];
        this.best = new double[sample.length()];
        this.bestDirection = new double[sample.length()];
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
        System.arraycopy(sight.point(), 0, current, 0, current.length);
        Vectors.descent(sight.gradient(), random, direction);
        lowered += step > 0 && sight.margin() < lastMargin ? 1 : 0;
        lastMargin = sight.margin();
        if (step == 0 || sight.margin() < bestMargin) {
            bestMargin = sight.margin();
            System.arraycopy(current, 0, best, 0, best.length);
            System.arraycopy(direction, 0, bestDirection, 0, best.length);
        }
        if (step == 0) {
            firstCheck();
        } else if (step >= checkAt * settings.steps()) {
            check();
        }
        move();
        step++;
    }

    private void firstCheck() {
        length = 2 * radius.value();
        checkedLength = length;
        checkedMargin = Double.POSITIVE_INFINITY;
        checkShare = FIRST_CHECK;
        checkAt = FIRST_CHECK;
        checkedStep = 0;
        lowered = 0;
        System.arraycopy(current, 0, before, 0, before.length);
    }

    /** Halves the step and goes back to the best point where the steps since the last check have not done well. */
    private void check() {
        boolean poor = lowered < WANTED_SHARE * (step - checkedStep);
        boolean stuck = checkedLength == length && checkedMargin == bestMargin;
        checkedLength = length;
        checkedMargin = bestMargin;
        if (poor || stuck) {
            length /= 2;
            System.arraycopy(best, 0, current, 0, best.length);
            System.arraycopy(best, 0, before, 0, best.length);
            System.arraycopy(bestDirection, 0, direction, 0, best.length);
        }
        checkShare = Math.max(checkShare - CHECKS_DRAW_NEARER, SHORTEST_CHECK);
        checkAt += checkShare;
        checkedStep = step;
        lowered = 0;
    }

    private void move() {
        double[] x = current.clone();
        Vectors.add(length, direction, current);
        radius.project(current);
        if (step > 0) {
            for (int p = 0; p < x.length; p++) {
                current[p] = x[p] + MOMENTUM * (current[p] - x[p]) + (1 - MOMENTUM) * (x[p] - before[p]);
            }
            radius.project(current);
        }
        System.arraycopy(x, 0, before, 0, x.length);
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
