package io.github.otnn.xai.metric;

import static io.github.otnn.core.testing.ArrayAssertions.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.otnn.core.Differentiable;
import io.github.otnn.core.ShapeMismatchException;
import io.github.otnn.core.tensor.Tensors;
import io.github.otnn.core.testing.FiniteDifferences;
import io.github.otnn.core.testing.Golden;
import io.github.otnn.xai.Baseline;
import io.github.otnn.xai.Progress;
import io.github.otnn.xai.Score;
import io.github.otnn.xai.statistics.RankOrder;
import io.github.otnn.xai.testing.SampleFunction;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

class PixelFlippingTest {
    private static final Golden BLOCK = GoldenMetrics.ALL.get("deletion_insertion");
    private static final Baseline ZERO = Baseline.constant(0);

    @ParameterizedTest
    @EnumSource(
            value = DataType.class,
            names = {"DOUBLE", "FLOAT"})
    void curvesMatchGoldenValues(DataType type) {
        Differentiable network = GoldenMetrics.network();
        INDArray images = GoldenMetrics.images(type);
        double tolerance = GoldenMetrics.tolerance(type);
        assertThat(BLOCK.get("curves").elements().toList()).hasSize(18).allSatisfy(golden -> {
            INDArray maps = BLOCK.get("attributions")
                    .get(golden.get("attribution").text())
                    .array(DataType.DOUBLE);
            Baseline baseline = GoldenMetrics.baseline(golden.get("baseline").text(), BLOCK);
            Score score = golden.get("score").text().equals("LOGIT")
                    ? GoldenMetrics.logits()
                    : Score.softmax(GoldenMetrics.targets());
            int steps = golden.get("steps").integer();
            PerturbationCurves curves = golden.get("mode").text().equals("deletion")
                    ? new Deletion(steps, baseline, 7).curves(network, images, maps, score, Progress.none())
                    : new Insertion(steps, baseline, 7).curves(network, images, maps, score, Progress.none());
            assertThat(curves.counts()).containsExactly(golden.get("counts").integers());
            assertClose(flat(curves.curves()), golden.get("curves").values(), tolerance);
            assertClose(curves.meanCurve(), golden.get("mean_curve").values(), tolerance);
            assertClose(curves.area().values(), golden.get("auc").values(), tolerance);
            assertThat(curves.area().mean()).isCloseTo(golden.get("auc_of_mean").number(), within(tolerance));
            assertClose(
                    curves.areasOnFractions(), golden.get("auc_on_fractions").values(), tolerance);
            assertThat(curves.area().evaluations()).isEqualTo(5L * (steps + 1));
        });
    }

    private static double[] flat(double[][] rows) {
        return Arrays.stream(rows).flatMapToDouble(Arrays::stream).toArray();
    }

    @Test
    void ordersMatchGoldenValuesAlsoWithManyTies() {
        Golden orders = BLOCK.get("orders");
        assertThat(orders.names()).hasSize(2).allSatisfy(name -> {
            double[] maps = BLOCK.get("attributions").get(name).values();
            int[] expected = orders.get(name).integers();
            for (int i = 0; i < 5; i++) {
                assertThat(RankOrder.descending(Arrays.copyOfRange(maps, i * 64, (i + 1) * 64)))
                        .containsExactly(Arrays.copyOfRange(expected, i * 64, (i + 1) * 64));
            }
        });
    }

    @ParameterizedTest
    @EnumSource(
            value = DataType.class,
            names = {"DOUBLE", "FLOAT"})
    void curvesOfTheAffineFixtureMatchItsTable(DataType type) {
        double[] weight = GoldenMetrics.FIXTURE.get("weight").values();
        double[] x = GoldenMetrics.FIXTURE.get("x").values();
        assertThat(GoldenMetrics.FIXTURE.get("curves").elements().toList())
                .hasSize(4)
                .allSatisfy(golden -> {
                    boolean absolute = golden.get("attribution").text().equals("abs_w");
                    double[] map = new double[16];
                    Arrays.setAll(map, i -> absolute ? Math.abs(weight[i]) : weight[i] * x[i]);
                    INDArray maps = Tensors.of(DataType.DOUBLE, map, 1, 4, 4);
                    assertThat(RankOrder.descending(map))
                            .containsExactly(golden.get("order").integers());
                    PerturbationCurves curves = golden.get("mode").text().equals("deletion")
                            ? new Deletion(4, ZERO, 3)
                                    .curves(
                                            GoldenMetrics.fixture(),
                                            GoldenMetrics.fixtureImage(type),
                                            maps,
                                            Score.binary(),
                                            Progress.none())
                            : new Insertion(4, ZERO, 3)
                                    .curves(
                                            GoldenMetrics.fixture(),
                                            GoldenMetrics.fixtureImage(type),
                                            maps,
                                            Score.binary(),
                                            Progress.none());
                    assertClose(curves.curves()[0], golden.get("curve").values(), GoldenMetrics.tolerance(type));
                    assertThat(curves.area().mean())
                            .isCloseTo(golden.get("auc").number(), within(GoldenMetrics.tolerance(type)));
                });
    }

