package io.github.otnn.core.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.otnn.core.ShapeMismatchException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

class DenseCopyTest {
    @ParameterizedTest
    @EnumSource(names = {"FLOAT", "DOUBLE"})
    void copiesViewsAtAnyOffsetAndNothingBesideThem(DataType type) {
        INDArray from = Tensors.of(type, new double[] {1, 2, 3, 4, 5, 6}, 6);
        INDArray into = Tensors.zeros(type, 6);
        DenseCopy.copy(Tensors.view(from, 1, 2, 2), Tensors.view(into, 2, 4));
        assertThat(Tensors.toDoubles(into)).containsExactly(0, 0, 2, 3, 4, 5);
        assertThat(Tensors.toDoubles(from)).containsExactly(1, 2, 3, 4, 5, 6);
    }

    @ParameterizedTest
    @EnumSource(names = {"FLOAT", "DOUBLE"})
    void aCopyHasMemoryOfItsOwn(DataType type) {
        INDArray from = Tensors.of(type, new double[] {1, 2, 3, 4}, 2, 2);
        INDArray copy = DenseCopy.of(from);
        Tensors.write(new double[] {9, 9, 9, 9}, from);
        assertThat(copy.shape()).containsExactly(2, 2);
        assertThat(copy.dataType()).isEqualTo(type);
        assertThat(Tensors.toDoubles(copy)).containsExactly(1, 2, 3, 4);
    }

    @ParameterizedTest
    @EnumSource(names = {"FLOAT", "DOUBLE"})
    void refusesOtherLengthsAndTypes(DataType type) {
        INDArray from = Tensors.zeros(type, 2, 3);
        assertThatThrownBy(() -> DenseCopy.copy(from, Tensors.zeros(type, 5)))
                .isInstanceOf(ShapeMismatchException.class)
                .hasMessageContaining("[5]")
                .hasMessageContaining("[2, 3]");
        DataType other = type == DataType.FLOAT ? DataType.DOUBLE : DataType.FLOAT;
        assertThatThrownBy(() -> DenseCopy.copy(from, Tensors.zeros(other, 6)))
                .hasMessageContaining(other.toString())
                .hasMessageContaining(type.toString());
    }
}
