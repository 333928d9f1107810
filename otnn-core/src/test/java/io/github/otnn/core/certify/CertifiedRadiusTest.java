package io.github.otnn.core.certify;

import static io.github.otnn.core.testing.ArrayAssertions.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.otnn.core.network.ErrorGrowth;
import io.github.otnn.core.network.Rounding;
import io.github.otnn.core.testing.Golden;
import io.github.otnn.core.testing.Tolerances;
import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CertifiedRadiusTest {
    private static final Golden GOLDEN = Golden.read(CertifiedRadiusTest.class, "certificates.json");

    static Stream<Golden> binary() {
        return GOLDEN.get("binary").elements();
    }

    static Stream<Golden> multiclass() {
        return GOLDEN.get("multiclass").elements();
    }

    @ParameterizedTest
    @MethodSource("binary")
    void binaryRadiiAndSummariesMatchGoldenValues(Golden golden) {
        double[] f = golden.get("f").values();
        int[] labels = golden.get("labels").integers();
        double lipschitz = golden.get("lipschitz").number();
        double[] radii = IntStream.range(0, f.length)
                .mapToDouble(i -> CertifiedRadius.binary(f[i], labels[i], lipschitz))
                .toArray();
        assertClose(radii, golden.get("radii").values(), Tolerances.F64_GOLDEN);
        Certificates certificates = new Certificates(signs(f), labels, radii, radii, new double[f.length]);
        assertThat(certificates.accuracy()).isEqualTo(golden.get("accuracy").number());
        assertThat(certificates.meanRadius())
                .isCloseTo(golden.get("mean_radius_positive_part").number(), within(Tolerances.F64_GOLDEN));
        assertThat(certificates.meanSignedRadius())
                .isCloseTo(golden.get("mean_radius").number(), within(Tolerances.F64_GOLDEN));
        assertClose(
                Arrays.stream(GOLDEN.get("epsilons").values())
                        .map(certificates::certifiedAccuracy)
                        .toArray(),
                golden.get("certified_accuracy").values(),
                Tolerances.F64_GOLDEN);
    }

    @ParameterizedTest
    @MethodSource("multiclass")
    void multiclassRadiiMatchGoldenValues(Golden golden) {
        int[] labels = golden.get("labels").integers();
        int classes = (int) golden.get("logits").shape()[1];
        double[] logits = golden.get("logits").values();
        double lipschitz = golden.get("lipschitz").number();
        double[][] distances = distances(golden.get("last_weight"));
        Golden radii = golden.get("radii");
        for (String form : new String[] {"joint", "disjoint", "pairwise"}) {
            if (!radii.has(form)) {
                continue;
            }
            double[] computed = new double[labels.length];
            for (int i = 0; i < labels.length; i++) {
                double[] row = Arrays.copyOfRange(logits, i * classes, (i + 1) * classes);
                computed[i] = switch (form) {
                    case "joint" -> CertifiedRadius.joint(row, labels[i], lipschitz);
                    case "disjoint" -> CertifiedRadius.disjoint(row, labels[i], lipschitz);
                    default -> CertifiedRadius.pairwise(row, labels[i], distances, lipschitz);
                };
            }
            assertClose(computed, radii.get(form).values(), Tolerances.F64_GOLDEN);
        }
    }

    @Test
    void handValuesOfTheFourForms() {
        double[] logits = {0.5, 0, -0.2};
        assertThat(CertifiedRadius.binary(0.25, 1, 1)).isEqualTo(0.25);
        assertThat(CertifiedRadius.disjoint(logits, 0, 1)).isCloseTo(0.25, within(1e-15));
        assertThat(CertifiedRadius.joint(logits, 0, 2)).isCloseTo(0.25 / Math.sqrt(2), within(1e-15));
        double[][] distances = {{0, 1, 2}, {1, 0, 1}, {2, 1, 0}};
        // 0.5 / 1 against 0.7 / 2
        assertThat(CertifiedRadius.pairwise(logits, 0, distances, 1)).isCloseTo(0.35, within(1e-15));
    }

    @Test
    void equalColumnsNeverFlip() {
        double[][] distances = {{0, 0}, {0, 0}};
        assertThat(CertifiedRadius.pairwise(new double[] {1, 0}, 0, distances, 1))
                .isInfinite();
        assertThat(CertifiedRadius.pairwise(new double[] {1, 0}, 1, distances, 1))
                .isEqualTo(Double.NEGATIVE_INFINITY);
    }

    @Test
    void allowanceIsTakenTwiceAndGrowsWithTheDistance() {
        ErrorGrowth map = new ErrorGrowth(2, new Rounding(0.1, 0.05, 7));
        // at x and at distance r the error is at most 0.15 and 0.15 + 0.1 r: 1 - 0.3 = (2 + 0.1) r
        assertThat(CertifiedRadius.computed(1, 1, map)).isBetween(1.0 / 3 - 1e-15, 1.0 / 3);
        assertThat(CertifiedRadius.computed(-1, 1, map)).isBetween(-1.0 / 3, -1.0 / 3 + 1e-15);
        assertThat(CertifiedRadius.computed(0.3, 1, map)).isZero();
        assertThat(CertifiedRadius.computed(-0.3, 1, map)).isZero();
        assertThat(CertifiedRadius.computed(0, 0, new ErrorGrowth(0, Rounding.none())))
                .isZero();
        assertThat(CertifiedRadius.computed(1, 0, new ErrorGrowth(1, Rounding.unknown())))
                .isZero();
    }

    @ParameterizedTest
    @MethodSource("binary")
    void withoutRoundingTheComputedRadiusIsTheGoldenOneRoundedDown(Golden golden) {
        double[] f = golden.get("f").values();
        int[] labels = golden.get("labels").integers();
        ErrorGrowth map = new ErrorGrowth(golden.get("lipschitz").number(), Rounding.none());
        double[] radii = IntStream.range(0, f.length)
                .mapToDouble(i -> CertifiedRadius.computed(labels[i] * f[i], 1, map))
                .toArray();
        double[] exact = golden.get("radii").values();
        assertClose(radii, exact, Tolerances.F64_GOLDEN);
        for (int i = 0; i < radii.length; i++) {
            assertThat(Math.abs(radii[i])).isLessThanOrEqualTo(Math.abs(exact[i]));
        }
    }

    @Test
    void rejectsMissingBoundsAndForeignLabels() {
        assertThatThrownBy(() -> CertifiedRadius.binary(1, 1, Double.POSITIVE_INFINITY))
                .hasMessage("certified radius: expected a finite Lipschitz bound > 0, got Infinity");
        assertThatThrownBy(() -> CertifiedRadius.disjoint(new double[] {1, 2}, 2, 1))
                .hasMessage("label 2 is outside the 2 classes 0..1");
        assertThatThrownBy(() -> CertifiedRadius.joint(new double[] {1}, 0, 1))
                .hasMessageContaining("use the binary radius");
        assertThatThrownBy(() -> CertifiedRadius.binary(1, 0, 1))
                .hasMessage("binary radius: sign must be 1 or -1, got 0");
    }

    private static int[] signs(double[] scores) {
        return Arrays.stream(scores).mapToInt(f -> f > 0 ? 1 : -1).toArray();
    }

    private static double[][] distances(Golden lastWeight) {
        int classes = (int) lastWeight.shape()[1];
        double[] w = lastWeight.values();
        double[][] distances = new double[classes][classes];
        for (int k = 0; k < classes; k++) {
            for (int l = 0; l < classes; l++) {
                double squares = 0;
                for (int i = 0; i < w.length / classes; i++) {
                    squares += Math.pow(w[i * classes + k] - w[i * classes + l], 2);
                }
                distances[k][l] = Math.sqrt(squares);
            }
        }
        return distances;
    }
}