    @Test
    void insertionFromTheSampleToItsBaselineIsDeletion() {
        INDArray images = GoldenMetrics.images(DataType.DOUBLE);
        INDArray maps = BLOCK.get("attributions").get("quantized").array(DataType.DOUBLE);
        INDArray noise = BLOCK.get("baseline_uniform").array(DataType.DOUBLE);
        for (int i = 0; i < 5; i++) {
            INDArray image = Tensors.rows(images, i, i + 1);
            INDArray map = Tensors.rows(maps, i, i + 1);
            Baseline sample = Baseline.sample(image.reshape('c', 8, 8, 3));
            Score score = Score.logit(GoldenMetrics.targets()[i]);
            MetricResult forth = new Deletion(Deletion.EVERY_PIXEL, Baseline.sample(noise), 9)
                    .evaluate(GoldenMetrics.network(), image, map, score);
            MetricResult back = new Insertion(Deletion.EVERY_PIXEL, sample, 9)
                    .evaluate(GoldenMetrics.network(), noise.reshape('c', 1, 8, 8, 3), map, score);
            assertThat(back.values()).containsExactly(forth.values());
        }
    }

    @Test
    void perfectMapsLeaveAlmostNothingAndBringAlmostAll() {
        // one feature is everything: after the first of many steps the score is that of the other end
        double[] weight = new double[1000];
        weight[421] = 1;
        INDArray row = Tensors.of(DataType.DOUBLE, weight, 1, 1000);
        Differentiable function = SampleFunction.affine(weight, 0);
        assertThat(new Deletion(1000, ZERO, 64)
                        .evaluate(function, row, row, Score.binary())
                        .mean())
                .isCloseTo(0, within(1e-3));
        assertThat(new Insertion(1000, ZERO, 64)
                        .evaluate(function, row, row, Score.binary())
                        .mean())
                .isCloseTo(1, within(1e-3));
    }

    @Test
    void tiesAndConstantMapsAreCounted() {
        INDArray rows = FiniteDifferences.gaussian(DataType.DOUBLE, 1, 3, 4);
        INDArray maps = Tensors.of(DataType.DOUBLE, new double[] {1, 2, 3, 4, 1, 2, 2, 3, 5, 5, 5, 5}, 3, 4);
        Differentiable function = SampleFunction.affine(new double[] {1, 2, 3, 4}, 0);
        PerturbationCurves curves =
                new Deletion(2, ZERO, 64).curves(function, rows, maps, Score.binary(), Progress.none());
        assertThat(curves.tieShares()).containsExactly(0, 0.5, 1);
        assertThat(curves.area().counts()).isEqualTo(new SampleCounts(0, 0, 0, 2, 1));
        assertThat(curves.describe()).contains("2 with tied maps, 1 with constant maps", "ties 50.0 % of the pixels");
    }

    @Test
    void uniformBaselineIsTheSameInEveryCall() {
        Baseline noise = Baseline.uniform(-1, 2, 7);
        double[] first = noise.of(new double[3000], new long[] {3000});
        assertThat(noise.of(new double[3000], new long[] {3000})).containsExactly(first);
        assertThat(Baseline.uniform(-1, 2, 8).of(new double[3000], new long[] {3000}))
                .isNotEqualTo(first);
        assertThat(Arrays.stream(first).boxed()).allMatch(value -> value >= -1 && value < 2);
        // five standard errors of the mean: 5 * 3 / sqrt(12 * 3000)
        assertThat(Arrays.stream(first).average().orElseThrow()).isCloseTo(0.5, within(0.08));
        assertThatThrownBy(() -> Baseline.uniform(1, 1, 0))
                .hasMessage("baseline: expected finite low < high, got [1.0, 1.0]");
    }

    @Test
    void rejectsStepsAndMapsThatDoNotFit() {
        Differentiable network = GoldenMetrics.network();
        INDArray images = GoldenMetrics.images(DataType.DOUBLE);
        INDArray maps = BLOCK.get("attributions").get("quantized").array(DataType.DOUBLE);
        assertThatThrownBy(() -> new Deletion(0, ZERO, 1))
                .hasMessage("Deletion: steps must be >= 1, or EVERY_PIXEL, got 0");
        assertThatThrownBy(() -> new Insertion(-2, ZERO, 1))
                .hasMessage("Insertion: steps must be >= 1, or EVERY_PIXEL, got -2");
        Deletion fine = new Deletion(65, ZERO, 4);
        assertThatThrownBy(() -> fine.evaluate(network, images, maps, GoldenMetrics.logits()))
                .hasMessage(
                        "deletion: expected at most as many steps as pixels, 64, got 65; EVERY_PIXEL takes one after the other");
        assertThatThrownBy(() -> Deletion.withDefaults(4).evaluate(network, images, images, GoldenMetrics.logits()))
                .isInstanceOf(ShapeMismatchException.class)
                .hasMessage("maps: expected [5, 8, 8] for inputs [5, 8, 8, 3], got [5, 8, 8, 3]; reduce channels first,"
                        + " with ChannelReduction.reduce");
    }
}
