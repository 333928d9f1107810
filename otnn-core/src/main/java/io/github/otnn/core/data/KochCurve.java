package io.github.otnn.core.data;

import java.util.SplittableRandom;

/** Closed Koch curve around the origin, one tip up: 3 * 4^order segments of equal length, counter-clockwise. */
final class KochCurve {
    private static final double HALF_ROOT_THREE = Math.sqrt(3) / 2;

    private final double[] x;
    private final double[] y;

    /**
     * Curve grown from an equilateral triangle.
     *
     * @param side of the triangle, in the unit of the coordinates
     */
    KochCurve(int order, double side) {
        double inradius = side * HALF_ROOT_THREE / 3;
        double[] xs = {-side / 2, side / 2, 0};
        double[] ys = {-inradius, -inradius, 2 * inradius};
        for (int i = 0; i < order; i++) {
            double[][] finer = refine(xs, ys);
            xs = finer[0];
            ys = finer[1];
        }
        this.x = xs;
        this.y = ys;
    }

    /** Puts an outward bump on the middle third of every segment. */
    private static double[][] refine(double[] xs, double[] ys) {
        int count = xs.length;
        double[] finerX = new double[4 * count];
        double[] finerY = new double[4 * count];
        for (int i = 0; i < count; i++) {
            double thirdX = (xs[(i + 1) % count] - xs[i]) / 3;
            double thirdY = (ys[(i + 1) % count] - ys[i]) / 3;
            finerX[4 * i] = xs[i];
            finerY[4 * i] = ys[i];
            finerX[4 * i + 1] = xs[i] + thirdX;
            finerY[4 * i + 1] = ys[i] + thirdY;
            // the third turned by -60 degrees: right of a counter-clockwise walk is outside
            finerX[4 * i + 2] = xs[i] + thirdX + thirdX / 2 + HALF_ROOT_THREE * thirdY;
            finerY[4 * i + 2] = ys[i] + thirdY + thirdY / 2 - HALF_ROOT_THREE * thirdX;
            finerX[4 * i + 3] = xs[i] + 2 * thirdX;
            finerY[4 * i + 3] = ys[i] + 2 * thirdY;
        }
        return new double[][] {finerX, finerY};
    }

    /** Corners {@code [count][x, y]} in order, a copy. */
    double[][] vertices() {
        double[][] vertices = new double[x.length][];
        for (int i = 0; i < x.length; i++) {
            vertices[i] = new double[] {x[i], y[i]};
        }
        return vertices;
    }

    /** Point uniform in arc length, moved by normal noise. */
    void draw(SplittableRandom random, double noise, float[] into, int offset) {
        // all segments are equally long: a uniform segment and a uniform place on it
        int segment = random.nextInt(x.length);
        int next = (segment + 1) % x.length;
        double t = random.nextDouble();
        into[offset] = (float) (x[segment] + t * (x[next] - x[segment]) + noise * random.nextGaussian());
        into[offset + 1] = (float) (y[segment] + t * (y[next] - y[segment]) + noise * random.nextGaussian());
    }

    /** Smallest distance to another curve, over all pairs of segments; 0 if the curves meet. */
    double distanceTo(KochCurve other) {
        double best = Double.POSITIVE_INFINITY;
        double reach = (segmentLength() + other.segmentLength()) / 2;
        for (int i = 0; i < x.length; i++) {
            double middleX = middle(x, i);
            double middleY = middle(y, i);
            for (int j = 0; j < other.x.length; j++) {
                double apartX = middle(other.x, j) - middleX;
                double apartY = middle(other.y, j) - middleY;
                // no two points of the segments are nearer than their middles less half of each length
                double cut = best + reach;
                if (apartX * apartX + apartY * apartY <= cut * cut) {
                    best = Math.min(best, segmentDistance(i, other, j));
                }
            }
        }
        return best;
    }

    private double segmentLength() {
        return Math.hypot(x[1] - x[0], y[1] - y[0]);
    }

    private static double middle(double[] coordinates, int segment) {
        return (coordinates[segment] + coordinates[(segment + 1) % coordinates.length]) / 2;
    }

    /** Two segments that don't cross are nearest at an end of one of them. */
    private double segmentDistance(int i, KochCurve other, int j) {
        int iEnd = (i + 1) % x.length;
        int jEnd = (j + 1) % other.x.length;
        boolean crossing = side(other, j, jEnd, i) * side(other, j, jEnd, iEnd) < 0
                && other.side(this, i, iEnd, j) * other.side(this, i, iEnd, jEnd) < 0;
        if (crossing) {
            return 0;
        }
        return Math.min(
                Math.min(pointDistance(i, other, j, jEnd), pointDistance(iEnd, other, j, jEnd)),
                Math.min(other.pointDistance(j, this, i, iEnd), other.pointDistance(jEnd, this, i, iEnd)));
    }

    /** On which side of the line through two points of {@code line} this curve's point lies. */
    private double side(KochCurve line, int from, int to, int point) {
        return (line.x[to] - line.x[from]) * (y[point] - line.y[from])
                - (line.y[to] - line.y[from]) * (x[point] - line.x[from]);
    }

    private double pointDistance(int point, KochCurve other, int from, int to) {
        double alongX = other.x[to] - other.x[from];
        double alongY = other.y[to] - other.y[from];
        double toPointX = x[point] - other.x[from];
        double toPointY = y[point] - other.y[from];
        double t = (toPointX * alongX + toPointY * alongY) / (alongX * alongX + alongY * alongY);
        double clamped = Math.max(0, Math.min(1, t));
        return Math.hypot(toPointX - clamped * alongX, toPointY - clamped * alongY);
    }
}
