package io.github.otnn.xai.attack;

import io.github.otnn.xai.counterfactual.ValueRange;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** One sample under attack, the nearest point found so far, and what it has cost. */
final class AttackedSample {
    /** Keeps searches along a line from overflowing. */
    private static final double FURTHEST = 1e8;

    private final int index;
    private final double[] values;
    private final int label;
    private final boolean single;
    private final AttackSettings settings;
    private double @Nullable [] best;
    private double bestDistance = Double.POSITIVE_INFINITY;
    private int gradients;
    private int evaluations;

    AttackedSample(int index, double[] values, int label, boolean single, AttackSettings settings) {
        this.index = index;
        this.values = values;
        this.label = label;
        this.single = single;
        this.settings = settings;
    }

    int index() {
        return index;
    }

    /** The sample. Not to be modified. */
    double[] values() {
        return values;
    }

    int length() {
        return values.length;
    }

    int label() {
        return label;
    }

    AttackSettings settings() {
        return settings;
    }

    /** Distance of the nearest point found, infinite if there is none. */
    double bestDistance() {
        return bestDistance;
    }

    boolean found() {
        return best != null;
    }

    /** The nearest point found, the sample where there is none. Not to be modified. */
    double[] best() {
        return best == null ? values : best;
    }

    int gradients() {
        return gradients;
    }

    int evaluations() {
        return evaluations;
    }

    /** Randomness that depends on seed, sample and stream alone. */
    SplittableRandom random(int stream) {
        long seed = new SplittableRandom(settings.seed() + 0x9E3779B97F4A7C15L * index).nextLong();
        return new SplittableRandom(seed + 0xBF58476D1CE4E5B9L * stream);
    }

    /** A length to begin with where the function gives none. */
    double scale() {
        double norm = Vectors.norm(values);
        return settings.range() != null ? 0.05 * reach() : norm > 0 ? norm : 1;
    }

    /** Nothing further away is looked at. */
    double reach() {
        ValueRange range = settings.range();
        return range == null
                ? FURTHEST * (1 + Vectors.norm(values))
                : (range.high() - range.low()) * Math.sqrt(values.length);
    }

    /** Estimated distance of the boundary, by the slope at the sample; never 0. */
    double estimate(double margin, double slope) {
        double closed = margin / slope;
        return closed > 0 && closed < reach() ? closed : scale();
    }

    /** Brings a point into the range and the type of the input. */
    void settle(double[] point) {
        ValueRange range = settings.range();
        if (range != null) {
            for (int p = 0; p < point.length; p++) {
                point[p] = range.clip(point[p]);
            }
        }
        if (single) {
            for (int p = 0; p < point.length; p++) {
                point[p] = (float) point[p];
            }
        }
    }

    void count(Search.Wish wish) {
        if (wish == Search.Wish.GRADIENT) {
            gradients++;
        } else {
            evaluations++;
        }
    }

    /** Keeps a point that is decided differently, if none is nearer. */
    void keep(double[] point) {
        double distance = Vectors.distance(values, point);
        if (distance < bestDistance) {
            bestDistance = distance;
            if (best == null) {
                best = point.clone();
            } else {
                System.arraycopy(point, 0, best, 0, point.length);
            }
        }
    }

    /** Drops what was found, after it has turned out to be decided like the label. */
    void forget() {
        best = null;
        bestDistance = Double.POSITIVE_INFINITY;
    }
}
