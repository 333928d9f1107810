package io.github.otnn.xai.attribution;

/** Gauss-Legendre rule on [0, 1], ascending points. */
record GaussLegendre(double[] points, double[] weights) {
    /** Rule with this many points: the zeros of the Legendre polynomial of that degree. */
    static GaussLegendre of(int count) {
        double[] points = new double[count];
        double[] weights = new double[count];
        for (int i = 0; i < count; i++) {
            // Tricomi's guess lies within the reach of Newton's method for every degree
            double z = -Math.cos(Math.PI * (i + 0.75) / (count + 0.5));
            double slope = 0;
            // doubles the digits at each round: from 3 to 16 in at most 4, and one to spare
            for (int round = 0; round < 5; round++) {
                double value = 1;
                double before = 0;
                for (int k = 1; k <= count; k++) {
                    double next = ((2 * k - 1) * z * value - (k - 1) * before) / k;
                    before = value;
                    value = next;
                }
                slope = count * (z * value - before) / (z * z - 1);
                z -= value / slope;
            }
            points[i] = (1 + z) / 2;
            weights[i] = 1 / ((1 - z * z) * slope * slope);
        }
        return new GaussLegendre(points, weights);
    }
}
