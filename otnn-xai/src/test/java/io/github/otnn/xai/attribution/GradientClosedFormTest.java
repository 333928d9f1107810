package io.github.otnn.xai.attribution;

import static io.github.otnn.core.testing.ArrayAssertions.assertClose;
import static io.github.otnn.core.testing.ArrayAssertions.assertSameBits;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.otnn.core.tensor.Tensors;
import io.github.otnn.core.testing.FiniteDifferences;
import io.github.otnn.xai.Baseline;
import io.github.otnn.xai.Progress;
import io.github.otnn.xai.Score;
import io.github.otnn.xai.testing.SampleFunction;
import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

class GradientClosedFormTest {
    private static final double[] WEIGHT = {0.6, -0.8, 0};
    private static final SampleFunction AFFINE = SampleFunction.affine(WEIGHT, 3);
    private static final SampleFunction HALF_SQUARE = x -> {
        double norm = SampleFunction.norm(x);
        return new SampleFunction.Step(new double[] {norm * norm / 2}, c -> times(x, c[0]));
    };

    private final INDArray rows = FiniteDifferences.gaussian(DataType.DOUBLE, 5, 4, 3);

    @Test
    void noiseChangesNothingOnAffineFunctions() {
        NoiseSource noise = NoiseSource.gaussian(0.5, 7);
        double[] weights = {0.6, -0.8, 0, 0.6, -0.8, 0, 0.6, -0.8, 0, 0.6, -0.8, 0};
        for (int draws : new int[] {1, 2, 9}) {
            INDArray smooth =
                    new SmoothGrad(noise, draws, ChannelReduction.MEAN, 4).explain(AFFINE, rows, Score.binary());
            assertClose(Tensors.toDoubles(smooth), weights, 1e-15);
        }
        INDArray variance = new VarGrad(noise, 9, VarGrad.Divisor.UNBIASED, ChannelReduction.MEAN, 4)
                .explain(AFFINE, rows, Score.binary());
        assertThat(Tensors.toDoubles(variance)).containsOnly(0);
    }

    @Test
    void gradientTimesInputSumsToTheChangeFromZeroOnAffineFunctions() {
        INDArray map = GradientInput.withDefaults(4).explain(AFFINE, rows, Score.binary());
        double[] x = Tensors.toDoubles(rows);
        double[] shares = Tensors.toDoubles(map);
        for (int i = 0; i < 4; i++) {
            double change = 0.6 * x[3 * i] - 0.8 * x[3 * i + 1];
            assertThat(shares[3 * i] + shares[3 * i + 1] + shares[3 * i + 2]).isCloseTo(change, within(1e-14));
        }
    }

    @ParameterizedTest
    @EnumSource(PathRule.class)
    void integratesHalfTheSquaredNormWithoutError(PathRule rule) {
        double[] x = Tensors.toDoubles(rows);
        double[] expected = Arrays.stream(x).map(v -> v * v / 2).toArray();
        for (int steps : new int[] {2, 3, 10}) {
            IntegratedGradients.Result result = new IntegratedGradients(
                            rule, steps, Baseline.constant(0), ChannelReduction.SUM, 3)
                    .explainWithGap(HALF_SQUARE, rows, Score.binary(), Progress.none());
            assertClose(Tensors.toDoubles(result.maps()), expected, 1e-14);
            assertClose(result.gaps(), new double[4], 1e-14);
        }
    }

    @ParameterizedTest
    @EnumSource(PathRule.class)
    void completesTheChangeFromAnyBaselineOnAffineFunctions(PathRule rule) {
        INDArray start = Tensors.of(DataType.DOUBLE, new double[] {1, -2, 5}, 3);
        for (Baseline baseline :
                new Baseline[] {Baseline.constant(0.5), Baseline.perChannel(1, -2, 5), Baseline.sample(start)}) {
            IntegratedGradients.Result result = new IntegratedGradients(rule, 4, baseline, ChannelReduction.SUM, 5)
                    .explainWithGap(AFFINE, rows, Score.binary(), Progress.none());
            assertClose(result.gaps(), new double[4], 1e-13);
            double[] x0 = baseline.of(new double[3], new long[] {3});
            double[] x = Tensors.toDoubles(rows);
            double[] map = Tensors.toDoubles(result.maps());
            for (int p = 0; p < 12; p++) {
                assertThat(map[p]).isCloseTo(WEIGHT[p % 3] * (x[p] - x0[p % 3]), within(1e-13));
            }
        }
    }

    @Test
    void rulesHaveTheErrorsOfTheirFormulas() {
        DoubleUnaryOperator square = a -> a * a;
        assertThat(integral(PathRule.TRAPEZOID, 50, square)).isCloseTo(0.33340275, within(5e-9));
        assertThat(integral(PathRule.MIDPOINT, 50, square)).isCloseTo(1 / 3.0 - 1 / (12 * 2500.0), within(1e-14));
        assertThat(integral(PathRule.GAUSS_LEGENDRE, 2, a -> a * a * a)).isCloseTo(0.25, within(1e-15));
        assertThat(integral(PathRule.GAUSS_LEGENDRE, 50, a -> Math.pow(a, 99))).isCloseTo(0.01, within(1e-15));
        assertThat(integral(PathRule.GAUSS_LEGENDRE, 301, Math::exp)).isCloseTo(Math.E - 1, within(1e-14));
        assertThat(PathRule.GAUSS_LEGENDRE.points(3)[0]).isCloseTo((1 - Math.sqrt(0.6)) / 2, within(1e-15));
        assertThat(PathRule.GAUSS_LEGENDRE.points(3)[1]).isEqualTo(0.5);
    }

