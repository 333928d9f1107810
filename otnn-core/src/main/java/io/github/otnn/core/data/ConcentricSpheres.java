package io.github.otnn.core.data;

import io.github.otnn.core.Shape;

/**
 * Two spheres around the origin, one inside the other: points spread evenly over their surfaces.
 *
 * <pre>x = (radius + noise g) u,   u uniform on the unit sphere of R^dimension, g standard normal</pre>
 *
 * The noise is radial, so its effect on the gap between the classes doesn't grow with the dimension. In the plane the picture
 * is two rings, on a line four points. The best 1-Lipschitz classifier is known: {@code |x| - (inner + outer) / 2}. Immutable,
 * thread-safe.
 *
 * @param dimension of the space, at least 1
 * @param innerRadius of the class -1, greater than 0
 * @param outerRadius of the class 1, greater than {@code innerRadius}
 */
public record ConcentricSpheres(int dimension, double innerRadius, double outerRadius) {
    public ConcentricSpheres {
        if (dimension < 1) {
            throw new IllegalArgumentException("ConcentricSpheres: dimension must be >= 1, got " + dimension);
        }
        if (!(innerRadius > 0 && outerRadius > innerRadius && Double.isFinite(outerRadius))) {
            throw new IllegalArgumentException("ConcentricSpheres: expected finite radii with 0 < inner < outer, got "
                    + innerRadius + " and " + outerRadius);
        }
    }

    /** Distance between the spheres: {@code outerRadius - innerRadius}. */
    public double minimalDistance() {
        return outerRadius - innerRadius;
    }

    /**
     * Draws points, the classes in turn.
     *
     * @param countPerClass points on each sphere, at least 1
     * @param noise standard deviation of the distance from the origin, in the unit of the radii
     * @return FLOAT features {@code [2 countPerClass, dimension]}, labels {@code [2 countPerClass, 1]}, 1 outside, -1 inside
     */
    public LabelledData sample(int countPerClass, double noise, long seed) {
        TwoClassSampler.requireNoise(noise);
        return TwoClassSampler.sample(
                countPerClass, Shape.of(dimension), seed, sphere(outerRadius, noise), sphere(innerRadius, noise));
    }

    private TwoClassSampler.PointSource sphere(double radius, double noise) {
        return (random, into, offset) -> {
            double[] direction = new double[dimension];
            double squares = 0;
            while (squares == 0) {
                for (int i = 0; i < dimension; i++) {
                    direction[i] = random.nextGaussian();
                    squares += direction[i] * direction[i];
                }
            }
            double stretch = (radius + noise * random.nextGaussian()) / Math.sqrt(squares);
            for (int i = 0; i < dimension; i++) {
                into[offset + i] = (float) (stretch * direction[i]);
            }
        };
    }
}
