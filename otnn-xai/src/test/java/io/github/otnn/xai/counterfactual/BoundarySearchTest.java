package io.github.otnn.xai.counterfactual;

import static io.github.otnn.core.testing.ArrayAssertions.assertClose;
import static io.github.otnn.core.testing.ArrayAssertions.assertSameBits;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.otnn.core.tensor.Tensors;
import io.github.otnn.core.testing.FiniteDifferences;
import io.github.otnn.core.testing.Golden;
import io.github.otnn.core.testing.Tolerances;
import io.github.otnn.xai.Score;
import io.github.otnn.xai.testing.ReferenceNetwork;
import io.github.otnn.xai.testing.SampleFunction;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

class BoundarySearchTest {
    private static final INDArray CLOUD = FiniteDifferences.gaussian(DataType.DOUBLE, 5, 9, 3);
    private static final SampleFunction SHALLOW = SampleFunction.affine(new double[] {0.3, 0, -0.4}, 0.2);

    @Test
    void rayCrossesAnAffineBoundaryWhereItsSlopeSays() {
        BoundaryPoints faithful = new RayBoundary(StepRule.FAITHFUL).explain(SHALLOW, CLOUD, Score.binary());
        BoundaryPoints normalised = new RayBoundary(StepRule.NORMALISED).explain(SHALLOW, CLOUD, Score.binary());
        for (int i = 0; i < 9; i++) {
            assertThat(faithful.times()[i]).isCloseTo(4, within(1e-12));
            assertThat(normalised.times()[i]).isCloseTo(1, within(1e-12));
            assertThat(faithful.distanceRatios()[i]).isCloseTo(2, within(1e-12));
        }
        assertThat(faithful.share(BoundaryPoints.Outcome.REACHED)).isOne();
        assertThat(Arrays.stream(faithful.residuals()).max().orElseThrow()).isLessThan(1e-12);
    }

    @Test
    void rayPointIsJustAcross() {
        BoundaryPoints result =
                new RayBoundary(StepRule.FAITHFUL).explain(SampleFunction.distanceToSphere(1.5), CLOUD, Score.binary());
        for (int i = 0; i < 9; i++) {
            double f = result.before().scores()[i];
            assertThat(Math.signum(result.after().scores()[i])).isEqualTo(-Math.signum(f));
            assertThat(result.distances()[i]).isCloseTo(Math.abs(f), within(1e-12));
        }
    }

    @Test
    void newtonMatchesGoldenPointsOfPairs() {
        Golden golden = Golden.read(BoundarySearchTest.class, "network.json");
        Golden pairwise = golden.get("pairwise");
        Score pair = Score.pair(
                pairwise.get("label").integers(), pairwise.get("target").integers());
        INDArray images = golden.get("inputs").array(DataType.DOUBLE);
        BoundaryPoints three = new NewtonBoundary(3, 0, null, 2).explain(ReferenceNetwork.of(golden), images, pair);
        double[] points = pairwise.get("newton_points").values();
        int third = points.length / 3;
        assertClose(
                Tensors.toDoubles(three.points()),
                Arrays.copyOfRange(points, 2 * third, 3 * third),
                Tolerances.F64_GOLDEN);
        double[] gaps = pairwise.get("newton_gaps").values();
        assertClose(three.after().scores(), Arrays.copyOfRange(gaps, 10, 15), Tolerances.F64_GOLDEN);
    }

    @Test
    void newtonStopsAtItsTolerance() {
        SampleFunction square =
                x -> new SampleFunction.Step(new double[] {x[0] * x[0] - 2}, c -> new double[] {2 * c[0] * x[0]});
        INDArray row = Tensors.of(DataType.DOUBLE, new double[] {2, Math.sqrt(2)}, 2, 1);
        BoundaryPoints result = new NewtonBoundary(20, 1e-10, null, 8).explain(square, row, Score.binary());
        assertThat(Tensors.toDoubles(result.points())[0]).isCloseTo(Math.sqrt(2), within(1e-10));
        assertThat(result.times()[0]).isBetween(3.0, 5.0);
        BoundaryPoints one =
                new NewtonBoundary(1, 1e-10, null, 8).explain(square, Tensors.rows(row, 0, 1), Score.binary());
        assertThat(Tensors.toDoubles(one.points())).containsExactly(1.5);
        assertThat(one.outcomes()).containsExactly(BoundaryPoints.Outcome.NOT_REACHED);
        assertThat(one.residuals()[0]).isEqualTo(0.125);
    }

    @Test
    void flatSampleIsReportedAsUndefinedWithoutNaN() {
        SampleFunction flat = SampleFunction.affine(new double[2], 3);
        INDArray row = Tensors.of(DataType.DOUBLE, new double[] {1, 2}, 1, 2);
        for (BoundarySearch search :
                new BoundarySearch[] {new RayBoundary(StepRule.NORMALISED), new NewtonBoundary()}) {
            BoundaryPoints result = search.explain(flat, row, Score.binary());
            assertThat(result.outcomes()).containsExactly(BoundaryPoints.Outcome.NO_SLOPE);
            assertSameBits(result.points(), row);
            assertThat(result.distances()).containsExactly(0);
            assertThat(result.residuals()).containsExactly(1);
            assertThat(result.times()).containsExactly(0);
        }
    }

