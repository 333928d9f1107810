package io.github.otnn.core.data;

import io.github.otnn.core.Shape;

/**
 * Two concentric Koch snowflakes in the plane: a six-pointed lace ring and the same ring, smaller, inside it. Points lie on the
 * curves, evenly along their length.
 *
 * <p>Both grow from an equilateral triangle around the origin, one tip up: {@code order} times, the middle third of every
 * segment is replaced by an outward bump, giving 3 * 4^order segments. From order 1 on, a snowflake of side s is s wide and 2 s / sqrt(3) high.
 * Coordinates and distances are in the unit of the sides. Immutable, thread-safe.
 *
 * @see <a href="https://arxiv.org/abs/2206.06854">Serrurier et al. 2023</a>, Fig. 2
 */
public final class KochSnowflakes {
    private static final int MAX_ORDER = 6;
    private static final Shape POINT = Shape.of(2);

    private final KochCurve outer;
    private final KochCurve inner;
    private final double minimalDistance;

    private KochSnowflakes(KochCurve outer, KochCurve inner, double minimalDistance) {
        this.outer = outer;
        this.inner = inner;
        this.minimalDistance = minimalDistance;
    }

    /**
     * The figure of the paper: order 4, sides 0.87 and 0.45 of a box 400 wide, here divided by 100. So the sides are 3.48 and
     * 1.8, and the outer tips lie 2.01 from the origin. The paper itself gives no sizes; these are those of its authors'
     * experiments on the same shape (<a href="https://arxiv.org/abs/2104.05097">Bethune et al. 2022</a>).
     */
    public static KochSnowflakes paper() {
        return of(4, 3.48, 1.8);
    }

    /**
     * Snowflakes of chosen sizes.
     *
     * @param order 0 (triangles) to 6
     * @param outerSide side of the triangle that the outer snowflake grows from
     * @param innerSide the same of the inner one; below {@code outerSide / sqrt(3)} the curves never meet
     * @throws IllegalArgumentException if an argument is out of range or the curves meet
     */
    public static KochSnowflakes of(int order, double outerSide, double innerSide) {
        if (order < 0 || order > MAX_ORDER) {
            throw new IllegalArgumentException("KochSnowflakes: order must be 0 to " + MAX_ORDER + ", got " + order);
        }
        if (!(innerSide > 0 && outerSide > innerSide && Double.isFinite(outerSide))) {
            throw new IllegalArgumentException("KochSnowflakes: expected finite sides with 0 < inner < outer, got "
                    + innerSide + " and " + outerSide);
        }
        KochCurve outer = new KochCurve(order, outerSide);
        KochCurve inner = new KochCurve(order, innerSide);
        double distance = outer.distanceTo(inner);
        if (distance == 0) {
            throw new IllegalArgumentException("KochSnowflakes: curves of sides " + innerSide + " and " + outerSide
                    + " meet; choose an inner side below outer / sqrt(3) = " + outerSide / Math.sqrt(3));
        }
        return new KochSnowflakes(outer, inner, distance);
    }

    /**
     * Draws points, the classes in turn.
     *
     * @param countPerClass points on each curve, at least 1
     * @param noise standard deviation of each coordinate, in the unit of the sides; 0 keeps the points on the curves
     * @return FLOAT features {@code [2 countPerClass, 2]}, labels {@code [2 countPerClass, 1]}, 1 on the outer curve, -1 on the
     *     inner one
     */
    public LabelledData sample(int countPerClass, double noise, long seed) {
        TwoClassSampler.requireNoise(noise);
        return TwoClassSampler.sample(
                countPerClass,
                POINT,
                seed,
                (random, into, offset) -> outer.draw(random, noise, into, offset),
                (random, into, offset) -> inner.draw(random, noise, into, offset));
    }

    /**
     * Smallest distance between the two curves, exact up to rounding: the minimum over all pairs of segments. A classifier with
     * margin m can have zero hinge loss only if m is at most half of it. Samples with noise may be nearer.
     */
    public double minimalDistance() {
        return minimalDistance;
    }

    /** Corners of the outer snowflake, {@code [3 * 4^order][x, y]}, counter-clockwise, not closed; a copy. */
    public double[][] outerVertices() {
        return outer.vertices();
    }

    /** Corners of the inner snowflake, in the same form. */
    public double[][] innerVertices() {
        return inner.vertices();
    }
}
