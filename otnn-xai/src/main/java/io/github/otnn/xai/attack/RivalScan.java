package io.github.otnn.xai.attack;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Looks at the gradients towards several rivals at one point, and keeps the nearest boundary of the linearised function. The
 * rivals are those with the largest logits where the search began.
 */
final class RivalScan {
    private final AttackedSample sample;
    private final int candidates;
    private final double[] gradient;
    private int[] rivals = {};
    private int place;
    private double distance = Double.POSITIVE_INFINITY;
    private double slope;

    RivalScan(AttackedSample sample, int candidates) {
        this.sample = sample;
        this.candidates = candidates;
        this.gradient = new double[sample.length()];
    }

    /** The rival that is looked at now. */
    int rival(double[] logits) {
        if (rivals.length == 0) {
            rivals = logits.length == 1
                    ? new int[] {-sample.label()}
                    : IntStream.range(0, logits.length)
                            .filter(k -> k != sample.label())
                            .boxed()
                            .sorted(Comparator.comparingDouble(k -> -logits[k]))
                            .limit(candidates)
                            .mapToInt(k -> k)
                            .toArray();
        }
        return rivals[place];
    }

    /** Takes a rival's gradient; returns whether all rivals have been seen. */
    boolean complete(Sight sight) {
        if (place == 0) {
            distance = Double.POSITIVE_INFINITY;
            slope = 0;
            Arrays.fill(gradient, 0);
        }
        double steepness = sight.slope();
        double linear = Math.abs(sight.margin()) / (steepness + 1e-8);
        if (steepness > 0 && linear < distance) {
            distance = linear;
            slope = steepness;
            System.arraycopy(sight.gradient(), 0, gradient, 0, gradient.length);
        }
        place = (place + 1) % rivals.length;
        return place == 0;
    }

    /** Distance of the nearest linearised boundary; infinite where every gradient is zero. */
    double distance() {
        return distance;
    }

    /** Length of the gradient towards it. */
    double slope() {
        return slope;
    }

    /** The gradient towards it; zeros where every gradient is zero. */
    double[] gradient() {
        return gradient;
    }
}
