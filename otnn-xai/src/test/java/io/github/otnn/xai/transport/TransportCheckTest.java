package io.github.otnn.xai.transport;

import static io.github.otnn.core.testing.ArrayAssertions.assertSameBits;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.otnn.core.tensor.Tensors;
import io.github.otnn.core.testing.FiniteDifferences;
import io.github.otnn.core.testing.Golden;
import io.github.otnn.core.testing.Tolerances;
import io.github.otnn.xai.Progress;
import io.github.otnn.xai.Score;
import io.github.otnn.xai.attack.AttackSettings;
import io.github.otnn.xai.attack.DecoupledNorm;
import io.github.otnn.xai.testing.SampleFunction;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

class TransportCheckTest {
    private static final TransportCheck CHECK = new TransportCheck(TransportThresholds.plane(), null, 8);
    private static final INDArray INNER = onCircle(0.5);
    private static final INDArray OUTER = onCircle(2);

    @Test
    void potentialOfTwoCirclesMeetsEveryStatement() {
        TransportCheck check =
                new TransportCheck(TransportThresholds.plane(), new DecoupledNorm(50, 0.05, AttackSettings.free(1)), 8);
        TransportReport report =
                check.run(SampleFunction.distanceToSphere(1.25), Score.binary(), OUTER, INNER, Progress.none());
        assertThat(report.missed()).isEmpty();
        assertThat(report.statements()).hasSize(14);
        assertThat(report.sound()).isTrue();
        assertThat(report.difference()).isCloseTo(1.5, within(1e-12));
        assertThat(report.distance()).isCloseTo(1.5, within(1e-12));
        for (int i = 0; i < 20; i++) {
            assertThat(report.pairs().cosinesAtX()[i]).isCloseTo(1, within(1e-12));
            assertThat(report.pairs().cosinesAtY()[i]).isCloseTo(1, within(1e-12));
            assertThat(report.pairs().tightness()[i]).isCloseTo(1, within(1e-12));
            assertThat(report.pairs().rayResiduals()[i]).isLessThan(1e-7);
        }
        assertThat(report.slopeHistogram()[19] + report.slopeHistogram()[20]).isEqualTo(40);
        assertThat(report.describe())
                .contains("Proposition 1")
                .contains("Corollary 1")
                .doesNotContain("missed");
    }

    @Test
    void shallowScoreIsSoundAndMissesTheStatements() {
        SampleFunction half = SampleFunction.affine(new double[] {0.5, 0}, 0.1);
        TransportReport report = CHECK.run(half, Score.binary(), OUTER, INNER, Progress.none());
        assertThat(report.sound()).isTrue();
        assertThat(report.largestSlope()).isCloseTo(0.5, within(1e-15));
        assertThat(report.missed())
                .extracting(TransportReport.Statement::claim)
                .contains(
                        "median |grad f|",
                        "KR / W1",
                        "median |f(x - f grad f)| / |f|",
                        "median distance to f = 0 / |f|")
                .doesNotContain("the same for Newton's step");
        assertThat(report.slopes().boundaryResidual().median()).isCloseTo(0.75, within(1e-12));
        assertThat(report.describe()).contains("missed").doesNotContain("BUG");
    }

    @Test
    void scoreThatIsTooSteepIsABug() {
        SampleFunction steep = x -> {
            double norm = SampleFunction.norm(x);
            return new SampleFunction.Step(new double[] {1.01 * (norm - 1)}, c ->
                    new double[] {1.01 * c[0] * x[0] / norm, 1.01 * c[0] * x[1] / norm});
        };
        TransportReport report = CHECK.run(steep, Score.binary(), OUTER, INNER, Progress.none());
        assertThat(report.sound()).isFalse();
        assertThat(report.missed()).filteredOn(TransportReport.Statement::gate).hasSize(3);
        assertThat(report.transportRatio()).isCloseTo(1.01, within(1e-12));
        assertThat(report.describe()).contains("BUG");
    }

    @Test
    void steepPlaceBetweenTheSamplesIsFound() {
        // slope 1 at the samples, 3 half way
        SampleFunction step = x -> {
            double slope = Math.abs(x[0]) < 0.5 ? 3 : 1;
            return new SampleFunction.Step(new double[] {slope * x[0]}, c -> new double[] {slope * c[0]});
        };
        INDArray plus = Tensors.of(DataType.DOUBLE, new double[] {2, 3}, 2, 1);
        INDArray minus = Tensors.of(DataType.DOUBLE, new double[] {-2, -3}, 2, 1);
        TransportReport report = CHECK.run(step, Score.binary(), plus, minus, Progress.none());
        assertThat(report.slopes().slope().maximum()).isEqualTo(1);
        assertThat(report.largestSlope()).isEqualTo(3);
        assertThat(report.sound()).isFalse();
    }

