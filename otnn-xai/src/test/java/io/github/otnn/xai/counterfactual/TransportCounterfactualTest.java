package io.github.otnn.xai.counterfactual;

import static io.github.otnn.core.testing.ArrayAssertions.assertClose;
import static io.github.otnn.core.testing.ArrayAssertions.assertSameBits;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.otnn.core.tensor.Tensors;
import io.github.otnn.core.testing.FiniteDifferences;
import io.github.otnn.core.testing.Golden;
import io.github.otnn.xai.Score;
import io.github.otnn.xai.testing.ReferenceNetwork;
import io.github.otnn.xai.testing.SampleFunction;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

class TransportCounterfactualTest {
    private static final Golden GOLDEN = Golden.read(TransportCounterfactualTest.class, "network.json");
    private static final double[] UNIT_WEIGHT = {0.6, 0, -0.8};

    private final SampleFunction network = ReferenceNetwork.of(GOLDEN);
    private final INDArray images = GOLDEN.get("inputs").array(DataType.DOUBLE);

    @Test
    void affineFunctionOfUnitSlopeReachesItsBoundaryAtOneAndIsMirroredAtTwo() {
        SampleFunction function = SampleFunction.affine(UNIT_WEIGHT, 0.25);
        INDArray rows = FiniteDifferences.gaussian(DataType.DOUBLE, 3, 20, 3);
        for (StepRule rule : StepRule.values()) {
            Counterfactuals result = new TransportCounterfactual(rule, List.of(1.0, 2.0, -1.0), null, 7)
                    .explain(function, rows, Score.binary());
            double[] before = result.before().scores();
            assertClose(result.after().get(0).scores(), new double[20], 1e-14);
            assertClose(result.after().get(1).scores(), times(-1, before), 1e-14);
            assertClose(result.after().get(2).scores(), times(2, before), 1e-14);
            assertClose(result.distances()[1], times(2, sizes(before)), 1e-14);
            assertThat(result.flippedShare(1)).isOne();
            assertThat(result.changedPredictionShare(1)).isOne();
            assertThat(result.flippedShare(2)).isZero();
        }
    }

    @Test
    void normalisedStepCrossesAnAffineBoundaryOfAnySlopeAtOne() {
        SampleFunction shallow = SampleFunction.affine(times(0.01, UNIT_WEIGHT), 0.02);
        INDArray rows = FiniteDifferences.gaussian(DataType.DOUBLE, 4, 10, 3);
        Counterfactuals normalised = TransportCounterfactual.normalised(0.999, 1.001)
                .withBatchSize(4)
                .explain(shallow, rows, Score.binary());
        assertThat(normalised.flippedShare(0)).isZero();
        assertThat(normalised.flippedShare(1)).isOne();
        Counterfactuals faithful =
                TransportCounterfactual.faithful(1).withBatchSize(4).explain(shallow, rows, Score.binary());
        assertClose(
                faithful.after().get(0).scores(),
                times(1 - 1e-4, faithful.before().scores()),
                1e-14);
    }

    @Test
    void unitStepOfTheDistanceToASphereEndsOnTheSphere() {
        INDArray cloud = FiniteDifferences.gaussian(DataType.DOUBLE, 5, 30, 2);
        Counterfactuals result = TransportCounterfactual.faithful(1)
                .withBatchSize(8)
                .explain(SampleFunction.distanceToSphere(1.5), cloud, Score.binary());
        double[] points = Tensors.toDoubles(result.points(0));
        for (int i = 0; i < 30; i++) {
            assertThat(Math.hypot(points[2 * i], points[2 * i + 1])).isCloseTo(1.5, within(1e-14));
            assertThat(result.gradientNorms()[i]).isCloseTo(1, within(1e-14));
            assertThat(result.distances()[0][i])
                    .isCloseTo(Math.abs(result.before().scores()[i]), within(1e-14));
        }
    }

