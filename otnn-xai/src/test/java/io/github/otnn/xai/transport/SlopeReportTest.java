package io.github.otnn.xai.transport;

import static io.github.otnn.core.testing.ArrayAssertions.assertClose;
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

class SlopeReportTest {
    private static final Golden GOLDEN = Golden.read(SlopeReportTest.class, "network.json");

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 5})
    void matchesGoldenSlopesAndResiduals(int batchSize) {
        INDArray images = GOLDEN.get("inputs").array(DataType.DOUBLE);
        SlopeReport report = SlopeReport.of(ReferenceNetwork.of(GOLDEN), images, Score.logit(0), batchSize);
        double[] f = GOLDEN.get("binary").get("f").values();
        double[] moved = GOLDEN.get("counterfactuals").get("plain").get("f").values();
        double[] residuals = new double[5];
        Arrays.setAll(residuals, i -> Math.abs(moved[i] / f[i]));
        assertClose(report.scores(), f, Tolerances.F64_GOLDEN);
        assertClose(
                report.gradientNorms(),
                GOLDEN.get("binary").get("gradient_norm").values(),
                Tolerances.F64_GOLDEN);
        assertClose(report.boundaryResiduals(), residuals, Tolerances.F64_GOLDEN);
        assertThat(report.slope().maximum()).isLessThanOrEqualTo(1 + Tolerances.BOUND_SLACK);
    }

    @Test
    void residualOfAnAffineFunctionIsOneMinusItsSquaredSlope() {
        INDArray rows = FiniteDifferences.gaussian(DataType.DOUBLE, 31, 9, 2);
        SlopeReport report =
                SlopeReport.of(SampleFunction.affine(new double[] {0.48, 0.64}, 1), rows, Score.binary(), 4);
        assertThat(report.slope().median()).isCloseTo(0.8, within(1e-15));
        assertThat(report.boundaryResidual().median()).isCloseTo(0.36, within(1e-13));
        assertThat(report.shareOfSlopesWithin(0.95, 1.001)).isZero();
        assertThat(report.shareOfSlopesWithin(0.79, 0.81)).isOne();
    }

    @Test
    void residualIsZeroWhereTheSlopeIsOne() {
        INDArray cloud = FiniteDifferences.gaussian(DataType.DOUBLE, 32, 50, 2);
        SlopeReport report = SlopeReport.of(SampleFunction.distanceToSphere(1), cloud, Score.binary(), 16);
        assertThat(report.boundaryResidual().maximum()).isLessThan(1e-12);
        assertThat(report.slope().minimum()).isCloseTo(1, within(1e-14));
    }

    @Test
    void sampleOnTheBoundaryHasNoResidual() {
        INDArray rows = Tensors.of(DataType.DOUBLE, new double[] {0, 2}, 2, 1);
        SlopeReport report = SlopeReport.of(SampleFunction.affine(new double[] {0.5}, 0), rows, Score.binary(), 2);
        assertThat(report.boundaryResiduals()).containsExactly(0, 0.75);
    }

    @Test
    void saysInTextWhatItMeasured() {
        INDArray rows = Tensors.of(DataType.DOUBLE, new double[] {1, 2}, 2, 1);
        SlopeReport report = SlopeReport.of(SampleFunction.affine(new double[] {0.5}, 0), rows, Score.binary(), 2);
        assertThat(report.describe())
                .contains("slope |grad f|: median 0.5000")
                .contains("boundary residual |f(x - f grad f)|/|f|: median 0.7500");
    }

    @Test
    void rejectsEmptyData() {
        assertThatThrownBy(() -> SlopeReport.of(
                        SampleFunction.affine(new double[] {1}, 0),
                        Tensors.zeros(DataType.DOUBLE, 0, 1),
                        Score.binary(),
                        2))
                .hasMessage("input to explain: expected at least one sample, got an empty array");
    }
}
