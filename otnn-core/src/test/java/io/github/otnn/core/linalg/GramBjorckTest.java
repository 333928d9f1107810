package io.github.otnn.core.linalg;

import static io.github.otnn.core.testing.ArrayAssertions.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.otnn.core.ShapeMismatchException;
import io.github.otnn.core.tensor.Tensors;
import io.github.otnn.core.testing.FiniteDifferences;
import io.github.otnn.core.testing.Golden;
import io.github.otnn.core.testing.Tolerances;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

class GramBjorckTest {
    /** The ill-conditioned case loses digits in the Gram matrix: a squared condition number of 1e6. */
    private static final double ILL_CONDITIONED = 1e-7;

    /** What the final step leaves of a residual of 1e-2. */
    private static final double ALMOST_ORTHOGONAL = 4e-5;

    static Stream<Golden> cases() {
        return Golden.read(GramBjorckTest.class, "orthogonalization.json")
                .get("cases")
                .elements();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void equalsOrdinaryIterationAfterAnyNumberOfSteps(Golden golden) {
        for (String steps : new String[] {"1", "3", "5", "15"}) {
            for (DataType type : new DataType[] {DataType.DOUBLE, DataType.FLOAT}) {
                INDArray x = golden.get("w_normalized").array(type);
                INDArray result = project(x, BjorckSettings.exactly(Integer.parseInt(steps)));
                assertClose(result, golden.get("bjorck").get(steps), Tolerances.golden(type));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void pullbackThroughFiveStepsMatchesGoldenValues(Golden golden) {
        INDArray x = golden.get("w_normalized").array(DataType.DOUBLE);
        INDArray gradient = pullback(x, golden.get("cotangent").array(DataType.DOUBLE), BjorckSettings.exactly(5));
        assertClose(gradient, golden.get("vjp_bjorck5"), Tolerances.F64_GOLDEN);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void convergedResultIsThePolarFactorAndItsPullbackThePolarPullback(Golden golden) {
        for (BjorckSettings.Steps steps : BjorckSettings.Steps.values()) {
            BjorckSettings tight = new BjorckSettings(100, 1e-12, true, true, steps);
            INDArray w = golden.get("w").array(DataType.DOUBLE);
            assertClose(project(w, tight), golden.get("polar"), ILL_CONDITIONED);
            INDArray gradient = pullback(w, golden.get("cotangent").array(DataType.DOUBLE), tight);
            assertClose(gradient, golden.get("vjp_polar_wrt_w"), ILL_CONDITIONED);
        }
    }

    @ParameterizedTest
    @CsvSource({"1,1", "1,7", "7,1", "3,5", "5,3", "6,6", "16,64", "65,12"})
    void singularValuesNeverExceedOne(int rows, int columns) {
        for (double factor : new double[] {1e-30, 1e-13, 1e-6, 0.3, 1, 10, 1e6, 1e12, 1e30}) {
            INDArray w = FiniteDifferences.gaussian(DataType.FLOAT, rows * 31L + columns, rows, columns);
            w.muli(factor);
            for (BjorckSettings.Steps steps : BjorckSettings.Steps.values()) {
                INDArray result = project(w, BjorckSettings.untilConverged().withSteps(steps));
                assertThat(SpectralBound.ofMatrix(result)).isBetween(1 - ALMOST_ORTHOGONAL, 1 + Tolerances.BOUND_SLACK);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"3,5", "5,3", "4,4"})
    void gradientMatchesCentralDifferences(int rows, int columns) {
        // far from converged too: the pullback is that of what was computed, not of the limit
        for (BjorckSettings settings : new BjorckSettings[] {
            BjorckSettings.untilConverged(),
            BjorckSettings.untilConverged().withSteps(BjorckSettings.Steps.QUINTIC),
            new BjorckSettings(2, 0, true, true),
            new BjorckSettings(3, 0, true, true, BjorckSettings.Steps.QUINTIC)
        }) {
            INDArray w = FiniteDifferences.gaussian(DataType.DOUBLE, 5, rows, columns)
                    .muli(1.7);
            INDArray cotangent = FiniteDifferences.gaussian(DataType.DOUBLE, 6, rows, columns);
            INDArray expected =
                    FiniteDifferences.gradient(at -> FiniteDifferences.dot(project(at, settings), cotangent), w);
            assertClose(pullback(w, cotangent, settings), expected, Tolerances.F64_DIFFERENCE);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = DataType.class,
            names = {"FLOAT", "DOUBLE"})
    void projectingTwiceChangesNothing(DataType type) {
        INDArray once = project(FiniteDifferences.gaussian(type, 3, 12, 40), BjorckSettings.untilConverged());
        INDArray twice = project(once, BjorckSettings.untilConverged());
        assertClose(twice, once, ALMOST_ORTHOGONAL);
    }

    @Test
    void survivesZeroRankOneAndDominantColumns() {
        INDArray zero = Tensors.zeros(DataType.FLOAT, 4, 6);
        assertClose(project(zero, BjorckSettings.untilConverged()), zero, 0);
        assertClose(pullback(zero, zero.add(1), BjorckSettings.untilConverged()), zero, 0);

        INDArray rankOne = FiniteDifferences.gaussian(DataType.FLOAT, 1, 4, 1)
                .mmul(FiniteDifferences.gaussian(DataType.FLOAT, 2, 1, 6));
        assertThat(SpectralBound.ofMatrix(project(rankOne, BjorckSettings.untilConverged())))
                .isBetween(1 - ALMOST_ORTHOGONAL, 1 + Tolerances.BOUND_SLACK);

        INDArray dominant = FiniteDifferences.gaussian(DataType.FLOAT, 3, 4, 6);
        dominant.getColumn(2).muli(1e4);
        assertThat(SpectralBound.ofMatrix(project(dominant, BjorckSettings.untilConverged())))
                .isBetween(1 - ALMOST_ORTHOGONAL, 1 + Tolerances.BOUND_SLACK);
    }

    @Test
    void convergesWithinFewIterationsOnGaussianMatrices() {
        GramBjorck bjorck = new GramBjorck(DataType.FLOAT, 64, 576, BjorckSettings.untilConverged());
        INDArray w = FiniteDifferences.gaussian(DataType.FLOAT, 9, 64, 576);
        bjorck.project(w, Tensors.zeros(DataType.FLOAT, 64, 576));
        assertThat(bjorck.iterations()).isLessThanOrEqualTo(5);
        assertThat(bjorck.residual()).isLessThanOrEqualTo(1e-2);
    }

    @Test
    void quinticRoundsTakeFewerStepsOnSquareMatrices() {
        INDArray w = FiniteDifferences.gaussian(DataType.FLOAT, 9, 128, 128);
        int[] iterations = new int[2];
        for (BjorckSettings.Steps steps : BjorckSettings.Steps.values()) {
            GramBjorck bjorck = new GramBjorck(
                    DataType.FLOAT, 128, 128, BjorckSettings.untilConverged().withSteps(steps));
            bjorck.project(w, Tensors.zeros(DataType.FLOAT, 128, 128));
            assertThat(bjorck.residual()).isLessThanOrEqualTo(1e-2);
            iterations[steps.ordinal()] = bjorck.iterations();
        }
        assertThat(iterations[1]).isLessThan(iterations[0] * 2 / 3);
    }

    @Test
    void iterationLimitIsHonoured() {
        INDArray w = FiniteDifferences.gaussian(DataType.FLOAT, 9, 32, 32);
        for (int limit : new int[] {0, 1, 3, 6, 11}) {
            for (BjorckSettings.Steps steps : BjorckSettings.Steps.values()) {
                GramBjorck bjorck =
                        new GramBjorck(DataType.FLOAT, 32, 32, new BjorckSettings(limit, 0, true, true, steps));
                bjorck.project(w, Tensors.zeros(DataType.FLOAT, 32, 32));
                assertThat(bjorck.iterations()).isEqualTo(limit);
            }
        }
    }

    @Test
    void quinticRoundMapsItsIntervalNextToOne() {
        for (int i = 20; i <= 1000; i++) {
            double s = i / 1000.0;
            for (StepPolynomial step : StepPolynomial.QUINTIC_ROUND) {
                s = s * (step.one() + s * s * (step.cube() + s * s * step.fifth()));
                // none of the four leaves the interval on which the next one is known
                assertThat(s).isBetween(0.0, 1.2);
            }
            assertThat(s).isBetween(0.98248, 0.99851);
        }
    }

    @Test
    void quinticStepsNeedRescaling() {
        assertThatThrownBy(() -> BjorckSettings.exactly(3).withSteps(BjorckSettings.Steps.QUINTIC))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("BjorckSettings: quintic steps need rescale, they diverge above a singular value of 1");
    }

    @Test
    void rejectsNaNAndWrongShape() {
        INDArray w = Tensors.zeros(DataType.FLOAT, 3, 3);
        w.putScalar(1, 2, Float.NaN);
        assertThatThrownBy(() -> project(w, BjorckSettings.untilConverged()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("GramBjorck [3, 3]: expected finite values, got NaN at [1, 2]");
        GramBjorck bjorck = new GramBjorck(DataType.FLOAT, 3, 4, BjorckSettings.untilConverged());
        assertThatThrownBy(() -> bjorck.project(w, w))
                .isInstanceOf(ShapeMismatchException.class)
                .hasMessage("GramBjorck: expected [3, 4], got [3, 3]");
    }

    @Test
    void leavesInputsUntouched() {
        INDArray w = FiniteDifferences.gaussian(DataType.FLOAT, 1, 5, 9);
        INDArray before = w.dup();
        pullback(w, FiniteDifferences.gaussian(DataType.FLOAT, 2, 5, 9), BjorckSettings.untilConverged());
        assertClose(w, before, 0);
    }

    @ParameterizedTest
    @CsvSource({"4,9", "9,4", "5,5"})
    void tangentPullbackEqualsTheIterationsAtAnOrthogonalMatrix(int rows, int columns) {
        INDArray z = Tensors.of(
                DataType.DOUBLE,
                OrthogonalMatrices.random(rows, columns, new java.util.SplittableRandom(1)),
                rows,
                columns);
        INDArray cotangent = FiniteDifferences.gaussian(DataType.DOUBLE, 4, rows, columns);
        INDArray gradient = Tensors.zeros(DataType.DOUBLE, rows, columns);
        new StiefelTangent(DataType.DOUBLE, rows, columns).pullback(z, cotangent, gradient);
        assertClose(
                gradient, pullback(z, cotangent, new BjorckSettings(100, 1e-12, true, true)), Tolerances.F64_REORDERED);
    }

    private static INDArray project(INDArray w, BjorckSettings settings) {
        INDArray result = Tensors.zeros(w.dataType(), w.shape());
        new GramBjorck(w.dataType(), w.size(0), w.size(1), settings).project(Tensors.dense(w), result);
        return result;
    }

    private static INDArray pullback(INDArray w, INDArray cotangent, BjorckSettings settings) {
        GramBjorck bjorck = new GramBjorck(w.dataType(), w.size(0), w.size(1), settings);
        INDArray gradient = Tensors.zeros(w.dataType(), w.shape());
        bjorck.project(w, Tensors.zeros(w.dataType(), w.shape()));
        bjorck.pullback(w, cotangent, gradient);
        return gradient;
    }
}
