package io.github.otnn.xai.metric;

import static io.github.otnn.core.testing.ArrayAssertions.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.otnn.core.Differentiable;
import io.github.otnn.core.tensor.Tensors;
import io.github.otnn.core.testing.Golden;
import io.github.otnn.xai.Progress;
import io.github.otnn.xai.Score;
import io.github.otnn.xai.ScoredFunction;
import io.github.otnn.xai.attribution.GradientInput;
import io.github.otnn.xai.attribution.Saliency;
import io.github.otnn.xai.counterfactual.ValueRange;
import io.github.otnn.xai.metric.RobustnessSr.Infinite;
import io.github.otnn.xai.metric.RobustnessSr.Moved;
import io.github.otnn.xai.metric.RobustnessSr.Search;
import io.github.otnn.xai.statistics.RankOrder;
import io.github.otnn.xai.testing.SampleFunction;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

class RobustnessSrTest {
    private static final Search SMALL = new Search(20, 2, 10, 100);

    private static RobustnessSr of(Moved moved, Infinite infinite, ValueRange range, Double... shares) {
        return new RobustnessSr(List.of(shares), moved, infinite, range, SMALL, 5, 4);
    }

    @ParameterizedTest
    @EnumSource(
            value = DataType.class,
            names = {"DOUBLE", "FLOAT"})
    void affineFunctionsGiveTheClosedFormOfTheGoldenFile(DataType type) {
        Golden block = GoldenMetrics.ALL.get("robustness_sr");
        Golden affine = Golden.read(RobustnessSrTest.class, "attributions.json").get("affine");
        Differentiable function = SampleFunction.affine(
                affine.get("weight").values(), affine.get("bias").number());
        double[] relevance = block.get("relevance").values();
        assertThat(RankOrder.descending(relevance))
                .containsExactly(block.get("order").integers());
        double[] twice = Arrays.copyOf(relevance, 32);
        System.arraycopy(relevance, 0, twice, 16, 16);
        RobustnessSr.Curves curves = of(Moved.FIRST, Infinite.EXCLUDE, null, 2 / 16.0, 4 / 16.0, 0.5, 0.75, 1.0)
                .curves(
                        function,
                        affine.get("inputs").array(type),
                        Tensors.of(DataType.DOUBLE, twice, 2, 4, 4),
                        Score.binary(),
                        Progress.none());
        assertThat(curves.counts()).containsExactly(block.get("counts").integers());
        double[] norms =
                Arrays.stream(curves.norms()).flatMapToDouble(Arrays::stream).toArray();
        double tolerance = GoldenMetrics.tolerance(type);
        assertClose(norms, block.get("minimum_norm").values(), tolerance);
        assertClose(curves.area().values(), block.get("auc").values(), tolerance);
        assertThat(curves.area().evaluations()).isPositive();
    }

    @Test
    void theFixtureIsTheAffineFunctionOfItsTable() {
        Golden fixture = GoldenMetrics.FIXTURE;
        INDArray image = GoldenMetrics.fixtureImage(DataType.DOUBLE);
        ScoredFunction function = new ScoredFunction(GoldenMetrics.fixture(), Score.binary(), 1);
        double[] product = Tensors.toDoubles(
                GradientInput.withDefaults(1).explain(GoldenMetrics.fixture(), image, Score.binary()));
        assertThat(Arrays.stream(product).sum())
                .isCloseTo(fixture.get("sum_w_x").number(), within(1e-14));
        function.forEachBatch(image, batch -> {
            double f = batch.values().scores()[0];
            assertThat(f).isCloseTo(fixture.get("f").number(), within(1e-14));
            for (int t = 1; t <= 2; t++) {
                INDArray moved = batch.moved(new double[] {t * f});
                assertThat(batch.valuesAt(moved).scores()[0])
                        .isCloseTo(fixture.get("f_after_transport_t" + t).number(), within(1e-14));
            }
        });
    }

