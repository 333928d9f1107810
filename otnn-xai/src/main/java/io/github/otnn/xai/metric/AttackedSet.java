package io.github.otnn.xai.metric;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** Search for the smallest change of one sample on a set of its values; keeps the best change found for smaller sets. */
final class AttackedSet {
    private static final double GROWTH = 10;
    /** A little beyond the tangent plane: on it, rounding decides. */
    private static final double BEYOND = 1.01;

    private static final double PRECISION = 1e-3;

    private final int owner;
    private final double[] x;
    private final double[] step;
    private boolean[] open = new boolean[0];
    private double sign;
    private double radius;
    private double low;
    private double high = Double.POSITIVE_INFINITY;
    private double @Nullable [] best;
    private boolean reached;

    AttackedSet(int owner, double[] x) {
        this.owner = owner;
        this.x = x;
        this.step = new double[x.length];
    }

    static double norm(double[] values) {
        double squares = 0;
        for (double value : values) {
            squares += value * value;
        }
        return Math.sqrt(squares);
    }

    int owner() {
        return owner;
    }

    int length() {
        return x.length;
    }

    /** Norm of the best change, or infinity. */
    double norm() {
        return high;
    }

    double[] x() {
        return x;
    }

    /** The change that is being tried. */
    double[] step() {
        return step;
    }

    /** Begins with another set of values that may move. */
    void open(boolean[] values) {
        open = values;
        low = 0;
    }

    /** Takes score and gradient at the sample; the first radius is that of the tangent plane. */
    void begin(double score, double[] gradients, int offset) {
        sign = score >= 0 ? 1 : -1;
        if (score == 0) {
            high = 0;
            best = new double[x.length];
            return;
        }
        double slope = slope(gradients, offset);
        double tangent = slope > 0 ? Math.abs(score) / slope : Math.abs(score);
        radius = Math.min(BEYOND * tangent, high);
    }

    /** Whether a score is on the other side. */
    boolean crossed(double score) {
        return sign * score <= 0;
    }

    /** Whether larger radii are still to be tried. */
    boolean grows(double largest) {
        return Double.isInfinite(high) && radius <= largest;
    }

    /** Whether there is something between the largest radius that failed and the smallest that did not. */
    boolean halves() {
        return Double.isFinite(high) && high - low > PRECISION * high;
    }

    void halve() {
        radius = (low + high) / 2;
    }

    /** Puts the change to its start for an attack: to 0, then towards the best one so far, then into the ball at random. */
    void start(int restart, SplittableRandom random) {
        reached = false;
        if (restart == 0) {
            Arrays.fill(step, 0);
            return;
        }
        if (restart == 1 && best != null) {
            shorten(Math.min(1, radius / high));
            return;
        }
        int dimension = 0;
        for (int p = 0; p < x.length; p++) {
            step[p] = open[p] ? random.nextGaussian() : 0;
            dimension += open[p] ? 1 : 0;
        }
        if (dimension > 0) {
            double length = radius * Math.pow(random.nextDouble(), 1.0 / dimension);
            scaleStep(length / norm(step));
        }
    }

    /** Follows the gradient towards the other side, then back into the ball. */
    void move(double[] gradients, int offset, double share) {
        double slope = slope(gradients, offset);
        double factor = slope == 0 ? 0 : sign * share * radius / slope;
        for (int p = 0; p < x.length; p++) {
            step[p] -= open[p] ? factor * gradients[offset + p] : 0;
        }
        double norm = norm(step);
        if (norm > radius) {
            scaleStep(radius / norm);
        }
    }

    private double slope(double[] gradients, int offset) {
        double squares = 0;
        for (int p = 0; p < x.length; p++) {
            squares += open[p] ? gradients[offset + p] * gradients[offset + p] : 0;
        }
        return Math.sqrt(squares);
    }

    private void scaleStep(double factor) {
        for (int p = 0; p < step.length; p++) {
            step[p] *= factor;
        }
    }

    /** The change that is being tried leads to the other side. */
    void succeed() {
        reached = true;
        double norm = norm(step);
        if (norm <= high) {
            high = norm;
            best = step.clone();
        }
    }

    boolean reached() {
        return reached;
    }

    /** Ends the attacks at one radius. */
    void close() {
        if (!reached) {
            low = radius;
            radius *= GROWTH;
        }
    }

    /** Tries a share of the best change. */
    void shorten(double share) {
        double[] whole = best == null ? step : best;
        for (int p = 0; p < x.length; p++) {
            step[p] = share * whole[p];
        }
    }

    /** Keeps a share of the best change. */
    void keep(double share) {
        if (best != null) {
            best = Arrays.stream(best).map(value -> share * value).toArray();
            high *= share;
        }
    }
}
