package io.github.otnn.xai.metric;

import static io.github.otnn.core.testing.ArrayAssertions.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.otnn.core.Differentiable;
import io.github.otnn.core.tensor.Tensors;
import io.github.otnn.core.testing.FiniteDifferences;
import io.github.otnn.core.testing.Golden;
import io.github.otnn.xai.Score;
import io.github.otnn.xai.attribution.ChannelReduction;
import io.github.otnn.xai.attribution.NoiseSource;
import io.github.otnn.xai.attribution.Saliency;
import io.github.otnn.xai.attribution.SmoothGrad;
import io.github.otnn.xai.attribution.TargetedGradient;
import io.github.otnn.xai.testing.SampleFunction;
import java.util.Arrays;
import java.util.Locale;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

class StabilityTest {
    private static final Golden BLOCK = GoldenMetrics.ALL.get("stability");

    @ParameterizedTest
    @CsvSource({"L2", "MSE", "RMSE", "MAE", "ONE_MINUS_SPEARMAN"})
    void distancesOfMapsMatchGoldenValues(MapDistance distance) {
        double[] expected = BLOCK.get("distances").get(name(distance)).values();
        double[] perturbed = BLOCK.get("perturbed_explanations").values();
        INDArray maps = BLOCK.get("explanations").array(DataType.DOUBLE);
        for (int draw = 0; draw < 6; draw++) {
            double[] part = Arrays.copyOfRange(perturbed, draw * 320, (draw + 1) * 320);
            MetricResult result = new ExplanationDistance(distance, MapNormalization.NONE)
                    .between(Tensors.of(DataType.DOUBLE, part, 5, 8, 8), maps);
            for (int i = 0; i < 5; i++) {
                assertThat(result.values()[i]).isCloseTo(expected[i * 6 + draw], within(1e-10));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "L2, DOUBLE",
        "MSE, DOUBLE",
        "RMSE, DOUBLE",
        "MAE, DOUBLE",
        "ONE_MINUS_SPEARMAN, DOUBLE",
        "L2, FLOAT",
        "MSE, FLOAT",
        "RMSE, FLOAT",
        "MAE, FLOAT"
    })
    void stabilityOfSaliencyMatchesGoldenValues(MapDistance distance, DataType type) {
        Stability stability = new Stability(
                NoiseSource.given(BLOCK.get("perturbations").array(DataType.DOUBLE)),
                6,
                new ExplanationDistance(distance, MapNormalization.NONE),
                NeighbourChoice.ALL,
                4);
        MetricResult result = stability.evaluate(
                GoldenMetrics.network(), GoldenMetrics.images(type), Saliency.withDefaults(4), GoldenMetrics.logits());
        double[] expected = BLOCK.get("distances").get(name(distance)).values();
        double[] means = new double[5];
        for (int i = 0; i < 30; i++) {
            means[i / 6] += expected[i] / 6;
        }
        assertClose(result.values(), means, GoldenMetrics.tolerance(type));
        assertThat(result.mean())
                .isCloseTo(BLOCK.get("mean").get(name(distance)).number(), within(GoldenMetrics.tolerance(type)));
        assertThat(result.evaluations()).isEqualTo(7 * 5);
        assertThat(result.unit()).isEqualTo(distance.unit());
    }

    private static String name(MapDistance distance) {
        return distance.name().toLowerCase(Locale.ROOT);
    }

    @ParameterizedTest
    @EnumSource(MapDistance.class)
    void mapsOfAffineFunctionsAreStableAndAgreeAcrossMethods(MapDistance distance) {
        INDArray images = FiniteDifferences.gaussian(DataType.FLOAT, 1, 3, 12, 11, 2);
        double[] weight = Tensors.toDoubles(FiniteDifferences.gaussian(DataType.DOUBLE, 2, 12, 11, 2));
        Differentiable affine = SampleFunction.affine(weight, 0.5);
        Score score = Score.binary();
        assertThat(Stability.withDefaults(distance, 3, 8)
                        .evaluate(affine, images, Saliency.withDefaults(8), score)
                        .values())
                .containsExactly(new double[3], within(1e-12));
        MetricResult between = new ExplanationDistance(distance, MapNormalization.UNIT_L2)
                .between(
                        affine,
                        images,
                        new TargetedGradient(ChannelReduction.MEAN, 4),
                        SmoothGrad.withDefaults(5, 16),
                        score,
                        io.github.otnn.xai.Progress.none());
        assertThat(between.values()).containsExactly(new double[3], within(1e-6));
        assertThat(between.evaluations()).isEqualTo(3 * 51);
    }

    @Test
    void closedFormsOfDistances() {
        INDArray a = Tensors.of(DataType.DOUBLE, new double[] {3, 4, 0, 1, 2, 4}, 2, 3);
        INDArray b = Tensors.of(DataType.DOUBLE, new double[] {0, 0, 0, -1, -2, -4}, 2, 3);
        assertThat(of(MapDistance.L2, a, b)).containsExactly(5, Math.sqrt(84));
        assertThat(of(MapDistance.SQUARED_L2, a, b)).containsExactly(25, 84);
        assertThat(of(MapDistance.MSE, a, b)).containsExactly(25 / 3.0, 28);
        assertThat(of(MapDistance.RMSE, a, b)).containsExactly(Math.sqrt(25 / 3.0), Math.sqrt(28));
        assertThat(of(MapDistance.MAE, a, b)).containsExactly(7 / 3.0, 14 / 3.0);
        // a map of zeros has no direction and no order: counted, and 1
        assertThat(of(MapDistance.ONE_MINUS_COSINE, a, b)).containsExactly(1, 2);
        assertThat(of(MapDistance.ONE_MINUS_SPEARMAN, a, b)).containsExactly(1, 2);
        assertThat(of(MapDistance.ONE_MINUS_PEARSON, a, b)).containsExactly(1, 2);
        SampleCounts counts = new ExplanationDistance(MapDistance.ONE_MINUS_COSINE, MapNormalization.NONE)
                .between(a, b)
                .counts();
        assertThat(counts).isEqualTo(new SampleCounts(0, 0, 1, 0, 1));
        MetricResult unit = new ExplanationDistance(MapDistance.L2, MapNormalization.UNIT_L2).between(a, b.mul(7));
        assertThat(unit.values()).containsExactly(new double[] {1, 2}, within(1e-15));
        MetricResult largest = new ExplanationDistance(MapDistance.L2, MapNormalization.MAX_ABS).between(a, b.mul(7));
        assertThat(largest.values()).containsExactly(new double[] {1.25, 2 * Math.sqrt(21) / 4}, within(1e-15));
    }

    private static double[] of(MapDistance distance, INDArray a, INDArray b) {
        return new ExplanationDistance(distance, MapNormalization.NONE)
                .between(a, b)
                .values();
    }

    @Test
    void neighboursOfAnotherPredictionCanBeLeftOut() {
        // f = x0: a step to the other side changes the sign, and the gradient is (1, 0) here and (0, 1) there
        SampleFunction function = x -> new SampleFunction.Step(
                new double[] {x[0]}, c -> x[0] > 0 ? new double[] {c[0], 0} : new double[] {0, c[0]});
        INDArray rows = Tensors.of(DataType.DOUBLE, new double[] {1, 0, 9, 0, -5, 0}, 3, 2);
        NoiseSource noise = NoiseSource.given(Tensors.of(DataType.DOUBLE, new double[] {-2, 0, 1, 0}, 2, 2));
        ExplanationDistance squared = new ExplanationDistance(MapDistance.SQUARED_L2, MapNormalization.NONE);
        Stability all = new Stability(noise, 2, squared, NeighbourChoice.ALL, 2);
        Saliency saliency = Saliency.withDefaults(2);
        assertThat(all.evaluate(function, rows, saliency, Score.binary()).values())
                .containsExactly(1, 0, 0);
        Stability same = new Stability(noise, 2, squared, NeighbourChoice.SAME_PREDICTION, 2);
        assertThat(same.evaluate(function, rows, saliency, Score.binary()).values())
                .containsExactly(0, 0, 0);
        NoiseSource across = NoiseSource.given(Tensors.of(DataType.DOUBLE, new double[] {-2, 0}, 1, 2));
        MetricResult none = new Stability(across, 1, squared, NeighbourChoice.SAME_PREDICTION, 2)
                .evaluate(function, rows, saliency, Score.binary());
        assertThat(none.values()).containsExactly(Double.NaN, 0, 0);
        assertThat(none.mean()).isZero();
        assertThat(none.counts()).isEqualTo(new SampleCounts(1, 0, 0, 0, 0));
    }

    @Test
    void noiseIsWhatItsModelSays() {
        int d = 600;
        double[] noise = new double[d];
        double radius = 0.3;
        NoiseModel.BOX_POSITIVE.source(radius, 1).write(4, 2, noise);
        assertThat(Arrays.stream(noise).boxed()).allMatch(v -> v >= 0 && v < radius);
        // 9 % are five standard deviations of the norm of 600 independent values
        assertThat(SampleFunction.norm(noise))
                .isCloseTo(radius * Math.sqrt(d / 3.0), within(0.09 * radius * Math.sqrt(d / 3.0)));
        NoiseModel.BOX_SYMMETRIC.source(radius, 1).write(4, 2, noise);
        assertThat(Arrays.stream(noise).boxed()).allMatch(v -> v >= -radius && v < radius);
        assertThat(Arrays.stream(noise).average().orElseThrow()).isCloseTo(0, within(0.036));
        NoiseModel.L2_SPHERE.source(radius, 1).write(4, 2, noise);
        assertThat(SampleFunction.norm(noise)).isCloseTo(radius, within(1e-12));
        double below = 0;
        for (int draw = 0; draw < 400; draw++) {
            double[] two = new double[2];
            NoiseModel.L2_BALL.source(radius, 1).write(4, draw, two);
            assertThat(SampleFunction.norm(two)).isLessThanOrEqualTo(radius * (1 + 1e-12));
            below += SampleFunction.norm(two) < radius / 2 ? 1 : 0;
        }
        // a quarter of the disc lies within half its radius; five standard errors
        assertThat(below / 400).isCloseTo(0.25, within(0.11));
        double[] same = new double[d];
        NoiseModel.GAUSSIAN.sharedSource(radius, 1).write(0, 2, noise);
        NoiseModel.GAUSSIAN.sharedSource(radius, 1).write(9, 2, same);
        assertThat(same).containsExactly(noise);
        NoiseModel.GAUSSIAN.source(radius, 1).write(9, 2, same);
        assertThat(same).isNotEqualTo(noise);
        assertThat(SampleFunction.norm(same)).isCloseTo(radius * Math.sqrt(d), within(0.15 * radius * Math.sqrt(d)));
    }

    @Test
    void methodsMeetTheirOwnNoiseAgainAtNeighbours() {
        INDArray images = GoldenMetrics.images(DataType.DOUBLE);
        NoiseSource still = NoiseModel.L2_SPHERE.source(0, 1);
        Stability stability = new Stability(
                still, 2, new ExplanationDistance(MapDistance.L2, MapNormalization.NONE), NeighbourChoice.ALL, 2);
        SmoothGrad drawing = new SmoothGrad(NoiseSource.gaussian(0.2, 3), 4, ChannelReduction.MEAN, 3);
        assertThat(stability
                        .evaluate(GoldenMetrics.network(), images, drawing, GoldenMetrics.logits())
                        .values())
                .containsExactly(0, 0, 0, 0, 0);
    }

    @Test
    void sensitivityIsTheLargestChange() {
        // f = |x|^2 / 2 has the gradient x: the map moves by the step itself
        SampleFunction paraboloid = x -> new SampleFunction.Step(
                new double[] {SampleFunction.norm(x) * SampleFunction.norm(x) / 2},
                c -> Arrays.stream(x).map(v -> v * c[0]).toArray());
        INDArray rows = Tensors.of(DataType.DOUBLE, new double[] {3, 4, 0, 0}, 2, 2);
        NoiseSource noise = NoiseSource.given(Tensors.of(DataType.DOUBLE, new double[] {.1, 0, -.3, .4}, 2, 2));
        TargetedGradient gradient = TargetedGradient.withDefaults(2);
        MetricResult relative = new SensitivityMax(SensitivityMax.Measure.RELATIVE_TO_MAP, noise, 2)
                .evaluate(paraboloid, rows, gradient, Score.binary());
        assertThat(relative.values()[0]).isCloseTo(0.1, within(1e-12));
        assertThat(relative.values()[1]).isNaN();
        assertThat(relative.counts()).isEqualTo(new SampleCounts(1, 0, 0, 0, 1));
        MetricResult lipschitz = new SensitivityMax(SensitivityMax.Measure.PER_DISTANCE, noise, 2)
                .evaluate(paraboloid, rows, gradient, Score.binary());
        assertThat(lipschitz.values()).containsExactly(new double[] {1.4, 1.4}, within(1e-9));
    }

    @Test
    void rejectsSettingsThatMakeNoSense() {
        assertThatThrownBy(() -> NoiseModel.L2_BALL.source(-1, 0))
                .hasMessage("noise: radius must be finite and >= 0, got -1.0");
        NoiseSource noise = NoiseModel.L2_BALL.source(1, 0);
        assertThatThrownBy(() -> new SensitivityMax(SensitivityMax.Measure.PER_DISTANCE, noise, 0))
                .hasMessage("SensitivityMax: neighbours must be >= 1, got 0");
        ExplanationDistance l2 = new ExplanationDistance(MapDistance.L2, MapNormalization.NONE);
        assertThatThrownBy(() -> new Stability(noise, 0, l2, NeighbourChoice.ALL, 1))
                .hasMessage("Stability: neighbours must be >= 1, got 0");
        INDArray a = Tensors.zeros(DataType.DOUBLE, 2, 3);
        assertThatThrownBy(() -> l2.between(a, Tensors.zeros(DataType.DOUBLE, 3, 2)))
                .hasMessage("second maps: expected [2, 3], got [3, 2]");
        double[] values = new SplittableRandom(1).doubles(200).toArray();
        INDArray small = Tensors.of(DataType.DOUBLE, values, 2, 10, 10);
        assertThatThrownBy(() -> new ExplanationDistance(MapDistance.ONE_MINUS_SSIM, MapNormalization.NONE)
                        .between(small, small))
                .hasMessage("SSIM: expected images of at least 11 x 11 pixels, got 10 x 10");
    }
}
