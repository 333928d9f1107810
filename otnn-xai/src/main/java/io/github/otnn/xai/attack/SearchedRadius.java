package io.github.otnn.xai.attack;

/** Radius of the ball that is searched: it doubles until something is found, and is bisected from then on. */
final class SearchedRadius {
    private static final double FIRST_RADIUS = 1.5;
    private static final double PRECISION = 1e-3;
    private static final int GROWTHS = 12;

    private final AttackedSample sample;
    private final int most;
    private double radius;
    private double low;
    private double high = Double.POSITIVE_INFINITY;
    private int growths;
    private int bisections;
    private boolean done;

    /**
     * Begins.
     *
     * @param most bisections
     */
    SearchedRadius(AttackedSample sample, int most) {
        this.sample = sample;
        this.most = most;
    }

    /** The radius; 0 before the first look. */
    double value() {
        return radius;
    }

    /** Whether there is nothing left to search. */
    boolean done() {
        return done;
    }

    /** Chooses the first radius by what the slope at the sample promises. */
    void look(Sight sight) {
        if (radius == 0) {
            radius = Math.min(sample.reach(), FIRST_RADIUS * sample.estimate(sight.margin(), sight.slope()));
        }
    }

    /** Something was found inside. */
    void succeeded() {
        high = sample.bestDistance();
        low = Math.min(low, high / 2);
        next();
    }

    /** Nothing was found inside. */
    void failed() {
        low = radius;
        next();
    }

    private void next() {
        if (high == Double.POSITIVE_INFINITY) {
            done = growths++ == GROWTHS || radius >= sample.reach();
            radius = Math.min(sample.reach(), 2 * radius);
        } else {
            done = bisections++ == most || high - low <= PRECISION * high;
            radius = (low + high) / 2;
        }
    }

    /** Draws a point back into the ball. */
    void project(double[] point) {
        double[] origin = sample.values();
        double distance = Vectors.distance(point, origin);
        if (distance > radius) {
            for (int p = 0; p < point.length; p++) {
                point[p] = origin[p] + (point[p] - origin[p]) * (radius / distance);
            }
        }
    }
}