    @Test
    void setsOfTheFixtureHaveTheNormsOfItsTable() {
        double[] weight = GoldenMetrics.FIXTURE.get("weight").values();
        INDArray map =
                Tensors.of(DataType.DOUBLE, Arrays.stream(weight).map(Math::abs).toArray(), 1, 4, 4);
        RobustnessSr.Curves curves = of(Moved.FIRST, Infinite.EXCLUDE, null, 0.25, 0.5, 0.75, 1.0)
                .curves(
                        GoldenMetrics.fixture(),
                        GoldenMetrics.fixtureImage(DataType.DOUBLE),
                        map,
                        Score.binary(),
                        Progress.none());
        double[] expected =
                GoldenMetrics.FIXTURE.get("robustness_sr").get("minimum_norm").values();
        assertClose(curves.norms()[0], expected, 1e-10);
    }

    @Test
    void spheresAreReachedWhereTheSetAllowsItAndElseInfinitelyFar() {
        // |x| = sqrt(9 + 16 + 144) = 13 and radius 12.5: the first two of the map may move, or the last two
        Differentiable sphere = SampleFunction.distanceToSphere(12.5);
        INDArray x = Tensors.of(DataType.DOUBLE, new double[] {3, 4, 12, 3, 4, 12}, 2, 3);
        INDArray maps = Tensors.of(DataType.DOUBLE, new double[] {3, 2, 1, 1, 2, 3}, 2, 3);
        RobustnessSr one = of(Moved.FIRST, Infinite.EXCLUDE, null, 1 / 3.0, 2 / 3.0);
        RobustnessSr.Curves curves = one.curves(sphere, x, maps, Score.binary(), Progress.none());
        // 16 + 144 > 12.5^2: the first value alone cannot do it
        double both = 5 - Math.sqrt(156.25 - 144);
        double last = 12 - Math.sqrt(156.25 - 25);
        double lastTwo = Math.sqrt(160) - Math.sqrt(156.25 - 9);
        assertThat(curves.norms()[0][0]).isInfinite();
        assertThat(curves.norms()[0][1]).isCloseTo(both, within(1e-3 * both));
        assertThat(curves.norms()[1]).containsExactly(new double[] {last, lastTwo}, within(1e-3 * last));
        assertThat(curves.area().counts()).isEqualTo(new SampleCounts(0, 1, 0, 0, 0));
        assertThat(curves.area().mean()).isEqualTo((curves.norms()[1][0] + curves.norms()[1][1]) / 2);
        RobustnessSr.Curves capped = of(Moved.FIRST, Infinite.CAP_NORM_X, null, 1 / 3.0)
                .curves(sphere, x, maps, Score.binary(), Progress.none());
        assertThat(capped.norms()[0]).containsExactly(13);
        assertThat(capped.area().counts()).isEqualTo(new SampleCounts(0, 0, 1, 0, 0));
        RobustnessSr.Curves diagonal = of(Moved.FIRST, Infinite.CAP_BOX_DIAGONAL, new ValueRange(0, 20), 1 / 3.0)
                .curves(sphere, x, maps, Score.binary(), Progress.none());
        assertThat(diagonal.norms()[0]).containsExactly(20 * Math.sqrt(3));
        // the rest of the first value is what the map of the second sample ranks first
        RobustnessSr.Curves rest = of(Moved.REST, Infinite.EXCLUDE, null, 1 / 3.0)
                .curves(sphere, x, maps, Score.binary(), Progress.none());
        assertThat(rest.norms()[0]).containsExactly(new double[] {lastTwo}, within(1e-3 * lastTwo));
        assertThat(rest.area().direction()).isEqualTo(Direction.HIGHER);
    }