    @Test
    void sampleOnTheBoundaryStays() {
        SampleFunction function = SampleFunction.affine(new double[] {1, 0}, -1);
        INDArray row = Tensors.of(DataType.DOUBLE, new double[] {1, 2}, 1, 2);
        for (BoundarySearch search :
                new BoundarySearch[] {new RayBoundary(StepRule.NORMALISED), new NewtonBoundary()}) {
            BoundaryPoints result = search.explain(function, row, Score.binary());
            assertThat(result.outcomes()).containsExactly(BoundaryPoints.Outcome.REACHED);
            assertSameBits(result.points(), row);
            assertThat(result.distanceRatios()).containsExactly(0);
        }
    }

    @Test
    void limitsCanStopTheWay() {
        SampleFunction function = SampleFunction.affine(new double[] {1, 1}, 0.5);
        INDArray row = Tensors.of(DataType.DOUBLE, new double[] {0.25, 0.5}, 1, 2);
        for (BoundarySearch search : new BoundarySearch[] {
            new RayBoundary(StepRule.NORMALISED).clippedTo(new ValueRange(0, 1)),
            new NewtonBoundary().clippedTo(new ValueRange(0, 1))
        }) {
            BoundaryPoints result = search.explain(function, row, Score.binary());
            assertThat(result.outcomes()).containsExactly(BoundaryPoints.Outcome.STOPPED_BY_LIMITS);
            assertThat(Tensors.toDoubles(result.points())).containsExactly(0, 0);
            assertThat(result.after().scores()).containsExactly(0.5);
        }
    }

    @Test
    void newtonGoesOnAlongTheLimits() {
        SampleFunction function = SampleFunction.affine(new double[] {1, 1}, -0.5);
        INDArray row = Tensors.of(DataType.DOUBLE, new double[] {0.1, 0.9}, 1, 2);
        BoundaryPoints result =
                new NewtonBoundary(60, 1e-9, new ValueRange(0, 1), 4).explain(function, row, Score.binary());
        assertThat(result.outcomes()).containsExactly(BoundaryPoints.Outcome.REACHED);
        assertThat(Tensors.toDoubles(result.points())[0]).isZero();
        assertThat(Tensors.toDoubles(result.points())[1]).isCloseTo(0.5, within(1e-8));
    }

    @Test
    void fixedFeaturesStayAndOthersCarryTheChange() {
        SampleFunction function = SampleFunction.affine(new double[] {0.6, 0.8, 0}, 0);
        INDArray row = Tensors.of(DataType.DOUBLE, new double[] {1, 1, 5}, 1, 3);
        FeatureLimits limits = FeatureLimits.free(3).withFixed(1).withRange(2, 0, 10);
        BoundaryPoints result = new NewtonBoundary(80, 1e-12, limits, 4).explain(function, row, Score.binary());
        double[] point = Tensors.toDoubles(result.points());
        assertThat(point[0]).isCloseTo(-0.8 / 0.6, within(1e-9));
        assertThat(point[1]).isOne();
        assertThat(point[2]).isEqualTo(5);
        assertThat(limits.describe()).isEqualTo("3 features, 1 fixed, 1 limited");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4, 9, 64})
    void batchSizeChangesNothing(int batchSize) {
        SampleFunction sphere = SampleFunction.distanceToSphere(1.2);
        Limits limits = new ValueRange(-3, 3);
        RayBoundary ray = new RayBoundary(StepRule.FAITHFUL).clippedTo(limits);
        NewtonBoundary newton = new NewtonBoundary().clippedTo(limits);
        assertSameBits(
                ray.withBatchSize(batchSize)
                        .explain(sphere, CLOUD, Score.binary())
                        .points(),
                ray.withBatchSize(2).explain(sphere, CLOUD, Score.binary()).points());
        assertSameBits(
                newton.withBatchSize(batchSize)
                        .explain(sphere, CLOUD, Score.binary())
                        .points(),
                newton.withBatchSize(2).explain(sphere, CLOUD, Score.binary()).points());
    }

    @Test
    void rejectsWhatMakesNoSense() {
        assertThatThrownBy(() -> new RayBoundary(StepRule.FAITHFUL, 0.5, 1, null, 1))
                .hasMessage("RayBoundary: largestTime must be finite and >= 1, got 0.5");
        assertThatThrownBy(() -> new NewtonBoundary(0, 0, null, 1))
                .hasMessage("NewtonBoundary: steps must be >= 1, got 0");
        assertThatThrownBy(() -> new NewtonBoundary(1, Double.NaN, null, 1))
                .hasMessage("NewtonBoundary: tolerance must be >= 0, got NaN");
        assertThatThrownBy(() -> FeatureLimits.free(2).withRange(2, 0, 1))
                .hasMessage("FeatureLimits: feature 2 is outside the 2 features 0..1");
        assertThatThrownBy(() -> FeatureLimits.free(2).withRange(1, 1, 0))
                .hasMessage("FeatureLimits: expected low <= high for feature 1, got [1.0, 0.0]");
        RayBoundary wrong = new RayBoundary(StepRule.FAITHFUL).clippedTo(FeatureLimits.free(2));
        assertThatThrownBy(() -> wrong.explain(SHALLOW, CLOUD, Score.binary()))
                .hasMessage("FeatureLimits: made for 2 features, but a sample has 3 values");
        NewtonBoundary narrow = new NewtonBoundary()
                .clippedTo(FeatureLimits.free(3).withRange(1, 100, 200))
                .withBatchSize(4);
        assertThatThrownBy(() -> narrow.explain(SHALLOW, CLOUD, Score.binary()))
                .hasMessageContaining("at [0, 1] is outside [100.0, 200.0] of feature 1; give the range");
    }
}