    @Test
    void neverFlipsUpToOneWhereTheScoreIsOneLipschitz() {
        double[] times = {0.1, 0.5, 0.9, 0.999, 1};
        for (int k = 0; k < 4; k++) {
            Counterfactuals result =
                    TransportCounterfactual.faithful(times).withBatchSize(5).explain(network, images, Score.logit(k));
            for (int t = 0; t < times.length; t++) {
                assertThat(result.flippedShare(t)).isZero();
                for (int i = 0; i < 5; i++) {
                    double f = result.before().scores()[i];
                    double least = f * f * (1 - times[t] * result.gradientNorms()[i]);
                    assertThat(f * result.after().get(t).scores()[i]).isGreaterThanOrEqualTo(least - 1e-15);
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 5, 64})
    void batchSizeChangesNothing(int batchSize) {
        Counterfactuals expected =
                TransportCounterfactual.faithful(1, 10).withBatchSize(2).explain(network, images, pair());
        Counterfactuals result =
                TransportCounterfactual.faithful(1, 10).withBatchSize(batchSize).explain(network, images, pair());
        assertSameBits(result.points(), expected.points());
        assertThat(result.after().get(1).scores())
                .containsExactly(expected.after().get(1).scores());
        assertThat(result.distances()[1]).containsExactly(expected.distances()[1]);
    }

    @Test
    void clippingReportsWhatTheClippedPointsReallyAre() {
        SampleFunction function = SampleFunction.affine(UNIT_WEIGHT, 0);
        INDArray rows = Tensors.of(DataType.DOUBLE, new double[] {0.9, 0.5, 0.1, 0.5, 0.5, 0.5}, 2, 3);
        Counterfactuals result = TransportCounterfactual.faithful(-1, 2)
                .withBatchSize(2)
                .clippedTo(0, 1)
                .explain(function, rows, Score.binary());
        // row 0: f = .46, so t = -1 gives (.9 + .276, .5, .1 - .368), clipped to (1, .5, 0)
        assertClose(Tensors.toDoubles(result.points(0)), new double[] {1, 0.5, 0, 0.44, 0.5, 0.58}, 1e-15);
        assertThat(result.clippedShares()[0]).containsExactly(2.0 / 3, 0);
        assertThat(result.distances()[0][0]).isCloseTo(Math.sqrt(0.02), within(1e-15));
        assertThat(result.after().get(0).scores()[0]).isCloseTo(0.6, within(1e-15));
        assertThat(result.flipped(1, 0)).isTrue();
        assertThat(result.flippedShare(1)).isOne();
    }

    @Test
    void clippingCanPreventTheFlipAndSaysSo() {
        SampleFunction function = SampleFunction.affine(new double[] {1}, 0.5);
        INDArray rows = Tensors.of(DataType.DOUBLE, new double[] {0.25}, 1, 1);
        TransportCounterfactual free = TransportCounterfactual.faithful(2);
        assertThat(free.explain(function, rows, Score.binary()).flipped(0, 0)).isTrue();
        Counterfactuals clipped = free.clippedTo(0, 1).explain(function, rows, Score.binary());
        assertThat(clipped.flipped(0, 0)).isFalse();
        assertThat(clipped.after().get(0).scores()).containsExactly(0.5);
        assertThat(clipped.clippedShares()[0]).containsExactly(1);
    }

    @Test
    void distancesAreThoseOfTheRoundedPoints() {
        SampleFunction function = SampleFunction.affine(UNIT_WEIGHT, 1e-4);
        INDArray rows = Tensors.of(new float[] {1000, 1000, 1000}, 1, 3);
        Counterfactuals result = TransportCounterfactual.faithful(1e-9).explain(function, rows, Score.binary());
        assertThat(result.points().dataType()).isEqualTo(DataType.FLOAT);
        assertThat(result.distances()[0]).containsExactly(0);
    }

    @Test
    void sampleWithoutSlopeStaysAndShowsIt() {
        SampleFunction flat = SampleFunction.affine(new double[2], 3);
        INDArray rows = Tensors.of(DataType.DOUBLE, new double[] {1, 2}, 1, 2);
        Counterfactuals result = TransportCounterfactual.normalised(1, 5).explain(flat, rows, Score.binary());
        assertThat(result.gradientNorms()).containsExactly(0);
        assertThat(Tensors.toDoubles(result.points())).containsExactly(1, 2, 1, 2);
        assertThat(result.flippedShare(1)).isZero();
    }

    @Test
    void seesTheFlipOfScoresWhoseProductUnderflows() {
        SampleFunction identity = SampleFunction.affine(new double[] {1}, 0);
        INDArray rows = Tensors.of(DataType.DOUBLE, new double[] {1e-200, 0}, 2, 1);
        Counterfactuals result = TransportCounterfactual.normalised(2).explain(identity, rows, Score.binary());
        assertThat(result.flipped(0, 0)).isTrue();
        assertThat(result.flipped(0, 1)).isFalse();
    }

    @Test
    void tellsThePredictedClassBeforeAndAfter() {
        TransportCounterfactual past = TransportCounterfactual.normalised(2).withBatchSize(5);
        Counterfactuals result = past.explain(network, images, pair());
        int[] labels = GOLDEN.get("pairwise").get("label").integers();
        double[] logits = part(GOLDEN.get("pairwise").get("logits").values(), 2, 3);
        for (int i = 0; i < 5; i++) {
            assertThat(result.predictionBefore(i)).isEqualTo(labels[i]);
            assertThat(result.prediction(0, i)).isEqualTo(argMax(Arrays.copyOfRange(logits, 4 * i, 4 * i + 4)));
        }
        assertThat(result.changedPredictionShare(0)).isGreaterThan(0.5);
        assertThat(result.samples()).isEqualTo(5);
    }

    @Test
    void leavesInputsUntouchedInEveryLayout() {
        INDArray fortran = images.dup('f');
        INDArray padded = Tensors.zeros(DataType.DOUBLE, 7, 8, 8, 3);
        Tensors.rows(padded, 1, 6).assign(images);
        INDArray view = Tensors.rows(padded, 1, 6);
        TransportCounterfactual settings =
                TransportCounterfactual.faithful(10).withBatchSize(2).clippedTo(0, 1);
        INDArray expected = settings.explain(network, images, Score.logit(0)).points();
        for (INDArray input : List.of(images, fortran, view)) {
            assertSameBits(settings.explain(network, input, Score.logit(0)).points(), expected);
            assertSameBits(input, GOLDEN.get("inputs").array(DataType.DOUBLE));
        }
        assertThat(padded.sumNumber().doubleValue())
                .isCloseTo(images.sumNumber().doubleValue(), within(1e-9));
    }

    @Test
    void rejectsInputOutsideTheRange() {
        INDArray rows = Tensors.of(DataType.DOUBLE, new double[] {0, 1, 0.5, 1.5}, 2, 2);
        TransportCounterfactual settings =
                TransportCounterfactual.faithful(1).withBatchSize(1).clippedTo(0, 1);
        assertThatThrownBy(() -> settings.explain(SampleFunction.affine(new double[2], 1), rows, Score.binary()))
                .hasMessage("input to clip, batch from sample 1: value 1.5 at [0, 1] is outside [0.0, 1.0]; give the "
                        + "range of the data as the function sees it");
    }

    @Test
    void rejectsSettingsThatMakeNoSense() {
        assertThatThrownBy(() -> TransportCounterfactual.faithful())
                .hasMessage("TransportCounterfactual: expected at least one t, got none");
        assertThatThrownBy(() -> TransportCounterfactual.faithful(1, Double.NaN))
                .hasMessage("TransportCounterfactual: expected finite t, got [1.0, NaN]");
        assertThatThrownBy(() -> TransportCounterfactual.faithful(1).withBatchSize(0))
                .hasMessage("TransportCounterfactual: batchSize must be >= 1, got 0");
        assertThatThrownBy(() -> TransportCounterfactual.faithful(1).clippedTo(1, 0))
                .hasMessage("ValueRange: expected finite low < high, got [1.0, 0.0]");
    }

    @Test
    void describesItself() {
        assertThat(TransportCounterfactual.faithful(5, 10).clippedTo(0, 1).describe())
                .isEqualTo("FAITHFUL transport counterfactual, t [5.0, 10.0], clipped to [0.0, 1.0]");
    }

    private static Score pair() {
        Golden pairwise = GOLDEN.get("pairwise");
        return Score.pair(
                pairwise.get("label").integers(), pairwise.get("target").integers());
    }

    private static double[] part(double[] values, int index, int parts) {
        int length = values.length / parts;
        return Arrays.copyOfRange(values, index * length, (index + 1) * length);
    }

    private static double[] times(double factor, double[] values) {
        return Arrays.stream(values).map(value -> factor * value).toArray();
    }

    private static double[] sizes(double[] values) {
        return Arrays.stream(values).map(Math::abs).toArray();
    }

    private static int argMax(double[] values) {
        int best = 0;
        for (int k = 1; k < values.length; k++) {
            best = values[k] > values[best] ? k : best;
        }
        return best;
    }
}