    @Test
    void distancesAreAtLeastTheMarginAndFallWithLargerSets() {
        INDArray images = GoldenMetrics.images(DataType.FLOAT);
        Differentiable network = GoldenMetrics.network();
        Score score = Score.pair(0, 3);
        INDArray maps = Saliency.withDefaults(8).explain(network, images, score);
        RobustnessSr metric = new RobustnessSr(
                List.of(0.1, 0.3, 0.6), Moved.FIRST, Infinite.EXCLUDE, null, new Search(12, 2, 5, 10), 1, 8);
        RobustnessSr.Curves curves = metric.curves(network, images, maps, score, Progress.none());
        double[] scores = new ScoredFunction(network, score, 5).values(images).scores();
        for (int i = 0; i < 5; i++) {
            double[] norms = curves.norms()[i];
            assertThat(norms[0]).isGreaterThanOrEqualTo(norms[1]);
            assertThat(norms[1]).isGreaterThanOrEqualTo(norms[2]);
            // a difference of two logits, each 1-Lipschitz
            assertThat(2 * norms[2]).isGreaterThan(Math.abs(scores[i]));
            assertThat(norms[2]).isFinite();
        }
    }

    @Test
    void pointsStayInTheirRange() {
        // the first value would have to fall by 2, but may fall by 1 only
        Differentiable function = SampleFunction.affine(new double[] {1, 0.5}, 1);
        INDArray x = Tensors.of(DataType.DOUBLE, new double[] {1, 1}, 1, 2);
        INDArray map = Tensors.of(DataType.DOUBLE, new double[] {2, 1}, 1, 2);
        ValueRange unit = new ValueRange(0, 1);
        assertThat(of(Moved.FIRST, Infinite.EXCLUDE, unit, 0.5)
                        .evaluate(function, x, map, Score.binary())
                        .counts()
                        .infinite())
                .isEqualTo(1);
        assertThat(of(Moved.FIRST, Infinite.EXCLUDE, null, 0.5)
                        .evaluate(function, x, map, Score.binary())
                        .mean())
                .isCloseTo(2.5, within(1e-10));
        INDArray outside = x.mul(2);
        RobustnessSr clipped = of(Moved.FIRST, Infinite.EXCLUDE, unit, 0.5);
        assertThatThrownBy(() -> clipped.evaluate(function, outside, map, Score.binary()))
                .hasMessageContaining("value 2.0 at [0, 0] is outside [0.0, 1.0]");
    }

    @Test
    void samplesOnTheBoundaryNeedNoMove() {
        Differentiable function = SampleFunction.affine(new double[] {1, 1}, -2);
        INDArray x = Tensors.of(DataType.DOUBLE, new double[] {1, 1}, 1, 2);
        assertThat(of(Moved.FIRST, Infinite.EXCLUDE, null, 0.5, 1.0)
                        .evaluate(function, x, x, Score.binary())
                        .values())
                .containsExactly(0);
    }

    @Test
    void rejectsSettingsThatMakeNoSense() {
        assertThatThrownBy(() -> of(Moved.FIRST, Infinite.EXCLUDE, null))
                .hasMessage("RobustnessSr: expected at least one share, got none");
        assertThatThrownBy(() -> of(Moved.FIRST, Infinite.EXCLUDE, null, 0.5, 0.2))
                .hasMessage("RobustnessSr: expected ascending shares above 0 and at most 1, got [0.5, 0.2]");
        assertThatThrownBy(() -> of(Moved.FIRST, Infinite.EXCLUDE, null, 0.0))
                .hasMessage("RobustnessSr: expected ascending shares above 0 and at most 1, got [0.0]");
        assertThatThrownBy(() -> of(Moved.FIRST, Infinite.CAP_BOX_DIAGONAL, null, 0.5))
                .hasMessage("RobustnessSr: CAP_BOX_DIAGONAL needs a range, got none");
        assertThatThrownBy(() -> new Search(0, 1, 1, 1)).hasMessageContaining("got 0, 1, 1 and 1.0");
    }
}
