package io.github.otnn.xai.feature;

import static io.github.otnn.core.testing.ArrayAssertions.assertClose;
import static io.github.otnn.core.testing.ArrayAssertions.assertSameBits;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.otnn.core.tensor.Tensors;
import io.github.otnn.core.testing.Golden;
import io.github.otnn.xai.Progress;
import io.github.otnn.xai.Score;
import io.github.otnn.xai.counterfactual.ValueRange;
import io.github.otnn.xai.testing.ReferenceNetwork;
import io.github.otnn.xai.testing.SampleFunction;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

class FeatureVisualisationTest {
    private static final SampleFunction UNIT = SampleFunction.affine(new double[] {0.6, -0.8}, 0);
    private static final ValueRange WIDE = new ValueRange(-10, 10);

    @Test
    void affineScoreRisesByThePathUpToTheBall() {
        INDArray start = FeatureVisualisation.grey(DataType.DOUBLE, 0.5, 1, 2);
        FeatureImages half =
                new FeatureVisualisation(10, 0.05, 2, WIDE, 8).run(UNIT, start, Score.binary(), Progress.none());
        assertThat(half.after()[0] - half.before()[0]).isCloseTo(0.5, within(1e-12));
        assertThat(half.pathLengths()[0]).isCloseTo(0.5, within(1e-12));
        assertClose(Tensors.toDoubles(half.images()), new double[] {0.8, 0.1}, 1e-12);
        FeatureImages whole =
                new FeatureVisualisation(100, 0.05, 2, WIDE, 8).run(UNIT, start, Score.binary(), Progress.none());
        assertThat(whole.distances()[0]).isCloseTo(2, within(1e-12));
        assertThat(whole.after()[0] - whole.before()[0]).isCloseTo(2, within(1e-12));
    }

    @Test
    void staysInsideTheRange() {
        INDArray start = FeatureVisualisation.grey(DataType.DOUBLE, 0.5, 1, 2);
        FeatureImages result = new FeatureVisualisation(100, 0.05, 100, new ValueRange(0, 1), 8)
                .run(UNIT, start, Score.binary(), Progress.none());
        assertThat(Tensors.toDoubles(result.images())).containsExactly(1, 0);
    }

    @Test
    void compositeObjectiveIsClimbedAsAWhole() {
        SampleFunction corners = SampleFunction.nearest(new double[][] {{1, 0}, {0, 1}, {-1, 0}});
        INDArray start = FeatureVisualisation.grey(DataType.DOUBLE, 0.1, 1, 2);
        Score both = Score.weighted(new double[] {1, 1}, Score.pair(0, 2), Score.pair(1, 2));
        FeatureImages result =
                new FeatureVisualisation(20, 0.05, 0.5, WIDE, 8).run(corners, start, both, Progress.none());
        double[] end = Tensors.toDoubles(result.images());
        assertThat(end[0]).isGreaterThan(0.2);
        assertThat(end[1]).isGreaterThan(0.2);
        assertThat(result.after()[0]).isGreaterThan(result.before()[0]);
    }

    @Test
    void endIsFarEnoughButNotOutsideTheBallInTheTypeOfTheStart() {
        INDArray start = FeatureVisualisation.noise(DataType.FLOAT, new ValueRange(0.2, 0.8), 5, 3, 2);
        FeatureImages result = new FeatureVisualisation(50, 0.05, 0.1, new ValueRange(0, 1), 2)
                .run(UNIT, start, Score.binary(), Progress.none());
        assertThat(result.images().dataType()).isEqualTo(DataType.FLOAT);
        for (double distance : result.distances()) {
            assertThat(distance).isCloseTo(0.1, within(1e-6));
        }
    }

    @Test
    void logitOfANetworkRisesByAtMostThePath() {
        Golden golden = Golden.read(FeatureVisualisationTest.class, "network.json");
        INDArray start = FeatureVisualisation.noise(DataType.FLOAT, new ValueRange(0.4, 0.6), 3, 2, 8, 8, 3);
        FeatureImages result = new FeatureVisualisation(8, 0.1, 1, new ValueRange(0, 1), 8)
                .run(ReferenceNetwork.of(golden), start, Score.logit(new int[] {0, 3}), Progress.none());
        for (int i = 0; i < 2; i++) {
            double rise = result.after()[i] - result.before()[i];
            assertThat(rise).isBetween(0.01, result.pathLengths()[i] + 1e-6);
            assertThat(result.distances()[i]).isLessThanOrEqualTo(0.8 + 1e-6);
        }
    }

