package io.github.otnn.xai.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.otnn.core.tensor.Tensors;
import io.github.otnn.core.testing.FiniteDifferences;
import io.github.otnn.xai.Progress;
import io.github.otnn.xai.testing.SampleFunction;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

class CertificateCheckTest {
    private static final SampleFunction UNIT = SampleFunction.affine(new double[] {0.6, 0, -0.8}, 0.25);
    private static final INDArray ROWS = FiniteDifferences.gaussian(DataType.DOUBLE, 3, 12, 3);
    private static final AttackSettings SETTINGS = AttackSettings.free(7).withBatchSize(5);
    private static final CertificateCheck CHECK = new CertificateCheck(
            List.of(new DeepFool(SETTINGS), new TransportRay(SETTINGS), new RandomDirections(50, 10, SETTINGS)));

    private final double[] f = AttackCases.values(UNIT, ROWS);
    private final int[] predicted = AttackCases.signs(f);
    private final double[] exact = Arrays.stream(f).map(Math::abs).toArray();

    @Test
    void exactCertificateIsTightAndNotViolated() {
        CertificateReport report = run(exact);
        assertThat(report.violations()).isEmpty();
        assertThat(report.tightness().orElseThrow().minimum()).isCloseTo(1, within(1e-6));
        assertThat(report.tightness().orElseThrow().maximum()).isLessThanOrEqualTo(1 + 1e-12);
        assertThat(report.bestAttacks()).containsOnly(1);
        assertThat(report.notFoundCount()).isZero();
        assertThat(report.excludedCount()).isZero();
    }

    @Test
    void wrongCertificateIsReportedForEverySample() {
        CertificateReport report = run(AttackCases.times(1.5, exact));
        assertThat(report.violations()).hasSize(12);
        assertThat(report.strictViolations()).hasSize(12);
        assertThat(report.tightness().orElseThrow().median()).isCloseTo(1.5, within(1e-6));
        assertThat(report.describe())
                .contains("violations (distance < radius - 1e-4 (1 + radius)): 12")
                .contains("sample 0: radius ")
                .contains(" by transport ray, 10 candidates")
                .contains("and 2 more");
    }

    @Test
    void aSingleWrongRadiusIsFoundWhateverItsSize() {
        double[] radii = AttackCases.times(1 - 1e-9, exact);
        radii[4] += 2e-4 * (1 + radii[4]);
        radii[6] += 0.5e-4 * (1 + radii[6]);
        CertificateReport report = run(radii);
        assertThat(report.violations()).containsExactly(4);
        assertThat(report.strictViolations()).containsExactly(4, 6);
    }

    @Test
    void samplesWithoutARadiusAreCountedAndLeftOut() {
        double[] radii = exact.clone();
        int[] labels = predicted.clone();
        labels[2] = -labels[2];
        radii[2] = 0;
        radii[5] = -0.3;
        CertificateReport report = CHECK.run(UNIT, ROWS, labels, radii, Progress.none());
        assertThat(report.excludedCount()).isEqualTo(2);
        assertThat(report.minimumDistances()[2]).isZero();
        assertThat(report.violations()).isEmpty();
        assertThat(report.tightness().orElseThrow().count()).isEqualTo(10);
    }

    @Test
    void aRadiusForAClassThatIsNotPredictedIsAViolation() {
        int[] labels = predicted.clone();
        labels[2] = -labels[2];
        CertificateReport report = CHECK.run(UNIT, ROWS, labels, exact, Progress.none());
        assertThat(report.violations()).containsExactly(2);
        assertThat(report.describe()).contains("distance 0.00000000");
    }

    @Test
    void ranksAttacksAndComparesTheirDirections() {
        CertificateReport report = run(exact);
        assertThat(report.ranking())
                .extracting(CertificateReport.Standing::name)
                .containsExactly("transport ray", "DeepFool", "random directions");
        CertificateReport.Standing first = report.ranking().get(0);
        assertThat(first.bestShare()).isOne();
        assertThat(first.meanShareOfBest()).isOne();
        assertThat(first.foundShare()).isOne();
        assertThat(first.gradientEvaluations()).isEqualTo(12);
        assertThat(report.cosines()[0][1]).isCloseTo(1, within(1e-6));
        assertThat(report.cosines()[2][2]).isCloseTo(1, within(1e-12));
        assertThat(report.cosines()[1][2])
                .isEqualTo(report.cosines()[2][1])
                .isGreaterThan(0)
                .isLessThan(0.999);
        assertThat(report.totalGradientEvaluations()).isEqualTo(36);
        assertThat(report.describe()).contains("transport ray").contains("mean cosine of the perturbations");
    }

    @Test
    void saysWhereNothingWasFound() {
        SampleFunction flat = SampleFunction.affine(new double[3], 1);
        int[] ones = new int[12];
        Arrays.fill(ones, 1);
        CertificateReport report = CHECK.run(flat, ROWS, ones, exact, Progress.none());
        assertThat(report.notFoundCount()).isEqualTo(12);
        assertThat(report.bestAttacks()).containsOnly(-1);
        assertThat(report.tightness()).isEmpty();
        assertThat(report.cosines()[0][0]).isNaN();
        assertThat(report.describe()).contains("nothing was found").contains("nothing found for 12");
    }

    @Test
    void countsProgressOverAllAttacks() {
        List<Long> done = new ArrayList<>();
        CHECK.run(UNIT, ROWS, predicted, exact, (now, total) -> {
            done.add(now);
            assertThat(total).isEqualTo(36);
        });
        assertThat(done).isSorted().endsWith(36L).contains(12L, 24L);
    }

    @Test
    void standardCheckHoldsOnTheSphere() {
        INDArray rows = Tensors.rows(ROWS, 0, 4);
        SampleFunction sphere = SampleFunction.distanceToSphere(1.2);
        double[] values = AttackCases.values(sphere, rows);
        double[] radii = Arrays.stream(values).map(Math::abs).toArray();
        CertificateReport report = CertificateCheck.standard(SETTINGS)
                .run(sphere, rows, AttackCases.signs(values), radii, Progress.none());
        assertThat(report.violations()).isEmpty();
        assertThat(report.tightness().orElseThrow().minimum()).isCloseTo(1, within(1e-6));
        assertThat(report.results()).hasSize(10);
    }

    @Test
    void rejectsWhatMakesNoSense() {
        assertThatThrownBy(() -> new CertificateCheck(List.of()))
                .hasMessage("CertificateCheck: expected at least one attack, got none");
        assertThatThrownBy(() -> run(new double[3]))
                .hasMessage("CertificateCheck: expected 12 radii, one for each class, got 3 radii");
        double[] broken = exact.clone();
        broken[7] = Double.NaN;
        assertThatThrownBy(() -> run(broken)).hasMessage("CertificateCheck: radius of sample 7 is NaN");
    }

    private CertificateReport run(double[] radii) {
        return CHECK.run(UNIT, ROWS, predicted, radii, Progress.none());
    }
}
