package io.github.otnn.core.linalg;

import static io.github.otnn.core.testing.ArrayAssertions.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.otnn.core.tensor.Tensors;
import io.github.otnn.core.testing.FiniteDifferences;
import io.github.otnn.core.testing.Golden;
import io.github.otnn.core.testing.Tolerances;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

class SchattenNormTest {
    static Stream<Golden> cases() {
        return Golden.read(SchattenNormTest.class, "orthogonalization.json")
                .get("cases")
                .elements();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void equalsTheSumOfPowersOfTheSingularValues(Golden golden) {
        INDArray w = golden.get("w").array(DataType.DOUBLE);
        double[] s = golden.get("singular_values").values();
        for (int squarings : new int[] {0, 1, 4, 10}) {
            double power = 4 * Math.pow(2, squarings);
            double sum = Arrays.stream(s).map(v -> Math.pow(v / s[0], power)).sum();
            assertThat(of(w, squarings))
                    .isCloseTo(s[0] * Math.pow(sum, 1 / power), within(s[0] * Tolerances.F64_REORDERED));
        }
    }

    @ParameterizedTest
    @CsvSource({"1,1,3", "1,5,2", "6,1,0", "3,5,0", "5,3,1", "4,4,10", "3,7,20"})
    void gradientMatchesCentralDifferences(int rows, int columns, int squarings) {
        for (double factor : new double[] {1, 1e-2, 30}) {
            INDArray w = FiniteDifferences.gaussian(DataType.DOUBLE, 3, rows, columns)
                    .muli(factor);
            SchattenNorm norm = new SchattenNorm(DataType.DOUBLE, rows, columns, squarings);
            norm.of(w);
            INDArray gradient = Tensors.zeros(DataType.DOUBLE, rows, columns);
            norm.gradient(gradient);
            assertClose(gradient, FiniteDifferences.gradient(at -> of(at, squarings), w), Tolerances.F64_DIFFERENCE);
        }
    }

    @Test
    void neverFallsBelowTheLargestSingularValueAndStaysCloseWithTenSquarings() {
        for (int side : new int[] {1, 2, 17, 64}) {
            // all singular values equal: the worst case
            INDArray w = Tensors.of(
                    DataType.FLOAT, OrthogonalMatrices.random(side, 64, new SplittableRandom(side)), side, 64);
            assertThat(of(w, 10)).isBetween(1 - Tolerances.BOUND_SLACK, Math.pow(side, 1.0 / 4096) + 1e-6);
            INDArray gaussian = FiniteDifferences.gaussian(DataType.FLOAT, side, side, 64);
            assertThat(of(gaussian, 10)).isGreaterThan(SpectralBound.ofMatrix(gaussian) * (1 - Tolerances.BOUND_SLACK));
        }
    }

    @Test
    void keepsToTheRangeOfFloat() {
        INDArray w = FiniteDifferences.gaussian(DataType.FLOAT, 4, 6, 9);
        double expected = of(w, 10);
        for (int exponent : new int[] {-100, -20, 20, 100}) {
            assertThat(of(w.mul(Math.scalb(1f, exponent)), 10) / Math.scalb(1.0, exponent))
                    .isCloseTo(expected, within(Tolerances.BOUND_SLACK * expected));
        }
        assertThat(of(Tensors.zeros(DataType.FLOAT, 3, 4), 10)).isZero();
    }

    @Test
    void rejectsNaNAndBadNumberOfSquarings() {
        INDArray w = Tensors.zeros(DataType.FLOAT, 3, 3);
        w.putScalar(1, 2, Float.NaN);
        assertThatThrownBy(() -> of(w, 3))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("NaN");
        assertThatThrownBy(() -> of(w, -1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("SchattenNorm: squarings must be in [0, 30], got -1");
    }

    private static double of(INDArray w, int squarings) {
        return new SchattenNorm(w.dataType(), w.size(0), w.size(1), squarings).of(Tensors.dense(w));
    }
}
