package io.github.otnn.core.data;

import static io.github.otnn.core.testing.ArrayAssertions.assertSameBits;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.otnn.core.tensor.Tensors;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KochSnowflakesTest {
    private static final double ROOT_THREE = Math.sqrt(3);
    private static final double F64_ROUNDING = 1e-12;

    @Test
    void orderOneIsASixPointedStar() {
        double[][] star = KochSnowflakes.of(1, 3, 1).outerVertices();
        assertThat(star).hasNumberOfRows(12);
        for (int i = 0; i < 12; i++) {
            // tips on the circle of radius side / sqrt(3), notches on that of radius side / 3
            double radius = Math.hypot(star[i][0], star[i][1]);
            assertThat(radius).isCloseTo(i % 2 == 0 ? ROOT_THREE : 1, within(F64_ROUNDING));
        }
        assertThat(star[8]).containsExactly(new double[] {0, ROOT_THREE}, within(F64_ROUNDING));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4})
    void everyOrderHasItsLengthAndArea(int order) {
        double side = 3;
        double[][] curve = KochSnowflakes.of(order, side, 1).outerVertices();
        double area = 0;
        double segment = side / Math.pow(3, order);
        for (int i = 0; i < curve.length; i++) {
            double[] a = curve[i];
            double[] b = curve[(i + 1) % curve.length];
            assertThat(Math.hypot(b[0] - a[0], b[1] - a[1])).isCloseTo(segment, within(F64_ROUNDING));
            area += (a[0] * b[1] - a[1] * b[0]) / 2;
        }
        assertThat(curve).hasNumberOfRows(3 * (int) Math.pow(4, order));
        // triangle * (1 + 3/5 (1 - (4/9)^order)); positive means counter-clockwise
        double triangle = side * side * ROOT_THREE / 4;
        assertThat(area).isCloseTo(triangle * (1 + 0.6 * (1 - Math.pow(4 / 9.0, order))), within(F64_ROUNDING));
    }

    @Test
    void minimalDistanceMatchesHandValues() {
        // triangles: difference of the radii of their inscribed circles; so for stars, at the feet of their inner tips
        double triangles = (3.48 - 1.8) * ROOT_THREE / 6;
        assertThat(KochSnowflakes.of(0, 3.48, 1.8).minimalDistance()).isCloseTo(triangles, within(F64_ROUNDING));
        assertThat(KochSnowflakes.of(1, 3.48, 1.8).minimalDistance()).isCloseTo(triangles, within(F64_ROUNDING));
        // then: the flat piece beside an outer notch, S sqrt(3) / 6 high, and the inner bump at 2 s sqrt(3) / 9 below
        // it
        double bumps = ROOT_THREE * (3.48 / 6 - 2 * 1.8 / 9);
        assertThat(KochSnowflakes.of(2, 3.48, 1.8).minimalDistance()).isCloseTo(bumps, within(F64_ROUNDING));
        assertThat(KochSnowflakes.paper().minimalDistance()).isCloseTo(bumps, within(F64_ROUNDING));
    }

    @ParameterizedTest
    @CsvSource({"3, 3.48, 2.5", "4, 3.48, 1.8", "4, 3.48, 2.2"})
    void minimalDistanceMatchesDensePoints(int order, double outerSide, double innerSide) {
        KochSnowflakes snowflakes = KochSnowflakes.of(order, outerSide, innerSide);
        int perSegment = 6;
        double[][] outer = densePoints(snowflakes.outerVertices(), perSegment);
        double[][] inner = densePoints(snowflakes.innerVertices(), perSegment);
        double nearest = Double.POSITIVE_INFINITY;
        for (double[] a : outer) {
            for (double[] b : inner) {
                nearest = Math.min(nearest, Math.hypot(a[0] - b[0], a[1] - b[1]));
            }
        }
        // the nearest point of a segment is at most half a step from a dense point, on each curve
        double step = (outerSide + innerSide) / Math.pow(3, order) / perSegment / 2;
        assertThat(snowflakes.minimalDistance()).isBetween(nearest - step, nearest + F64_ROUNDING);
    }

    @Test
    void innerCurveLiesInsideTheOuterOne() {
        KochSnowflakes snowflakes = KochSnowflakes.paper();
        assertThat(Arrays.stream(snowflakes.innerVertices()))
                .allMatch(point -> contains(snowflakes.outerVertices(), point));
        assertThat(Arrays.stream(snowflakes.outerVertices()))
                .noneMatch(point -> contains(snowflakes.innerVertices(), point));
    }

    @Test
    void samplesLieOnTheCurveOfTheirClass() {
        KochSnowflakes snowflakes = KochSnowflakes.paper();
        LabelledData data = snowflakes.sample(200, 0, 1);
        assertThat(data.features().shape()).containsExactly(400, 2);
        double[] points = Tensors.toDoubles(data.features());
        double[] labels = Tensors.toDoubles(data.labels());
        for (int i = 0; i < labels.length; i++) {
            assertThat(labels[i]).isEqualTo(i % 2 == 0 ? 1 : -1);
            double[][] curve = i % 2 == 0 ? snowflakes.outerVertices() : snowflakes.innerVertices();
            assertThat(distance(points[2 * i], points[2 * i + 1], curve)).isLessThan(1e-6);
        }
    }

    @Test
    void samplesCoverTheCurvesEvenly() {
        KochSnowflakes snowflakes = KochSnowflakes.of(1, 3, 1);
        double[] points = Tensors.toDoubles(snowflakes.sample(12_000, 0, 2).features());
        double[][] curve = snowflakes.outerVertices();
        int[] perSegment = new int[12];
        double along = 0;
        for (int i = 0; i < points.length; i += 4) {
            int nearest = 0;
            double best = Double.POSITIVE_INFINITY;
            for (int j = 0; j < 12; j++) {
                double distance = distance(points[i], points[i + 1], new double[][] {curve[j], curve[(j + 1) % 12]});
                if (distance < best) {
                    best = distance;
                    nearest = j;
                }
            }
            perSegment[nearest]++;
            along += Math.hypot(points[i] - curve[nearest][0], points[i + 1] - curve[nearest][1]) / 12_000;
        }
        // 1000 expected a segment, standard deviation 30; segments are 1 long, so the mean place is 1/2
        assertThat(Arrays.stream(perSegment).boxed())
                .allSatisfy(count -> assertThat(count).isBetween(850, 1150));
        assertThat(along).isCloseTo(0.5, within(0.02));
    }

    @Test
    void noiseMovesPointsByTheStatedDeviation() {
        KochSnowflakes snowflakes = KochSnowflakes.paper();
        double[] clean = Tensors.toDoubles(snowflakes.sample(10_000, 0, 3).features());
        double[] noisy = Tensors.toDoubles(snowflakes.sample(10_000, 0.02, 3).features());
        double squares = 0;
        for (int i = 0; i < clean.length; i++) {
            squares += (noisy[i] - clean[i]) * (noisy[i] - clean[i]);
        }
        // 40,000 draws: standard error 0.35 %
        assertThat(Math.sqrt(squares / clean.length)).isCloseTo(0.02, within(0.0003));
    }

    @Test
    void sameSeedSameBits() {
        LabelledData data = KochSnowflakes.paper().sample(10, 0.01, 4);
        assertSameBits(KochSnowflakes.paper().sample(10, 0.01, 4).features(), data.features());
        assertThat(Tensors.toDoubles(KochSnowflakes.paper().sample(10, 0.01, 5).features()))
                .isNotEqualTo(Tensors.toDoubles(data.features()));
    }

    @Test
    void handsOutCopiesOfItsCorners() {
        KochSnowflakes snowflakes = KochSnowflakes.of(2, 3, 1);
        double[][] before = snowflakes.outerVertices();
        Arrays.stream(snowflakes.outerVertices()).forEach(corner -> Arrays.fill(corner, 0));
        assertThat(snowflakes.outerVertices()).isDeepEqualTo(before);
    }

    @Test
    void rejectsCurvesThatMeet() {
        assertThatThrownBy(() -> KochSnowflakes.of(4, 3.48, 2.8))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("KochSnowflakes: curves of sides 2.8 and 3.48 meet;");
    }

    @Test
    void rejectsBadOrderAndSides() {
        for (int order : new int[] {-1, 7}) {
            assertThatThrownBy(() -> KochSnowflakes.of(order, 3, 1))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("KochSnowflakes: order must be 0 to 6, got " + order);
        }
        for (double inner : new double[] {0, -1, 3, 4, Double.NaN}) {
            assertThatThrownBy(() -> KochSnowflakes.of(4, 3, inner))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(
                            "KochSnowflakes: expected finite sides with 0 < inner < outer, got " + inner + " and 3.0");
        }
    }

    private static double[][] densePoints(double[][] curve, int perSegment) {
        double[][] points = new double[curve.length * perSegment][];
        for (int i = 0; i < points.length; i++) {
            double[] a = curve[i / perSegment];
            double[] b = curve[(i / perSegment + 1) % curve.length];
            double t = (double) (i % perSegment) / perSegment;
            points[i] = new double[] {a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1])};
        }
        return points;
    }

    /** Even-odd rule. */
    private static boolean contains(double[][] curve, double[] point) {
        boolean inside = false;
        for (int i = 0; i < curve.length; i++) {
            double[] a = curve[i];
            double[] b = curve[(i + 1) % curve.length];
            if ((a[1] > point[1]) != (b[1] > point[1])
                    && point[0] < a[0] + (point[1] - a[1]) / (b[1] - a[1]) * (b[0] - a[0])) {
                inside = !inside;
            }
        }
        return inside;
    }

    private static double distance(double x, double y, double[][] curve) {
        double best = Double.POSITIVE_INFINITY;
        for (int i = 0; i < curve.length; i++) {
            double[] a = curve[i];
            double[] b = curve[(i + 1) % curve.length];
            double alongX = b[0] - a[0];
            double alongY = b[1] - a[1];
            double t = ((x - a[0]) * alongX + (y - a[1]) * alongY) / (alongX * alongX + alongY * alongY);
            double near = Math.max(0, Math.min(1, t));
            best = Math.min(best, Math.hypot(x - a[0] - near * alongX, y - a[1] - near * alongY));
        }
        return best;
    }
}