    @Test
    void distanceIsThatOfTheGoldenPlan() {
        Golden golden = Golden.read(TransportCheckTest.class, "transport.json")
                .get("equal_weights")
                .elements()
                .findFirst()
                .orElseThrow();
        TransportReport report = CHECK.run(
                SampleFunction.affine(new double[] {1, 0}, 0),
                Score.binary(),
                golden.get("x").array(DataType.DOUBLE),
                golden.get("z").array(DataType.DOUBLE),
                Progress.none());
        assertThat(report.distance()).isCloseTo(golden.get("w1").number(), within(Tolerances.F64_GOLDEN));
        assertThat(report.transportRatio()).isLessThanOrEqualTo(1 + 1e-12);
    }

    @Test
    void flatScoreAndEqualSamplesAreMeasuredAsFarAsTheyGo() {
        SampleFunction flat = SampleFunction.affine(new double[2], 1);
        TransportReport report = CHECK.run(flat, Score.binary(), OUTER, INNER, Progress.none());
        assertThat(report.sound()).isTrue();
        assertThat(report.pairs().cosinesAtX()).containsOnly(0);
        assertThat(report.pairs().rayResiduals()).containsOnly(1);
        TransportReport same =
                CHECK.run(SampleFunction.distanceToSphere(1), Score.binary(), OUTER, OUTER, Progress.none());
        assertThat(same.pairs().distances()).isEmpty();
        assertThat(same.transportRatio()).isZero();
        assertThat(same.sound()).isTrue();
        assertThat(same.describe()).contains("not measured").doesNotContain("BUG");
    }

    @Test
    void cosineHasToBeatNoise() {
        TransportCheck images = new TransportCheck(TransportThresholds.images(), null, 8);
        TransportReport report =
                images.run(SampleFunction.distanceToSphere(1.25), Score.binary(), OUTER, INNER, Progress.none());
        assertThat(report.statements())
                .filteredOn(statement -> statement.claim().startsWith("mean cos"))
                .allSatisfy(statement -> assertThat(statement.limit()).isCloseTo(3 / Math.sqrt(40), within(1e-12)));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 20, 64})
    void batchSizeChangesNothing(int batchSize) {
        SampleFunction function = SampleFunction.distanceToSphere(1);
        INDArray cloud = FiniteDifferences.gaussian(DataType.DOUBLE, 9, 20, 2);
        TransportReport expected = CHECK.run(function, Score.binary(), cloud, INNER, Progress.none());
        TransportReport report = new TransportCheck(TransportThresholds.plane(), null, batchSize)
                .run(function, Score.binary(), cloud, INNER, Progress.none());
        assertThat(report.statements()).isEqualTo(expected.statements());
    }

    @Test
    void leavesInputsUntouchedAndStopsWhenTold() {
        INDArray before = OUTER.dup('c');
        List<Long> done = new ArrayList<>();
        CHECK.run(
                SampleFunction.distanceToSphere(1),
                Score.binary(),
                OUTER.dup('f'),
                INNER,
                (now, total) -> done.add(now));
        assertThat(done).containsExactly(1L, 2L, 3L, 4L, 5L);
        assertSameBits(OUTER, before);
        assertThatThrownBy(() ->
                        CHECK.run(SampleFunction.distanceToSphere(1), Score.binary(), OUTER, INNER, (now, total) -> {
                            throw new CancellationException("enough");
                        }))
                .hasMessage("enough");
    }

    @Test
    void rejectsSamplesOfDifferentNumber() {
        assertThatThrownBy(() -> CHECK.run(
                        SampleFunction.distanceToSphere(1),
                        Score.binary(),
                        OUTER,
                        Tensors.rows(INNER, 0, 3),
                        Progress.none()))
                .hasMessageStartingWith("Wasserstein: z (both samples equally large): expected [20, 2], got [3, 2]");
    }

    private static INDArray onCircle(double radius) {
        double[] values = new double[40];
        for (int i = 0; i < 20; i++) {
            values[2 * i] = radius * Math.cos(0.1 + i * Math.PI / 10);
            values[2 * i + 1] = radius * Math.sin(0.1 + i * Math.PI / 10);
        }
        return Tensors.of(DataType.DOUBLE, values, 20, 2);
    }
}
