package io.github.otnn.core.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.otnn.core.Shape;
import io.github.otnn.core.ShapeMismatchException;
import io.github.otnn.core.testing.FiniteDifferences;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

class TensorsTest {
    @Test
    void readsTransposedAndStridedArraysInLogicalOrder() {
        INDArray array = Tensors.of(DataType.FLOAT, new double[] {1, 2, 3, 4, 5, 6}, 2, 3);
        assertThat(Tensors.toDoubles(array.transpose())).containsExactly(1, 4, 2, 5, 3, 6);
        assertThat(Tensors.toDoubles(array.dup('f'))).containsExactly(1, 2, 3, 4, 5, 6);
        assertThat(Tensors.toDoubles(array.getColumn(1))).containsExactly(2, 5);
        assertThat(Tensors.toFloats(array.castTo(DataType.DOUBLE).transpose())).containsExactly(1, 4, 2, 5, 3, 6);
        assertThat(Tensors.toDoubles(array.castTo(DataType.INT32))).containsExactly(1, 2, 3, 4, 5, 6);
    }

    @Test
    void viewsShareMemoryAtAnyOffset() {
        INDArray vector = Tensors.zeros(DataType.DOUBLE, 10);
        INDArray inner = Tensors.view(Tensors.view(vector, 2, 6), 1, 2, 2);
        Tensors.write(new double[] {1, 2, 3, 4}, inner);
        assertThat(Tensors.toDoubles(vector)).containsExactly(0, 0, 0, 1, 2, 3, 4, 0, 0, 0);
        assertThat(Tensors.toDoubles(inner)).containsExactly(1, 2, 3, 4);
    }

    @Test
    void rowsAreViewsAndGatheredRowsAreCopies() {
        for (DataType type : new DataType[] {DataType.FLOAT, DataType.DOUBLE}) {
            INDArray batch = Tensors.of(type, new double[] {1, 2, 3, 4, 5, 6}, 3, 2);
            INDArray gathered = Tensors.zeros(type, 2, 2);
            Tensors.gatherRows(batch, new int[] {2, 0}, gathered);
            assertThat(Tensors.toDoubles(gathered)).containsExactly(5, 6, 1, 2);
            Tensors.rows(batch, 1, 2).assign(0);
            assertThat(Tensors.toDoubles(batch)).containsExactly(1, 2, 0, 0, 5, 6);
        }
    }

    @Test
    void leadingColumnsAreAView() {
        INDArray matrices = Tensors.of(DataType.FLOAT, new double[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}, 2, 2, 3);
        INDArray leading = Tensors.leadingColumns(matrices, 2);
        assertThat(leading.shape()).containsExactly(2, 2, 2);
        assertThat(Tensors.toDoubles(leading)).containsExactly(1, 2, 4, 5, 7, 8, 10, 11);
        leading.permute(0, 2, 1).assign(Tensors.of(DataType.FLOAT, new double[] {1, 2, 3, 4, 5, 6, 7, 8}, 2, 2, 2));
        assertThat(Tensors.toDoubles(matrices)).containsExactly(1, 3, 3, 2, 4, 6, 5, 7, 9, 6, 8, 12);
        assertThat(Tensors.leadingColumns(matrices.reshape('c', 4, 3, 1), 1).shape())
                .containsExactly(4, 3, 1);
    }

    @Test
    void namesTheFirstValueThatIsNotFinite() {
        INDArray array = FiniteDifferences.gaussian(DataType.FLOAT, 1, 3, 4, 5);
        array.putScalar(new int[] {1, 3, 2}, Float.NEGATIVE_INFINITY);
        array.putScalar(new int[] {2, 0, 0}, Float.NaN);
        assertThatThrownBy(() -> Tensors.requireFinite("here", array))
                .hasMessage("here: expected finite values, got -Infinity at [1, 3, 2]");
    }

    @ParameterizedTest
    @EnumSource(
            value = DataType.class,
            names = {"FLOAT", "DOUBLE"})
    void aSingleValueThatIsNotFiniteIsFoundWhereverItIs(DataType type) {
        for (double broken : new double[] {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY}) {
            for (int place : new int[] {0, 1, 2047, 2048, 4999}) {
                INDArray array = FiniteDifferences.gaussian(type, 1, 5000);
                array.putScalar(3, type == DataType.FLOAT ? -Float.MAX_VALUE : -Double.MAX_VALUE);
                assertThat(Tensors.isFinite(array)).isTrue();
                array.putScalar(place, broken);
                assertThat(Tensors.isFinite(array)).isFalse();
                assertThat(Tensors.isFinite(Tensors.view(array, place, 1))).isFalse();
                assertThat(Tensors.isFinite(Tensors.view(array, 5, 100))).isTrue();
            }
        }
    }

    @Test
    void largeFiniteValuesWhoseSumOverflowsAreAccepted() {
        INDArray array = Tensors.of(DataType.FLOAT, new double[] {3e38, 3e38, 3e38}, 1, 3);
        Tensors.requireFinite("here", array);
    }

    @Test
    void rejectsBatchesThatAreEmptyOrOfAnotherShape() {
        Shape sample = Shape.of(2, 3);
        assertThatThrownBy(() ->
                        Tensors.requireBatch("net", Tensors.zeros(DataType.FLOAT, 4, 3, 2), sample, DataType.FLOAT))
                .isInstanceOf(ShapeMismatchException.class)
                .hasMessage("net: expected input [batch, 2, 3], got [4, 3, 2]");
        INDArray empty = Tensors.zeros(DataType.FLOAT, 1, 2, 3).castTo(DataType.FLOAT);
        assertThat(Tensors.requireBatch("net", empty, sample, DataType.FLOAT)).isSameAs(empty);
        assertThatThrownBy(() -> Tensors.zeros(DataType.INT32, 2))
                .hasMessage("array type: expected FLOAT or DOUBLE, got INT");
    }

    @Test
    void workingMemoryReusesGrowsAndServesSmallerBatches() {
        WorkingMemory memory = new WorkingMemory(DataType.FLOAT);
        INDArray small = memory.array("a", 2, 3);
        assertThat(memory.array("a", 2, 3)).isSameAs(small);
        INDArray large = memory.array("a", 4, 3).assign(7);
        assertThat(memory.length()).isEqualTo(12);
        assertThat(Tensors.toDoubles(memory.array("a", 1, 3))).containsExactly(7, 7, 7);
        assertThat(memory.array("a", 4, 3)).isSameAs(large);
        memory.array("b", 5);
        assertThat(memory.length()).isEqualTo(17);
        assertThat(Tensors.toDoubles(memory.ones(3))).containsExactly(1, 1, 1);
        assertThat(Tensors.toDoubles(memory.ones(5))).containsExactly(1, 1, 1, 1, 1);
    }

    @Test
    void shapesDescribeThemselves() {
        assertThat(Shape.of(28, 28, 1).describeBatch()).isEqualTo("[batch, 28, 28, 1]");
        assertThat(Shape.of(28, 28, 1).size(-1)).isEqualTo(1);
        assertThat(Shape.of(28, 28, 1).matchesBatch(new long[] {5, 28, 28, 1})).isTrue();
        assertThat(Shape.of(28, 28, 1).matchesBatch(new long[] {5, 28, 28})).isFalse();
        assertThatThrownBy(() -> Shape.of(3, 0)).hasMessage("Shape: expected positive axis sizes, got [3, 0]");
        assertThatThrownBy(Shape::of).hasMessage("Shape: expected at least one axis, got none");
    }
}
