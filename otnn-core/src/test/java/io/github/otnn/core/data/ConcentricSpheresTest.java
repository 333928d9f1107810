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

class ConcentricSpheresTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 50})
    void pointsLieOnTheSphereOfTheirClass(int dimension) {
        LabelledData data = new ConcentricSpheres(dimension, 0.5, 3).sample(100, 0, 1);
        assertThat(data.features().shape()).containsExactly(200, dimension);
        double[] points = Tensors.toDoubles(data.features());
        double[] labels = Tensors.toDoubles(data.labels());
        for (int i = 0; i < labels.length; i++) {
            assertThat(labels[i]).isEqualTo(i % 2 == 0 ? 1 : -1);
            assertThat(radius(points, i, dimension)).isCloseTo(i % 2 == 0 ? 3 : 0.5, within(1e-6));
        }
    }

    @Test
    void directionsHaveNoPreference() {
        double[] points = Tensors.toDoubles(
                new ConcentricSpheres(3, 1, 2).sample(20_000, 0, 2).features());
        double[] moments = new double[6];
        for (int i = 0; i < points.length; i += 6) {
            for (int axis = 0; axis < 3; axis++) {
                double coordinate = points[i + axis] / 2;
                moments[axis] += coordinate / 20_000;
                moments[3 + axis] += coordinate * coordinate / 20_000;
            }
        }
        // a coordinate of a uniform unit vector in space is uniform in [-1, 1]: means 0 and 1/3, standard errors 0.004,
        // 0.002
        assertThat(Arrays.copyOf(moments, 3)).containsExactly(new double[3], within(0.02));
        assertThat(Arrays.copyOfRange(moments, 3, 6))
                .containsExactly(new double[] {1 / 3.0, 1 / 3.0, 1 / 3.0}, within(0.01));
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 100})
    void radialNoiseDoesNotGrowWithTheDimension(int dimension) {
        double[] points = Tensors.toDoubles(
                new ConcentricSpheres(dimension, 1, 5).sample(5000, 0.1, 3).features());
        double squares = 0;
        for (int i = 0; i < 10_000; i++) {
            double error = radius(points, i, dimension) - (i % 2 == 0 ? 5 : 1);
            squares += error * error;
        }
        // 10,000 draws: standard error 0.7 %
        assertThat(Math.sqrt(squares / 10_000)).isCloseTo(0.1, within(0.004));
    }

    @Test
    void minimalDistanceIsTheDifferenceOfTheRadii() {
        assertThat(new ConcentricSpheres(4, 0.5, 3).minimalDistance()).isEqualTo(2.5);
    }

    @Test
    void sameSeedSameBits() {
        ConcentricSpheres spheres = new ConcentricSpheres(7, 1, 2);
        LabelledData data = spheres.sample(10, 0.1, 4);
        assertSameBits(spheres.sample(10, 0.1, 4).features(), data.features());
        assertThat(Tensors.toDoubles(spheres.sample(10, 0.1, 5).features()))
                .isNotEqualTo(Tensors.toDoubles(data.features()));
    }

    @ParameterizedTest
    @CsvSource({"2, 1", "1, 1", "0, 1", "-1, 1", "NaN, 1", "1, Infinity", "1, NaN"})
    void rejectsBadRadii(double inner, double outer) {
        assertThatThrownBy(() -> new ConcentricSpheres(2, inner, outer))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("ConcentricSpheres: expected finite radii with 0 < inner < outer, got " + inner + " and "
                        + outer);
    }

    @Test
    void rejectsBadDimensionAndSampleTooLargeForOneArray() {
        assertThatThrownBy(() -> new ConcentricSpheres(0, 1, 2))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("ConcentricSpheres: dimension must be >= 1, got 0");
        assertThatThrownBy(() -> new ConcentricSpheres(1_000_000, 1, 2).sample(300, 0, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("features: expected at most 536870911 values, got 600 samples of shape [1000000]");
    }

    private static double radius(double[] points, int row, int dimension) {
        double squares = 0;
        for (int i = row * dimension; i < (row + 1) * dimension; i++) {
            squares += points[i] * points[i];
        }
        return Math.sqrt(squares);
    }
}
