package io.github.otnn.xai.attack;

import static io.github.otnn.core.testing.ArrayAssertions.assertSameBits;
import static io.github.otnn.xai.attack.AttackCases.CENTRES;
import static io.github.otnn.xai.attack.AttackCases.CLASSES;
import static io.github.otnn.xai.attack.AttackCases.NEAREST;
import static io.github.otnn.xai.attack.AttackCases.POINTS;
import static io.github.otnn.xai.attack.AttackCases.UNIT_WEIGHT;
import static io.github.otnn.xai.attack.AttackCases.logits;
import static io.github.otnn.xai.attack.AttackCases.run;
import static io.github.otnn.xai.attack.AttackCases.signs;
import static io.github.otnn.xai.attack.AttackCases.times;
import static io.github.otnn.xai.attack.AttackCases.values;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.otnn.core.tensor.Tensors;
import io.github.otnn.core.testing.FiniteDifferences;
import io.github.otnn.core.testing.Golden;
import io.github.otnn.xai.testing.ReferenceNetwork;
import io.github.otnn.xai.testing.SampleFunction;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** How near attacks come where the true distance is known. */
class AttackDistanceTest {
    @ParameterizedTest
    @EnumSource
    void comesCloseToTheBoundaryOfAnAffineFunctionAndNeverCloser(AttackKind kind) {
        SampleFunction function = SampleFunction.affine(times(3, UNIT_WEIGHT), 0.25);
        INDArray rows = FiniteDifferences.gaussian(DataType.DOUBLE, 3, 20, 4);
        double[] f = values(function, rows);
        AttackResult result = run(kind.free(), function, rows, signs(f));
        for (int i = 0; i < 20; i++) {
            double truth = Math.abs(f[i]) / 3;
            assertThat(result.distances()[i]).isBetween(truth * (1 - 1e-12), truth * kind.factor() + 1.1e-4);
            assertThat(result.predictions()[i]).isEqualTo(-signs(f)[i]);
            assertThat(result.margins()[i]).isLessThanOrEqualTo(0);
            assertThat(result.gradientEvaluations()[i] > 0).isEqualTo(kind.usesGradients());
        }
        assertThat(result.foundShare()).isOne();
    }

    @ParameterizedTest
    @EnumSource
    void comesCloseToASphereAndNeverCloser(AttackKind kind) {
        SampleFunction function = SampleFunction.distanceToSphere(1.5);
        INDArray rows = FiniteDifferences.gaussian(DataType.DOUBLE, 4, 15, 3);
        double[] f = values(function, rows);
        AttackResult result = run(kind.free(), function, rows, signs(f));
        for (int i = 0; i < 15; i++) {
            double truth = Math.abs(f[i]);
            assertThat(result.distances()[i]).isBetween(truth * (1 - 1e-12), truth * kind.factor() + 1.1e-4);
        }
    }

    @ParameterizedTest
    @EnumSource
    void comesCloseToTheNearestOfSeveralClassesAndNeverCloser(AttackKind kind) {
        AttackResult result = run(kind.free(), NEAREST, POINTS, CLASSES);
        for (int i = 0; i < 7; i++) {
            double truth = distanceOfTheCell(i);
            assertThat(result.distances()[i]).isGreaterThan(truth * (1 - 1e-12));
            if (kind != AttackKind.RANDOM_DIRECTIONS) {
                assertThat(result.distances()[i]).isLessThan(1.6 * truth + 1.1e-4);
            }
        }
        assertThat(result.foundShare()).isOne();
    }

    /** Distance to the nearest plane half way between the own centre and another. */
    private static double distanceOfTheCell(int sample) {
        double[] own = logits(NEAREST, POINTS)[sample];
        double nearest = Double.POSITIVE_INFINITY;
        for (int k = 0; k < 3; k++) {
            int y = CLASSES[sample];
            if (k != y) {
                double between = Vectors.distance(CENTRES[k], CENTRES[y]);
                nearest = Math.min(nearest, (own[k] * own[k] - own[y] * own[y]) / (2 * between));
            }
        }
        return nearest;
    }

