package io.github.otnn.xai.transport;

import static io.github.otnn.core.testing.ArrayAssertions.assertSameBits;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.otnn.core.ShapeMismatchException;
import io.github.otnn.core.tensor.Tensors;
import io.github.otnn.core.testing.FiniteDifferences;
import io.github.otnn.core.testing.Golden;
import io.github.otnn.core.testing.Tolerances;
import io.github.otnn.xai.Score;
import io.github.otnn.xai.ScoredFunction;
import io.github.otnn.xai.testing.SampleFunction;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

class WassersteinTest {
    @Test
    void matchesGoldenDistances() {
        Golden.read(WassersteinTest.class, "transport.json")
                .get("equal_weights")
                .elements()
                .forEach(expected -> {
                    Wasserstein found = Wasserstein.between(
                            expected.get("x").array(DataType.DOUBLE),
                            expected.get("z").array(DataType.DOUBLE));
                    assertThat(found.distance()).isCloseTo(expected.get("w1").number(), within(Tolerances.F64_GOLDEN));
                    assertThat(found.plan().columnOfRow())
                            .containsExactly(expected.get("assignment").integers());
                });
    }

    @Test
    void translatedSampleIsItsTranslationAway() {
        INDArray x = FiniteDifferences.gaussian(DataType.DOUBLE, 21, 40, 2, 3, 1);
        assertThat(Wasserstein.between(x, x.add(0.5)).distance()).isCloseTo(0.5 * Math.sqrt(6), within(1e-12));
        assertThat(Wasserstein.between(x, x).distance()).isZero();
    }

    @Test
    void onALineItIsTheMeanDistanceOfTheSortedValues() {
        double[] x = new SplittableRandom(22).doubles(101).toArray();
        double[] z = new SplittableRandom(23).doubles(101, 1, 3).toArray();
        double found = Wasserstein.between(
                        Tensors.of(DataType.DOUBLE, x, 101, 1), Tensors.of(DataType.DOUBLE, z, 101, 1))
                .distance();
        Arrays.sort(x);
        Arrays.sort(z);
        double expected = 0;
        for (int i = 0; i < x.length; i++) {
            expected += Math.abs(x[i] - z[i]) / x.length;
        }
        assertThat(found).isCloseTo(expected, within(1e-12));
    }

    @Test
    void radialTransportIsRadialAndAttainedByTheDistanceToTheSphere() {
        int n = 64;
        double[] inner = new double[2 * n];
        double[] outer = new double[2 * n];
        for (int i = 0; i < n; i++) {
            inner[2 * i] = Math.cos(2 * Math.PI * i / n);
            inner[2 * i + 1] = Math.sin(2 * Math.PI * i / n);
            outer[2 * i] = 3 * inner[2 * i];
            outer[2 * i + 1] = 3 * inner[2 * i + 1];
        }
        INDArray x = Tensors.of(DataType.DOUBLE, outer, n, 2);
        INDArray z = Tensors.of(DataType.DOUBLE, inner, n, 2);
        Wasserstein found = Wasserstein.between(x, z);
        for (int i = 0; i < n; i++) {
            assertThat(found.plan().columnOfRow()[i]).isEqualTo(i);
        }
        ScoredFunction potential = new ScoredFunction(SampleFunction.distanceToSphere(2), Score.binary(), 10);
        assertThat(mean(potential, x) - mean(potential, z)).isCloseTo(found.distance(), within(1e-12));
        assertThat(found.distance()).isCloseTo(2, within(1e-12));
    }

    @Test
    void noOneLipschitzScoreSeparatesTheSamplesFurther() {
        SplittableRandom random = new SplittableRandom(24);
        for (int trial = 0; trial < 10; trial++) {
            INDArray x = FiniteDifferences.gaussian(DataType.DOUBLE, trial, 50, 3);
            INDArray z = FiniteDifferences.gaussian(DataType.DOUBLE, 100 + trial, 50, 3)
                    .addi(0.3);
            double angle = 2 * Math.PI * random.nextDouble();
            ScoredFunction score = new ScoredFunction(
                    SampleFunction.affine(new double[] {Math.cos(angle), 0, Math.sin(angle)}, 0), Score.binary(), 64);
            assertThat(Math.abs(mean(score, x) - mean(score, z)))
                    .isLessThanOrEqualTo(Wasserstein.between(x, z).distance());
        }
    }

    @Test
    void readsEveryLayoutAndLeavesItAlone() {
        INDArray x = FiniteDifferences.gaussian(DataType.DOUBLE, 25, 6, 4);
        INDArray z = FiniteDifferences.gaussian(DataType.DOUBLE, 26, 6, 4);
        INDArray fortran = x.dup('f');
        double expected = Wasserstein.between(x, z).distance();
        assertThat(Wasserstein.between(fortran, z).distance()).isEqualTo(expected);
        assertSameBits(fortran, x);
    }

    @Test
    void rejectsSamplesThatCannotBePaired() {
        INDArray x = FiniteDifferences.gaussian(DataType.DOUBLE, 27, 3, 2);
        assertThatThrownBy(() -> Wasserstein.between(x, FiniteDifferences.gaussian(DataType.DOUBLE, 28, 4, 2)))
                .isInstanceOf(ShapeMismatchException.class)
                .hasMessage("Wasserstein: z (both samples equally large): expected [3, 2], got [4, 2]");
        assertThatThrownBy(() -> Wasserstein.between(Tensors.zeros(DataType.DOUBLE, 3), x))
                .hasMessage("Wasserstein: x: expected [n, ...], got [3]");
        INDArray broken = x.dup('c');
        broken.putScalar(2, 1, Double.NaN);
        assertThatThrownBy(() -> Wasserstein.between(x, broken))
                .hasMessage("Wasserstein: z: expected finite values, got NaN at [2, 1]");
        assertThatThrownBy(() -> Wasserstein.between(Tensors.zeros(DataType.DOUBLE, 0, 2), x))
                .hasMessage("Wasserstein: expected at least one sample in x, got none");
    }

    private static double mean(ScoredFunction score, INDArray samples) {
        return Arrays.stream(score.values(samples).scores()).average().orElseThrow();
    }
}
