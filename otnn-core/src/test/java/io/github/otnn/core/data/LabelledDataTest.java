package io.github.otnn.core.data;

import static io.github.otnn.core.testing.ArrayAssertions.assertSameBits;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.otnn.core.Shape;
import io.github.otnn.core.ShapeMismatchException;
import io.github.otnn.core.tensor.Tensors;
import io.github.otnn.core.testing.FiniteDifferences;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

class LabelledDataTest {
    private static final INDArray FEATURES = FiniteDifferences.gaussian(DataType.FLOAT, 1, 5, 2, 3);
    private static final LabelledData DATA = LabelledData.of(
            FEATURES, Tensors.of(new float[] {0, 2, 1, 2, 0}, 5), List.of("a", "b", "c"), DataType.FLOAT);

    @Test
    void givesSizeShapeAndColumnOfLabels() {
        assertThat(DATA.size()).isEqualTo(5);
        assertThat(DATA.featureShape()).isEqualTo(Shape.of(2, 3));
        assertThat(DATA.labels().shape()).containsExactly(5, 1);
        assertThat(DATA.classIndices()).containsExactly(0, 2, 1, 2, 0);
    }

    @Test
    void acceptsOtherLayoutsAndTypesWithoutChangingThem() {
        INDArray fortran = FEATURES.castTo(DataType.DOUBLE).dup('f');
        INDArray labels = Tensors.of(new float[] {1, -1, 0, 1, -1}, 5, 1).castTo(DataType.INT32);
        double[] before = Tensors.toDoubles(fortran);
        LabelledData data = LabelledData.of(fortran, labels);
        assertThat(data.features().dataType()).isEqualTo(DataType.FLOAT);
        assertSameBits(data.features(), FEATURES);
        assertThat(data.classIndices()).containsExactly(1, -1, 0, 1, -1);
        assertThat(Tensors.toDoubles(fortran)).isEqualTo(before);
        assertThat(fortran.ordering()).isEqualTo('f');
    }

    @Test
    void turnsClassIndicesIntoOneHotRows() {
        LabelledData oneHot = DATA.withOneHotLabels(4);
        assertThat(Tensors.toDoubles(oneHot.labels()))
                .containsExactly(1, 0, 0, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0);
        assertThat(oneHot.labels().shape()).containsExactly(5, 4);
        assertThat(oneHot.classIndices()).isEqualTo(DATA.classIndices());
        assertThat(oneHot.features()).isSameAs(DATA.features());
        assertThat(oneHot.classNames()).isEqualTo(DATA.classNames());
        assertThat(oneHot.withOneHotLabels(4)).isSameAs(oneHot);
    }

    @Test
    void rejectsLabelsThatAreNoClassIndexNamingTheRow() {
        assertThatThrownBy(() -> DATA.withOneHotLabels(2))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("label 2.0 at row 1 is outside the 2 classes 0..1");
        LabelledData signs = LabelledData.of(FEATURES, Tensors.of(new float[] {1, -1, 1, 1, 1}, 5, 1));
        assertThatThrownBy(() -> signs.withOneHotLabels(2))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("label -1.0 at row 1 is outside the 2 classes 0..1");
        LabelledData halves = LabelledData.of(FEATURES, Tensors.of(new float[] {0, 0, 0, 0.5f, 1}, 5, 1));
        assertThatThrownBy(() -> halves.withOneHotLabels(2))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("label 0.5 at row 3 is outside the 2 classes 0..1");
    }

    @Test
    void rejectsOneHotRowsOfAnotherLength() {
        LabelledData oneHot = DATA.withOneHotLabels(3);
        assertThatThrownBy(() -> oneHot.withOneHotLabels(4))
                .isInstanceOf(ShapeMismatchException.class)
                .hasMessage("labels: expected [n, 1] or [n, 4], got [5, 3]");
        assertThatThrownBy(() -> DATA.withOneHotLabels(1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("classCount: expected at least 2, got 1");
    }

    @Test
    void subsetCopiesRowsInTheirOrderAndRangeIsAView() {
        LabelledData subset = DATA.subset(3, 0, 3);
        assertThat(subset.classIndices()).containsExactly(2, 0, 2);
        double[] all = Tensors.toDoubles(FEATURES);
        double[] chosen = Tensors.toDoubles(subset.features());
        assertThat(Arrays.copyOf(chosen, 6)).isEqualTo(Arrays.copyOfRange(all, 18, 24));
        assertThat(Arrays.copyOfRange(chosen, 6, 12)).isEqualTo(Arrays.copyOf(all, 6));
        LabelledData range = DATA.range(1, 3);
        assertThat(range.classIndices()).containsExactly(2, 1);
        assertThat(Tensors.toDoubles(range.features())).isEqualTo(Arrays.copyOfRange(all, 6, 18));
        assertThat(range.range(1, 2).classIndices()).containsExactly(1);
    }

    @Test
    void rejectsRowsOutsideTheData() {
        assertThatThrownBy(() -> DATA.subset(5)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> DATA.subset(-1)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(DATA::subset)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("subset: expected at least one row, got none");
        assertThatThrownBy(() -> DATA.range(2, 2))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("range: expected 0 <= from < to <= 5, got [2, 2)");
        assertThatThrownBy(() -> DATA.range(0, 6)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void shufflesAreSeededPermutationsAndEveryPassHasItsOwn() {
        LabelledData data = TwoMoons.sample(50, 0, 1);
        int[] order = data.shuffledRows(7);
        assertThat(order).isEqualTo(data.shuffledRows(7)).isNotEqualTo(data.shuffledRows(8));
        int[] sorted = order.clone();
        Arrays.sort(sorted);
        assertThat(sorted).startsWith(0, 1, 2).endsWith(98, 99).doesNotHaveDuplicates();
        assertThat(data.shuffledRows(7, 0))
                .isEqualTo(data.shuffledRows(7, 0))
                .isNotEqualTo(data.shuffledRows(7, 1))
                // seed 8 does not begin where seed 7 goes on
                .isNotEqualTo(data.shuffledRows(8, 0));
        assertThat(data.shuffledRows(7, 1)).isNotEqualTo(data.shuffledRows(8, 0));
    }

    @Test
    void rejectsBadArrays() {
        INDArray labels = Tensors.of(new float[] {0, 1}, 2, 1);
        assertThatThrownBy(() -> LabelledData.of(FEATURES, labels))
                .isInstanceOf(ShapeMismatchException.class)
                .hasMessage("LabelledData labels: expected [5] or [5, k], got [2, 1]");
        assertThatThrownBy(() -> LabelledData.of(Tensors.of(new float[] {0, 1}, 2), labels))
                .isInstanceOf(ShapeMismatchException.class)
                .hasMessage("LabelledData features: expected [n, ...], got [2]");
        assertThatThrownBy(() -> LabelledData.of(Tensors.of(new float[] {0, 1, 2, Float.NaN}, 2, 2), labels))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("LabelledData features: expected finite values, got NaN at [1, 1]");
        assertThatThrownBy(() -> LabelledData.of(
                        Tensors.zeros(DataType.FLOAT, 2, 2), Tensors.of(new float[] {0, Float.POSITIVE_INFINITY}, 2)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("LabelledData labels: expected finite values, got Infinity at [1, 0]");
    }
}