    private static double integral(PathRule rule, int count, DoubleUnaryOperator integrand) {
        double[] points = rule.points(count);
        double[] weights = rule.weights(count);
        double sum = 0;
        for (int j = 0; j < count; j++) {
            sum += weights[j] * integrand.applyAsDouble(points[j]);
        }
        return sum;
    }

    @Test
    void noiseDependsOnSeedSampleAndDrawAlone() {
        NoiseSource noise = NoiseSource.gaussian(2, 11);
        double[] late = drawn(noise, 3, 4);
        drawn(noise, 0, 0);
        assertThat(drawn(noise, 3, 4)).containsExactly(late);
        assertThat(drawn(NoiseSource.gaussian(2, 11), 3, 4)).containsExactly(late);
        assertThat(drawn(NoiseSource.gaussian(2, 12), 3, 4)).isNotEqualTo(late);
        assertThat(drawn(noise, 4, 3)).isNotEqualTo(late);
        assertThat(drawn(noise, 2, 4)).isNotEqualTo(late);
        NoiseSource shared = NoiseSource.sharedGaussian(2, 11);
        assertThat(drawn(shared, 3, 4)).containsExactly(drawn(shared, 0, 4));
    }

    @Test
    void noiseHasItsMeanAndDeviation() {
        double[] values = new double[200_000];
        NoiseSource.gaussian(2, 5).write(1, 2, values);
        double mean = Arrays.stream(values).average().orElseThrow();
        double squares = Arrays.stream(values).map(v -> v * v).average().orElseThrow();
        // four standard errors
        assertThat(mean).isCloseTo(0, within(4 * 2 / Math.sqrt(values.length)));
        assertThat(squares).isCloseTo(4, within(4 * 4 * Math.sqrt(2.0 / values.length)));
    }

    private static double[] drawn(NoiseSource noise, int sample, int draw) {
        double[] values = new double[5];
        noise.write(sample, draw, values);
        return values;
    }

    @Test
    void sharedNoiseGivesEqualSamplesEqualMaps() {
        INDArray twice = Tensors.of(DataType.DOUBLE, new double[] {1, 2, 3, 1, 2, 3}, 2, 3);
        INDArray map = new SmoothGrad(NoiseSource.sharedGaussian(1, 3), 4, ChannelReduction.MEAN, 3)
                .explain(SampleFunction.distanceToSphere(1), twice, Score.binary());
        assertSameBits(Tensors.rows(map, 0, 1), Tensors.rows(map, 1, 2));
    }

    @Test
    void rejectsSettingsThatMakeNoSense() {
        NoiseSource noise = NoiseSource.gaussian(1, 0);
        ChannelReduction mean = ChannelReduction.MEAN;
        assertThatThrownBy(() -> new SmoothGrad(noise, 0, mean, 8)).hasMessage("SmoothGrad: draws must be >= 1, got 0");
        assertThatThrownBy(() -> new SquareGrad(noise, 0, mean, 8)).hasMessage("SquareGrad: draws must be >= 1, got 0");
        assertThatThrownBy(() -> new VarGrad(noise, 1, VarGrad.Divisor.POPULATION, mean, 8))
                .hasMessage("VarGrad: draws must be >= 2, got 1");
        assertThatThrownBy(() -> new IntegratedGradients(PathRule.MIDPOINT, 0, Baseline.constant(0), mean, 8))
                .hasMessage("IntegratedGradients: MIDPOINT needs steps >= 1, got 0");
        assertThatThrownBy(() -> new IntegratedGradients(PathRule.TRAPEZOID, 1, Baseline.constant(0), mean, 8))
                .hasMessage("IntegratedGradients: TRAPEZOID needs steps >= 2, got 1");
        assertThatThrownBy(() -> NoiseSource.gaussian(-1, 0))
                .hasMessage("noise: sigma must be finite and >= 0, got -1.0");
        assertThatThrownBy(() -> Baseline.constant(Double.NaN)).hasMessage("baseline: expected finite values, got NaN");
    }

    @Test
    void rejectsNoiseAndBaselinesOfAnotherShape() {
        NoiseSource noise = NoiseSource.given(Tensors.zeros(DataType.DOUBLE, 2, 4));
        assertThatThrownBy(
                        () -> new SmoothGrad(noise, 2, ChannelReduction.MEAN, 8).explain(AFFINE, rows, Score.binary()))
                .hasMessage("given noise [2, 4]: draw 0 of 3 values was asked for");
        NoiseSource few = NoiseSource.given(Tensors.zeros(DataType.DOUBLE, 2, 3));
        assertThatThrownBy(() -> new SmoothGrad(few, 3, ChannelReduction.MEAN, 8).explain(AFFINE, rows, Score.binary()))
                .hasMessage("given noise [2, 3]: draw 2 of 3 values was asked for");
        assertThatThrownBy(() ->
                        from(Baseline.sample(Tensors.zeros(DataType.DOUBLE, 4))).explain(AFFINE, rows, Score.binary()))
                .hasMessage("baseline: expected [3], got [4]");
        assertThatThrownBy(() -> from(Baseline.perChannel(1, 2)).explain(AFFINE, rows, Score.binary()))
                .hasMessage("baseline per channel: expected 2 channels, got a sample [3]");
    }

    private static IntegratedGradients from(Baseline baseline) {
        return new IntegratedGradients(PathRule.MIDPOINT, 2, baseline, ChannelReduction.SUM, 8);
    }

    private static double[] times(double[] values, double factor) {
        return Arrays.stream(values).map(v -> v * factor).toArray();
    }
}
