package io.github.otnn.xai.attack;

import java.util.SplittableRandom;

/** Arithmetic on the values of one sample, in float64 and in place. */
final class Vectors {
    private Vectors() {}

    static double norm(double[] x) {
        double squares = 0;
        for (double value : x) {
            squares += value * value;
        }
        return Math.sqrt(squares);
    }

    static double distance(double[] x, double[] y) {
        double squares = 0;
        for (int p = 0; p < x.length; p++) {
            double difference = x[p] - y[p];
            squares += difference * difference;
        }
        return Math.sqrt(squares);
    }

    /** into = x + step * direction. */
    static void move(double[] x, double step, double[] direction, double[] into) {
        for (int p = 0; p < x.length; p++) {
            into[p] = x[p] + step * direction[p];
        }
    }

    /** into += factor * x. */
    static void add(double factor, double[] x, double[] into) {
        for (int p = 0; p < x.length; p++) {
            into[p] += factor * x[p];
        }
    }

    static void scale(double factor, double[] x) {
        for (int p = 0; p < x.length; p++) {
            x[p] *= factor;
        }
    }

    /** Writes a direction evenly distributed over the unit sphere. */
    static void randomDirection(SplittableRandom random, double[] into) {
        double norm = 0;
        while (norm == 0) {
            for (int p = 0; p < into.length; p++) {
                into[p] = random.nextGaussian();
            }
            norm = norm(into);
        }
        scale(1 / norm, into);
    }

    /** Writes the unit vector against a gradient; a random one where the gradient is zero, so that nothing gets stuck. */
    static void descent(double[] gradient, SplittableRandom random, double[] into) {
        double norm = norm(gradient);
        if (norm > 0) {
            for (int p = 0; p < into.length; p++) {
                into[p] = -gradient[p] / norm;
            }
        } else {
            randomDirection(random, into);
        }
    }
}
