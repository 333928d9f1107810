package io.github.otnn.xai.attribution;

import java.util.Arrays;

/** Rule that replaces an integral from 0 to 1 by a weighted sum of values at chosen points. */
public enum PathRule {
    /** Both ends included: N points bound N - 1 intervals, and the ends count half. Exact for linear integrands. */
    TRAPEZOID(2) {
        @Override
        double[] points(int count) {
            double[] points = new double[count];
            Arrays.setAll(points, j -> (double) j / (count - 1));
            return points;
        }

        @Override
        double[] weights(int count) {
            double[] weights = new double[count];
            Arrays.fill(weights, 1.0 / (count - 1));
            weights[0] /= 2;
            weights[count - 1] /= 2;
            return weights;
        }
    },
    /** Centres of N equal intervals. Exact for linear integrands. */
    MIDPOINT(1) {
        @Override
        double[] points(int count) {
            double[] points = new double[count];
            Arrays.setAll(points, j -> (j + 0.5) / count);
            return points;
        }

        @Override
        double[] weights(int count) {
            double[] weights = new double[count];
            Arrays.fill(weights, 1.0 / count);
            return weights;
        }
    },
    /** Gauss-Legendre. Exact for polynomials up to degree 2 N - 1; no better than the others across kinks. */
    GAUSS_LEGENDRE(1) {
        @Override
        double[] points(int count) {
            return GaussLegendre.of(count).points();
        }

        @Override
        double[] weights(int count) {
            return GaussLegendre.of(count).weights();
        }
    };

    private final int leastCount;

    PathRule(int leastCount) {
        this.leastCount = leastCount;
    }

    /** Points in [0, 1], ascending. */
    abstract double[] points(int count);

    /** Weights that add up to 1. */
    abstract double[] weights(int count);

    /** Fewest points that make sense. */
    int leastCount() {
        return leastCount;
    }
}
