package io.github.otnn.core.tensor;

import static io.github.otnn.core.testing.ArrayAssertions.assertSameBits;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.otnn.core.testing.FiniteDifferences;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

class RepeatedCallTest {
    private final RepeatedCall call = new RepeatedCall();

    @Test
    void followsNewValuesInTheSameArrays() {
        INDArray a = matrix(1, 3, 4);
        INDArray b = matrix(2, 4, 2);
        INDArray result = Tensors.zeros(DataType.FLOAT, 3, 2);
        for (int round = 0; round < 3; round++) {
            Products.multiply(call, a, b, result);
            assertSameBits(result, once(a, b));
            a.muli(-0.5);
        }
    }

    @Test
    void takesOtherArraysShapesAndArguments() {
        INDArray a = matrix(1, 3, 4);
        INDArray result = Tensors.zeros(DataType.FLOAT, 3, 3);
        for (int round = 0; round < 50; round++) {
            INDArray b = matrix(round, 3, 4);
            Products.product(call, a, false, b, true, round + 1, 0, result);
            INDArray expected = Tensors.zeros(DataType.FLOAT, 3, 3);
            Products.product(a, false, b, true, round + 1, 0, expected);
            assertSameBits(result, expected);
        }
        INDArray wide = matrix(5, 4, 6);
        INDArray other = Tensors.zeros(DataType.FLOAT, 3, 6);
        Products.multiply(call, a, wide, other);
        assertSameBits(other, once(a, wide));
    }

    @Test
    void changesFromOneOperationToAnother() {
        INDArray a = matrix(1, 3, 4);
        INDArray bias = Tensors.flat(matrix(2, 1, 4));
        INDArray sum = Tensors.zeros(DataType.FLOAT, 3, 4);
        Elementwise.addBias(call, a, bias, sum);
        INDArray product = Tensors.zeros(DataType.FLOAT, 3, 3);
        Products.product(call, a, false, sum, true, 1, 0, product);
        assertThat(sum.getDouble(2, 1)).isEqualTo(a.getFloat(2, 1) + bias.getFloat(1));
        INDArray expected = Tensors.zeros(DataType.FLOAT, 3, 3);
        Products.product(a, false, sum, true, 1, 0, expected);
        assertSameBits(product, expected);
    }

    @Test
    void survivesAFailure() {
        INDArray a = matrix(1, 3, 4);
        INDArray result = Tensors.zeros(DataType.FLOAT, 3, 2);
        assertThatThrownBy(() -> Products.multiply(call, a, matrix(2, 5, 2), result))
                .isInstanceOf(RuntimeException.class);
        INDArray b = matrix(3, 4, 2);
        Products.multiply(call, a, b, result);
        assertSameBits(result, once(a, b));
    }

    @Test
    void remembersTheViewOfTheSameArrayOnly() {
        RememberedView views = new RememberedView();
        INDArray a = matrix(1, 3, 4);
        INDArray view = views.as(a, 2, 6);
        assertThat(views.as(a, 2, 6)).isSameAs(view);
        assertThat(views.as(a, 6, 2).shape()).containsExactly(6, 2);
        assertThat(views.as(a, 3, 4)).isSameAs(a);
        INDArray other = matrix(1, 3, 4);
        INDArray ofOther = views.as(other, 2, 6);
        other.putScalar(0, 0, 9);
        assertThat(ofOther.getDouble(0, 0)).isEqualTo(9);
    }

    private static INDArray once(INDArray a, INDArray b) {
        INDArray result = Tensors.zeros(DataType.FLOAT, a.size(0), b.size(1));
        Products.multiply(a, b, result);
        return result;
    }

    private static INDArray matrix(long seed, long rows, long columns) {
        return FiniteDifferences.gaussian(DataType.FLOAT, seed, rows, columns);
    }
}
