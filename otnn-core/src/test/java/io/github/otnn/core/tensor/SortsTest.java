package io.github.otnn.core.tensor;

import static io.github.otnn.core.testing.ArrayAssertions.assertSameBits;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.otnn.core.testing.FiniteDifferences;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

class SortsTest {
    @ParameterizedTest
    @EnumSource(
            value = DataType.class,
            names = {"FLOAT", "DOUBLE"})
    void pairsAreSortedAndTheCotangentFollows(DataType type) {
        // longer than one block, with a last block that is not full
        INDArray x = FiniteDifferences.gaussian(type, 1, 3, 4098);
        INDArray y = Tensors.zeros(type, 3, 4098);
        PairSort.forward(x, y);
        double[] in = Tensors.toDoubles(x);
        double[] out = Tensors.toDoubles(y);
        double[] back = new double[in.length];
        double[] cotangent = Tensors.toDoubles(FiniteDifferences.gaussian(type, 2, 3, 4098));
        for (int i = 0; i < in.length; i += 2) {
            assertThat(out[i]).isEqualTo(Math.min(in[i], in[i + 1]));
            assertThat(out[i + 1]).isEqualTo(Math.max(in[i], in[i + 1]));
            back[i] = in[i] > in[i + 1] ? cotangent[i + 1] : cotangent[i];
            back[i + 1] = in[i] > in[i + 1] ? cotangent[i] : cotangent[i + 1];
        }
        INDArray dx = Tensors.zeros(type, 3, 4098);
        PairSort.backward(x, Tensors.of(type, cotangent, 3, 4098), dx);
        assertThat(Tensors.toDoubles(dx)).isEqualTo(back);
        INDArray again = Tensors.zeros(type, 3, 4098);
        PairSort.forward(y, again);
        assertSameBits(again, y);
    }

    @ParameterizedTest
    @EnumSource(
            value = DataType.class,
            names = {"FLOAT", "DOUBLE"})
    void extremesAndTiesKeepTheirPlaces(DataType type) {
        double[] values = {0, -0.0, 1, 1, 3e38, -3e38, -1, -2};
        INDArray x = Tensors.of(type, values, 1, 8);
        INDArray y = Tensors.zeros(type, 1, 8);
        PairSort.forward(x, y);
        double large = type == DataType.FLOAT ? 3e38f : 3e38;
        double[] sorted = Tensors.toDoubles(y);
        assertThat(Arrays.stream(sorted).toArray()).containsExactly(-0.0, 0.0, 1, 1, -large, large, -2, -1);
        INDArray dx = Tensors.zeros(type, 1, 8);
        PairSort.backward(x, Tensors.of(type, new double[] {1, 2, 3, 4, 5, 6, 7, 8}, 1, 8), dx);
        assertThat(Tensors.toDoubles(dx)).containsExactly(2, 1, 3, 4, 6, 5, 8, 7);
    }

    @ParameterizedTest
    @EnumSource(
            value = DataType.class,
            names = {"FLOAT", "DOUBLE"})
    void rowsAreSortedStablyAndTheCotangentFollows(DataType type) {
        for (int length : new int[] {7, 20, 60}) {
            assertStable(type, length);
        }
    }

    private static void assertStable(DataType type, int length) {
        INDArray x = FiniteDifferences.gaussian(type, 3, 5, length);
        x.putScalar(0, 0, 0.5);
        x.putScalar(0, 4, 0.5);
        x.putScalar(1, 2, 0.0);
        x.putScalar(1, 3, -0.0);
        INDArray y = Tensors.zeros(type, 5, length);
        INDArray order = Tensors.zeros(type, 5, length);
        RowSort.forward(x, y, order);
        double[] in = Tensors.toDoubles(x);
        double[] out = Tensors.toDoubles(y);
        double[] columns = Tensors.toDoubles(order);
        for (int row = 0; row < 5; row++) {
            double[] sorted = Arrays.stream(in, row * length, row * length + length)
                    .sorted()
                    .toArray();
            for (int j = 0; j < length; j++) {
                assertThat(out[row * length + j]).isEqualTo(sorted[j]);
                assertThat(in[row * length + (int) columns[row * length + j]]).isEqualTo(out[row * length + j]);
                if (j > 0 && Double.compare(sorted[j], sorted[j - 1]) == 0) {
                    assertThat(columns[row * length + j]).isGreaterThan(columns[row * length + j - 1]);
                }
            }
        }
        INDArray dx = Tensors.zeros(type, 5, length);
        RowSort.backward(order, y, dx);
        assertSameBits(dx, x);
    }

    @ParameterizedTest
    @EnumSource(
            value = DataType.class,
            names = {"FLOAT", "DOUBLE"})
    void rowsOfEveryLengthAreSortedAcrossBlocks(DataType type) {
        for (int length : new int[] {1, 3, 4, 60, 5000}) {
            int rows = 9001 / length + 1;
            INDArray x = FiniteDifferences.gaussian(type, length, rows, length);
            INDArray y = Tensors.zeros(type, rows, length);
            INDArray order = Tensors.zeros(type, rows, length);
            RowSort.forward(x, y, order);
            double[] expected = Tensors.toDoubles(x);
            for (int row = 0; row < rows; row++) {
                Arrays.sort(expected, row * length, (row + 1) * length);
            }
            assertThat(Tensors.toDoubles(y)).isEqualTo(expected);
            INDArray dx = Tensors.zeros(type, rows, length);
            RowSort.backward(order, y, dx);
            assertSameBits(dx, x);
        }
    }
}