    @ParameterizedTest
    @EnumSource(names = {"TRANSPORT", "DEEP_FOOL"})
    void neverEntersTheCertifiedBallOfANetwork(AttackKind kind) {
        Golden golden = Golden.read(AttackContractTest.class, "network.json");
        INDArray images = Tensors.rows(golden.get("inputs").array(DataType.DOUBLE), 0, 2);
        int[] labels = Arrays.copyOf(golden.get("predictions").integers(), 2);
        double[] gaps = golden.get("pairwise").get("gap").values();
        AttackResult result = run(kind.free(), ReferenceNetwork.of(golden), images, labels);
        for (int i = 0; i < 2; i++) {
            assertThat(result.distances()[i]).isGreaterThan(gaps[i] / 2);
        }
    }

    @ParameterizedTest
    @EnumSource
    void sampleThatIsDecidedOtherwiseIsItsOwnFinding(AttackKind kind) {
        SampleFunction function = SampleFunction.affine(UNIT_WEIGHT, 0);
        INDArray rows = Tensors.of(DataType.DOUBLE, new double[] {1, 0, 0, 0, -1, 0, 0, 0, 0, 0, 0, 0}, 3, 4);
        AttackResult result = run(kind.free(), function, rows, new int[] {0, -1, 1});
        assertThat(result.distances()[0]).isZero();
        assertThat(result.distances()[1]).isGreaterThan(0.47);
        assertThat(result.distances()[2]).isZero();
        assertThat(result.predictions()).containsExactly(1, 1, -1);
    }

    @ParameterizedTest
    @EnumSource
    void constantFunctionGivesNothingAndNoNaN(AttackKind kind) {
        for (AttackSettings settings : List.of(AttackSettings.free(1), AttackSettings.within(-2, 2, 1))) {
            SampleFunction flat = SampleFunction.affine(new double[3], 0.5);
            INDArray rows = Tensors.of(DataType.DOUBLE, new double[] {1, 2, 0, 0, 0, 0}, 2, 3);
            AttackResult result = run(kind.with(settings), flat, rows, new int[] {1, 1});
            assertThat(result.distances()).containsOnly(Double.POSITIVE_INFINITY);
            assertThat(result.predictions()).containsOnly(1);
            assertThat(result.margins()).containsOnly(0.5);
            assertSameBits(result.points(), rows);
            assertThat(result.foundShare()).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource
    void leavesPlateausInARandomDirection(AttackKind kind) {
        // 1 up to |x| = 1, then falling: the gradient at the sample is zero
        SampleFunction plateau = x -> {
            double norm = SampleFunction.norm(x);
            return new SampleFunction.Step(
                    new double[] {norm <= 1 ? 1 : 3 - 2 * norm},
                    c -> norm <= 1 ? new double[x.length] : times(-2 * c[0] / norm, x));
        };
        INDArray rows = Tensors.of(DataType.DOUBLE, new double[] {0.5, 0, 0, 0}, 2, 2);
        AttackResult result = run(kind.free(), plateau, rows, new int[] {1, 1});
        for (int i = 0; i < 2; i++) {
            assertThat(result.distances()[i]).isBetween(i == 0 ? 1 : 1.5, 3.0);
        }
    }

    @ParameterizedTest
    @EnumSource
    void rangeCanForbidEveryOtherDecision(AttackKind kind) {
        SampleFunction function = SampleFunction.affine(new double[] {1, 1}, 0.1);
        INDArray rows = Tensors.of(new float[] {0, 0, 0.5f, 1}, 2, 2);
        AttackResult result = run(kind.with(AttackSettings.within(0, 1, 1)), function, rows, new int[] {1, 1});
        assertThat(result.distances()).containsOnly(Double.POSITIVE_INFINITY);
        assertSameBits(result.points(), rows);
    }
}
