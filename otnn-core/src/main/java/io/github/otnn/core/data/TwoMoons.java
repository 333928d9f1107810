package io.github.otnn.core.data;

import io.github.otnn.core.Shape;

/**
 * Two interleaved half circles in the plane: a bridge and, half inside it, a bowl.
 *
 * <pre>
 * label  1: ( cos t,      sin t)       bridge around (0, 0), its feet at (-1, 0) and (1, 0)
 * label -1: (1 - cos t, 1/2 - sin t)   bowl around (1, 1/2), its rims at (0, 1/2) and (2, 1/2)
 * t uniform in [0, pi], plus independent normal noise on both coordinates
 * </pre>
 *
 * Both radii are 1; all lengths and the noise are in that unit. No straight line separates the classes. Stateless, thread-safe.
 */
public final class TwoMoons {
    /** Smallest distance between the two half circles: from each tip to the deepest point of the other moon. */
    public static final double MINIMAL_DISTANCE = 0.5;

    private static final Shape POINT = Shape.of(2);

    private TwoMoons() {}

    /**
     * Draws points, the classes in turn.
     *
     * @param countPerClass points of each class, at least 1
     * @param noise standard deviation of each coordinate, in radii; 0 leaves the gap between the classes open
     * @return FLOAT features {@code [2 countPerClass, 2]}, labels {@code [2 countPerClass, 1]}, 1 or -1
     */
    public static LabelledData sample(int countPerClass, double noise, long seed) {
        TwoClassSampler.requireNoise(noise);
        return TwoClassSampler.sample(
                countPerClass,
                POINT,
                seed,
                (random, into, offset) -> {
                    double t = random.nextDouble() * Math.PI;
                    into[offset] = (float) (StrictMath.cos(t) + noise * random.nextGaussian());
                    into[offset + 1] = (float) (StrictMath.sin(t) + noise * random.nextGaussian());
                },
                (random, into, offset) -> {
                    double t = random.nextDouble() * Math.PI;
                    into[offset] = (float) (1 - StrictMath.cos(t) + noise * random.nextGaussian());
                    into[offset + 1] = (float) (0.5 - StrictMath.sin(t) + noise * random.nextGaussian());
                });
    }
}
