package io.github.otnn.core.data;

import static io.github.otnn.core.testing.ArrayAssertions.assertSameBits;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.otnn.core.tensor.Tensors;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TwoMoonsTest {
    private static final double F32_ROUNDING = 1e-6;

    @Test
    void pointsLieOnTheTwoHalfCircles() {
        LabelledData data = TwoMoons.sample(500, 0, 1);
        assertThat(data.features().shape()).containsExactly(1000, 2);
        double[] points = Tensors.toDoubles(data.features());
        double[] labels = Tensors.toDoubles(data.labels());
        for (int i = 0; i < labels.length; i++) {
            boolean bridge = i % 2 == 0;
            double x = points[2 * i] - (bridge ? 0 : 1);
            double y = points[2 * i + 1] - (bridge ? 0 : 0.5);
            assertThat(labels[i]).isEqualTo(bridge ? 1 : -1);
            assertThat(Math.hypot(x, y)).isCloseTo(1, within(F32_ROUNDING));
            assertThat(bridge ? y : -y).isGreaterThanOrEqualTo(-F32_ROUNDING);
        }
    }

    @Test
    void wholeHalfCirclesAreCoveredEvenly() {
        double[] points = Tensors.toDoubles(TwoMoons.sample(8000, 0, 2).features());
        int[] perEighth = new int[8];
        for (int i = 0; i < points.length; i += 4) {
            perEighth[(int) Math.min(7, Math.atan2(points[i + 1], points[i]) / Math.PI * 8)]++;
        }
        // 1000 expected, standard deviation 30
        assertThat(Arrays.stream(perEighth).boxed())
                .allSatisfy(count -> assertThat(count).isBetween(850, 1150));
    }

    @Test
    void statedMinimalDistanceIsThatOfTheHalfCircles() {
        int steps = 1000;
        double nearest = Double.POSITIVE_INFINITY;
        for (int i = 0; i <= steps; i++) {
            for (int j = 0; j <= steps; j++) {
                double t = Math.PI * i / steps;
                double s = Math.PI * j / steps;
                nearest = Math.min(nearest, Math.hypot(Math.cos(t) - 1 + Math.cos(s), Math.sin(t) - 0.5 + Math.sin(s)));
            }
        }
        assertThat(nearest).isCloseTo(TwoMoons.MINIMAL_DISTANCE, within(1e-12));
    }

    @Test
    void noiseHasTheStatedStandardDeviation() {
        double[] clean = Tensors.toDoubles(TwoMoons.sample(20_000, 0, 3).features());
        double[] noisy = Tensors.toDoubles(TwoMoons.sample(20_000, 0.1, 3).features());
        double squares = 0;
        for (int i = 0; i < clean.length; i++) {
            squares += (noisy[i] - clean[i]) * (noisy[i] - clean[i]);
        }
        // 80,000 draws: standard error 0.25 %
        assertThat(Math.sqrt(squares / clean.length)).isCloseTo(0.1, within(0.001));
    }

    @Test
    void sameSeedSameBitsAndLargerSamplesBeginWithSmallerOnes() {
        LabelledData data = TwoMoons.sample(30, 0.2, 4);
        assertSameBits(TwoMoons.sample(30, 0.2, 4).features(), data.features());
        assertSameBits(TwoMoons.sample(50, 0.2, 4).range(0, 60).features(), data.features());
        assertThat(Tensors.toDoubles(TwoMoons.sample(30, 0.2, 5).features()))
                .isNotEqualTo(Tensors.toDoubles(data.features()));
    }

    @ParameterizedTest
    @ValueSource(doubles = {-0.1, Double.NaN, Double.POSITIVE_INFINITY})
    void rejectsBadNoise(double noise) {
        assertThatThrownBy(() -> TwoMoons.sample(1, noise, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("noise: expected a finite standard deviation >= 0, got " + noise);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -3, Integer.MAX_VALUE})
    void rejectsBadCounts(int count) {
        assertThatThrownBy(() -> TwoMoons.sample(count, 0, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("countPerClass: expected 1 to 268435455, got " + count);
    }
}
