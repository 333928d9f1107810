package io.github.otnn.core.linalg;

import static io.github.otnn.core.testing.ArrayAssertions.assertClose;
import static io.github.otnn.core.testing.ArrayAssertions.assertSameBits;
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
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

class CholeskyQrTest {
    static Stream<Golden> cases() {
        return Golden.read(CholeskyQrTest.class, "orthogonalization.json")
                .get("cases")
                .elements();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void isTheOrthonormalFactorBelowATriangle(Golden golden) {
        INDArray w = golden.get("w").array(DataType.DOUBLE);
        INDArray q = project(w);
        boolean wide = w.size(0) <= w.size(1);
        int side = Math.toIntExact(Math.min(w.size(0), w.size(1)));
        INDArray gram = wide ? q.mmul(q.transpose()) : q.transpose().mmul(q);
        assertClose(gram, identity(side), Tolerances.F64_REORDERED);
        // W = L Q, so W QT is lower triangular with a positive diagonal; tall matrices are transposed
        INDArray triangle = wide ? w.mmul(q.transpose()) : w.transpose().mmul(q);
        double[] upper = new double[side * side];
        for (int i = 0; i < side; i++) {
            assertThat(triangle.getDouble(i, i)).isPositive();
            for (int j = i + 1; j < side; j++) {
                upper[i * side + j] = triangle.getDouble(i, j);
            }
        }
        assertClose(upper, new double[side * side], Tolerances.F64_REORDERED);
    }

    @ParameterizedTest
    @CsvSource({"1,1", "1,4", "4,1", "3,5", "5,3", "4,4"})
    void gradientMatchesCentralDifferences(int rows, int columns) {
        INDArray w = FiniteDifferences.gaussian(DataType.DOUBLE, 5, rows, columns);
        INDArray cotangent = FiniteDifferences.gaussian(DataType.DOUBLE, 6, rows, columns);
        INDArray expected = FiniteDifferences.gradient(at -> FiniteDifferences.dot(project(at), cotangent), w);
        assertClose(pullback(w, cotangent), expected, Tolerances.F64_DIFFERENCE);
    }

    @Test
    void gradientThroughShiftedPassesMatchesCentralDifferences() {
        // one row of zeros: every pass is shifted, and the other rows still have a gradient
        INDArray w = FiniteDifferences.gaussian(DataType.DOUBLE, 5, 3, 5);
        w.getRow(1).assign(0);
        INDArray cotangent = FiniteDifferences.gaussian(DataType.DOUBLE, 6, 3, 5);
        cotangent.getRow(1).assign(0);
        INDArray expected = FiniteDifferences.gradient(
                at -> {
                    at.getRow(1).assign(0);
                    return FiniteDifferences.dot(project(at), cotangent);
                },
                w);
        INDArray gradient = pullback(w, cotangent);
        gradient.getRow(1).assign(0);
        assertClose(gradient, expected, Tolerances.F64_DIFFERENCE);
    }

    @Test
    void zeroRowsStayZeroAndTheOthersOrthonormal() {
        INDArray w = FiniteDifferences.gaussian(DataType.FLOAT, 5, 3, 5);
        w.getRow(1).assign(0);
        INDArray q = project(w);
        INDArray expected = identity(3);
        expected.putScalar(1, 1, 0);
        assertClose(q.mmul(q.transpose()), expected, 1e-5);
        INDArray zero = Tensors.zeros(DataType.FLOAT, 4, 6);
        assertClose(project(zero), zero, 0);
        assertClose(pullback(zero, zero.add(1)), zero, 0);
    }

    @Test
    void needsOnePassWhereTheConditionIsGood() {
        CholeskyQr qr = new CholeskyQr(DataType.FLOAT, 64, 576);
        qr.project(FiniteDifferences.gaussian(DataType.FLOAT, 9, 64, 576), Tensors.zeros(DataType.FLOAT, 64, 576));
        assertThat(qr.passes()).isEqualTo(1);
    }

    @Test
    void ignoresTheScaleUpToRounding() {
        INDArray w = FiniteDifferences.gaussian(DataType.FLOAT, 4, 6, 9);
        INDArray expected = project(w);
        for (int exponent : new int[] {-100, -20, 20, 100}) {
            assertClose(project(w.mul(Math.scalb(1f, exponent))), expected, Tolerances.BOUND_SLACK);
        }
    }

    @Test
    void repeatsBitForBitAndLeavesInputsUntouched() {
        INDArray w = FiniteDifferences.gaussian(DataType.FLOAT, 4, 9, 7);
        INDArray cotangent = FiniteDifferences.gaussian(DataType.FLOAT, 5, 9, 7);
        INDArray before = w.dup();
        INDArray cotangentBefore = cotangent.dup();
        CholeskyQr qr = new CholeskyQr(DataType.FLOAT, 9, 7);
        INDArray[] results = new INDArray[2];
        INDArray[] gradients = new INDArray[2];
        for (int i = 0; i < 2; i++) {
            results[i] = Tensors.zeros(DataType.FLOAT, 9, 7);
            gradients[i] = Tensors.zeros(DataType.FLOAT, 9, 7);
            qr.project(w, results[i]);
            qr.pullback(cotangent, gradients[i]);
        }
        assertSameBits(results[0], results[1]);
        assertSameBits(gradients[0], gradients[1]);
        assertSameBits(w, before);
        assertSameBits(cotangent, cotangentBefore);
    }

    @Test
    void rejectsNaNAndWrongShape() {
        INDArray w = Tensors.zeros(DataType.FLOAT, 3, 3);
        w.putScalar(1, 2, Float.NaN);
        assertThatThrownBy(() -> project(w))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("CholeskyQr [3, 3]: expected finite values, got NaN at [1, 2]");
        assertThatThrownBy(() -> new CholeskyQr(DataType.FLOAT, 3, 4).project(w, w))
                .isInstanceOf(ShapeMismatchException.class)
                .hasMessage("CholeskyQr: expected [3, 4], got [3, 3]");
    }

    private static INDArray identity(int side) {
        double[] values = new double[side * side];
        for (int i = 0; i < side; i++) {
            values[i * side + i] = 1;
        }
        return Tensors.of(DataType.DOUBLE, values, side, side);
    }

    private static INDArray project(INDArray w) {
        INDArray result = Tensors.zeros(w.dataType(), w.shape());
        new CholeskyQr(w.dataType(), w.size(0), w.size(1)).project(Tensors.dense(w), result);
        return result;
    }

    private static INDArray pullback(INDArray w, INDArray cotangent) {
        CholeskyQr qr = new CholeskyQr(w.dataType(), w.size(0), w.size(1));
        INDArray gradient = Tensors.zeros(w.dataType(), w.shape());
        qr.project(w, Tensors.zeros(w.dataType(), w.shape()));
        qr.pullback(cotangent, gradient);
        return gradient;
    }
}
