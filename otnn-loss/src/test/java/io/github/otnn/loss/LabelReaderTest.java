package io.github.otnn.loss;

import static io.github.otnn.loss.Arrays2D.column;
import static io.github.otnn.loss.Arrays2D.rows;
import static io.github.otnn.loss.Arrays2D.vector;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.otnn.core.ShapeMismatchException;
import io.github.otnn.core.tensor.Tensors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

class LabelReaderTest {
    private static int[] classes(INDArray labels) {
        return LabelReader.classes("loss", labels, 3, 4);
    }

    private static int[] signs(INDArray labels, int outputs) {
        return LabelReader.signs("loss", labels, 3, outputs);
    }

    @Test
    void readsClassIndicesAndOneHotRows() {
        assertThat(classes(vector(0, 3, 1))).containsExactly(0, 3, 1);
        assertThat(classes(column(0, 3, 1))).containsExactly(0, 3, 1);
        assertThat(classes(Arrays2D.oneHot(new double[] {0, 3, 1}, 4))).containsExactly(0, 3, 1);
        assertThat(classes(vector(0, 3, 1).castTo(DataType.INT32))).containsExactly(0, 3, 1);
    }

    @Test
    void readsSignsWhereZeroIsNegative() {
        assertThat(signs(vector(1, 0, -1), 1)).containsExactly(1, -1, -1);
        assertThat(signs(column(1, 0, -1), 1)).containsExactly(1, -1, -1);
        assertThat(signs(Arrays2D.oneHot(new double[] {1, 0, 0}, 2), 1)).containsExactly(1, -1, -1);
    }

    @Test
    void readsRowsOfIndependentSigns() {
        INDArray labels = rows(new double[] {1, 0}, new double[] {1, 1}, new double[] {-1, 0});

        assertThat(signs(labels, 2)).containsExactly(1, -1, 1, 1, -1, -1);
    }

    @ParameterizedTest
    @CsvSource({"4,4", "-1,-1", "1.5,1.5", "NaN,NaN", "Infinity,Infinity", "-Infinity,-Infinity", "1e300,1.0E300"})
    void rejectsIndexOutsideTheClassesWithRowAndValue(double label, String text) {
        assertThatThrownBy(() -> classes(vector(0, 1, label)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("loss: label " + text + " at row 2 is outside the 4 classes 0..3");
    }

    @Test
    void rejectsOneHotRowsThatAreNot() {
        double[] good = {0, 1, 0, 0};
        INDArray none = rows(good, new double[4], good);
        INDArray two = rows(good, good, new double[] {1, 0, 0, 1});
        INDArray soft = rows(good, good, new double[] {.1, .9, 0, 0});
        INDArray lost = rows(good, new double[] {0, 1, Double.NaN, 0}, good);

        assertThatThrownBy(() -> classes(none)).hasMessage("loss: label row 1 has 0 ones, expected exactly one");
        assertThatThrownBy(() -> classes(two)).hasMessage("loss: label row 2 has 2 ones, expected exactly one");
        assertThatThrownBy(() -> classes(soft))
                .hasMessage("loss: label 0.1 at row 2, column 0 is neither 0 nor 1, as a one-hot row has it");
        assertThatThrownBy(() -> classes(lost)).hasMessageContaining("label NaN at row 1, column 2");
    }

    @Test
    void rejectsSignsThatAreNot() {
        assertThatThrownBy(() -> signs(vector(1, .5, 0), 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("loss: label 0.5 at row 1 is not a sign; expected 1 or -1 (or 0)");
        assertThatThrownBy(() -> signs(vector(1, 0, Double.NaN), 1)).hasMessageContaining("label NaN at row 2");
        INDArray labels = rows(new double[] {1, 0}, new double[] {1, 2}, new double[] {-1, 0});
        assertThatThrownBy(() -> signs(labels, 2))
                .hasMessage("loss: label 2 at row 1, column 1 is not a sign; expected 1 or -1 (or 0)");
    }

    @Test
    void rejectsOtherShapes() {
        assertThatThrownBy(() -> classes(Tensors.zeros(DataType.DOUBLE, 3, 5)))
                .isInstanceOf(ShapeMismatchException.class)
                .hasMessage("loss: expected labels [3] or [3, 1] of class indices, or [3, 4] one-hot, got [3, 5]");
        assertThatThrownBy(() -> classes(Tensors.zeros(DataType.DOUBLE, 1, 3)))
                .isInstanceOf(ShapeMismatchException.class);
        assertThatThrownBy(() -> classes(vector(0, 1))).isInstanceOf(ShapeMismatchException.class);
        assertThatThrownBy(() -> signs(vector(1, 1, 1), 2))
                .isInstanceOf(ShapeMismatchException.class)
                .hasMessage("loss: expected labels [3, 2] of signs, got [3]");
    }
}
