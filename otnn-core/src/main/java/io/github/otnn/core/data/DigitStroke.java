package io.github.otnn.core.data;

import java.util.List;

/**
 * One line that the pen draws: a smooth curve through points, in a box of height and width 1, y downwards.
 *
 * @param closed whether the curve returns to its first point
 * @param points {@code [count][x, y]}; two points of an open stroke make a straight line. Not to be modified.
 */
record DigitStroke(boolean closed, double[][] points) {
    private static final int STEPS_PER_SPAN = 6;

    /** The strokes of each digit, by digit; corners are where one stroke ends and the next begins. */
    static final List<List<DigitStroke>> DIGITS = List.of(
            List.of(oval(0.5, 0.5, 0.27, 0.42)),
            List.of(line(0.33, 0.26, 0.54, 0.08), line(0.54, 0.08, 0.54, 0.92)),
            List.of(
                    curve(0.23, 0.28, 0.34, 0.12, 0.54, 0.08, 0.72, 0.2, 0.7, 0.4, 0.48, 0.64, 0.22, 0.91),
                    line(0.22, 0.91, 0.8, 0.91)),
            List.of(
                    curve(0.24, 0.17, 0.43, 0.08, 0.65, 0.14, 0.7, 0.29, 0.59, 0.43, 0.4, 0.47),
                    curve(0.4, 0.47, 0.64, 0.53, 0.75, 0.69, 0.65, 0.86, 0.43, 0.93, 0.22, 0.84)),
            List.of(line(0.58, 0.08, 0.2, 0.64), line(0.2, 0.64, 0.82, 0.64), line(0.62, 0.36, 0.62, 0.93)),
            List.of(
                    line(0.72, 0.09, 0.33, 0.09),
                    line(0.33, 0.09, 0.29, 0.44),
                    curve(0.29, 0.44, 0.5, 0.4, 0.7, 0.5, 0.75, 0.68, 0.63, 0.86, 0.42, 0.93, 0.22, 0.85)),
            List.of(curve(0.66, 0.08, 0.45, 0.2, 0.3, 0.42, 0.25, 0.69), oval(0.5, 0.7, 0.25, 0.22)),
            List.of(line(0.2, 0.1, 0.78, 0.1), curve(0.78, 0.1, 0.57, 0.48, 0.42, 0.93)),
            List.of(oval(0.5, 0.28, 0.2, 0.2), oval(0.5, 0.7, 0.25, 0.22)),
            List.of(oval(0.48, 0.31, 0.23, 0.23), curve(0.71, 0.31, 0.69, 0.6, 0.56, 0.93)));

    private static DigitStroke line(double... coordinates) {
        return curve(coordinates);
    }

    private static DigitStroke curve(double... coordinates) {
        double[][] points = new double[coordinates.length / 2][];
        for (int i = 0; i < points.length; i++) {
            points[i] = new double[] {coordinates[2 * i], coordinates[2 * i + 1]};
        }
        return new DigitStroke(false, points);
    }

    private static DigitStroke oval(double centreX, double centreY, double radiusX, double radiusY) {
        double[][] points = new double[8][];
        for (int i = 0; i < points.length; i++) {
            double angle = i * Math.PI / 4;
            points[i] =
                    new double[] {centreX + radiusX * StrictMath.cos(angle), centreY + radiusY * StrictMath.sin(angle)};
        }
        return new DigitStroke(true, points);
    }

    /** The curve as short straight pieces: a Catmull-Rom spline through the points. */
    double[][] polyline() {
        int spans = closed ? points.length : points.length - 1;
        double[][] line = new double[spans * STEPS_PER_SPAN + 1][2];
        for (int i = 0; i < line.length; i++) {
            int span = Math.min(i / STEPS_PER_SPAN, spans - 1);
            double t = (double) i / STEPS_PER_SPAN - span;
            for (int axis = 0; axis < 2; axis++) {
                line[i][axis] = spline(
                        point(span - 1)[axis], point(span)[axis], point(span + 1)[axis], point(span + 2)[axis], t);
            }
        }
        return line;
    }

    private double[] point(int index) {
        int count = points.length;
        return closed ? points[Math.floorMod(index, count)] : points[Math.max(0, Math.min(count - 1, index))];
    }

    /** Cubic that runs from b to c with the slopes (c - a) / 2 and (d - b) / 2. */
    private static double spline(double a, double b, double c, double d, double t) {
        double slopeB = (c - a) / 2;
        double slopeC = (d - b) / 2;
        double quadratic = 3 * (c - b) - 2 * slopeB - slopeC;
        double cubic = 2 * (b - c) + slopeB + slopeC;
        return b + t * (slopeB + t * (quadratic + t * cubic));
    }
}