    @Test
    void flatScoreStaysWhereItIs() {
        INDArray start = FeatureVisualisation.grey(DataType.DOUBLE, 0.5, 2, 2);
        FeatureImages result = new FeatureVisualisation(5, 0.1, 1, WIDE, 8)
                .run(SampleFunction.affine(new double[2], 1), start, Score.binary(), Progress.none());
        assertSameBits(result.images(), start);
        assertThat(result.pathLengths()).containsOnly(0);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5})
    void batchSizeChangesNothingAndStartStays(int batchSize) {
        SampleFunction sphere = SampleFunction.distanceToSphere(1);
        INDArray start = FeatureVisualisation.noise(DataType.DOUBLE, new ValueRange(-1, 1), 3, 5, 4);
        assertSameBits(start, FeatureVisualisation.noise(DataType.DOUBLE, new ValueRange(-1, 1), 3, 5, 4));
        INDArray before = start.dup('c');
        FeatureVisualisation settings = new FeatureVisualisation(6, 0.2, 0.9, new ValueRange(-1, 1), 3);
        FeatureImages expected = settings.run(sphere, start, Score.binary(), Progress.none());
        FeatureImages result = new FeatureVisualisation(6, 0.2, 0.9, new ValueRange(-1, 1), batchSize)
                .run(sphere, start.dup('f'), Score.binary(), Progress.none());
        assertSameBits(result.images(), expected.images());
        assertSameBits(start, before);
    }

    @Test
    void tellsHowFarItIsAndStopsWhenTold() {
        INDArray start = FeatureVisualisation.grey(DataType.DOUBLE, 0.5, 3, 2);
        FeatureVisualisation settings = new FeatureVisualisation(2, 0.1, 1, WIDE, 2);
        List<Long> done = new ArrayList<>();
        settings.run(UNIT, start, Score.binary(), (now, total) -> {
            assertThat(total).isEqualTo(6);
            done.add(now);
        });
        assertThat(done).containsExactly(2L, 4L, 5L, 6L);
        assertThatThrownBy(() -> settings.run(UNIT, start, Score.binary(), (now, total) -> {
                    throw new CancellationException("enough");
                }))
                .hasMessage("enough");
    }

    @Test
    void rejectsWhatMakesNoSense() {
        assertThatThrownBy(() -> new FeatureVisualisation(0, 1, 1, WIDE, 1))
                .hasMessage("FeatureVisualisation: steps must be >= 1, got 0");
        assertThatThrownBy(() -> new FeatureVisualisation(1, 0, 1, WIDE, 1))
                .hasMessage("FeatureVisualisation: stepLength must be > 0 and finite, got 0.0");
        assertThatThrownBy(() -> new FeatureVisualisation(1, 1, Double.NaN, WIDE, 1))
                .hasMessage("FeatureVisualisation: radius must be > 0, got NaN");
        INDArray start = FeatureVisualisation.grey(DataType.DOUBLE, 11, 1, 2);
        assertThatThrownBy(() ->
                        new FeatureVisualisation(1, 1, 1, WIDE, 1).run(UNIT, start, Score.binary(), Progress.none()))
                .hasMessageContaining("value 11.0 at [0, 0] is outside [-10.0, 10.0]");
        FeatureVisualisation settings = new FeatureVisualisation(1, 1, 1, WIDE, 1);
        INDArray broken = Tensors.of(DataType.DOUBLE, new double[] {Double.NaN, 0}, 1, 2);
        assertThatThrownBy(() -> settings.run(UNIT, broken, Score.binary(), Progress.none()))
                .hasMessage("input to explain: expected finite values, got NaN at [0, 0]");
        INDArray grey = FeatureVisualisation.grey(DataType.DOUBLE, 0, 1, 2);
        assertThatThrownBy(() -> settings.run(UNIT, grey, Score.logit(1), Progress.none()))
                .hasMessageContaining("1 is outside the 1 outputs");
        INDArray none = Tensors.zeros(DataType.DOUBLE, 0, 2);
        assertThatThrownBy(() -> settings.run(UNIT, none, Score.binary(), Progress.none()))
                .hasMessageContaining("expected at least one sample");
    }
}
