package io.github.otnn.xai.counterfactual;

import static io.github.otnn.core.testing.ArrayAssertions.assertSameBits;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.otnn.core.ShapeMismatchException;
import io.github.otnn.core.tensor.Tensors;
import io.github.otnn.xai.Score;
import io.github.otnn.xai.testing.SampleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

class VerdictTest {
    /** f = x_0; at t = 2 the first coordinate changes its sign. */
    private static final SampleFunction FUNCTION = SampleFunction.affine(new double[] {1, 0}, 0);

    private static final INDArray ROWS = Tensors.of(DataType.DOUBLE, new double[] {1, 0, 3, 0, -1, 0, 0, 5}, 4, 2);
    private static final Counterfactuals MOVED =
            TransportCounterfactual.faithful(0.5, 2).explain(FUNCTION, ROWS, Score.binary());

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 100})
    void judgesThePointsWhoseClassHasChanged(int batchSize) {
        // sees 1 above x_0 = -2: of -1, -3 and 1 the second only as the function does, and the third
        SampleFunction judge = SampleFunction.affine(new double[] {1, 0}, 2);
        Verdict verdict = Verdict.of(MOVED, ROWS, 1, judge, batchSize);
        assertThat(verdict.samples()).containsExactly(0, 1, 2);
        assertThat(verdict.left()).containsExactly(1, 1, -1);
        assertThat(verdict.reached()).containsExactly(-1, -1, 1);
        assertThat(verdict.before()).containsExactly(1, 1, 1);
        assertThat(verdict.after()).containsExactly(1, -1, 1);
        assertThat(verdict.confirms(0)).isFalse();
        assertThat(verdict.confirms(1)).isTrue();
        assertThat(verdict.confirmedShare()).isEqualTo(2 / 3.0);
        assertThat(verdict.refusedShare()).isEqualTo(1 / 3.0);
        assertThat(verdict.agreedBeforeShare()).isEqualTo(2 / 3.0);
    }

    @Test
    void theFunctionItselfConfirmsAll() {
        Verdict verdict = Verdict.of(MOVED, ROWS, 1, FUNCTION, 8);
        assertThat(verdict.confirmedShare()).isOne();
        assertThat(verdict.refusedShare()).isZero();
    }

    @Test
    void judgesNothingWhereNothingHasChanged() {
        Verdict verdict = Verdict.of(MOVED, ROWS, 0, FUNCTION, 8);
        assertThat(verdict.samples()).isEmpty();
        assertThat(verdict.confirmedShare()).isNaN();
    }

    @Test
    void severalClassesAreComparedByTheLargestLogit() {
        SampleFunction nearest = SampleFunction.nearest(new double[][] {{0, 0}, {4, 0}, {0, 4}});
        INDArray rows = Tensors.of(DataType.DOUBLE, new double[] {1, 0, 0, 1}, 2, 2);
        Counterfactuals moved = TransportCounterfactual.normalised(1.5)
                .explain(nearest, rows, Score.pair(new int[] {0, 0}, new int[] {1, 2}));
        SampleFunction blind = SampleFunction.nearest(new double[][] {{0, 0}, {4, 0}, {0, 40}});
        Verdict verdict = Verdict.of(moved, rows, 0, blind, 8);
        assertThat(verdict.reached()).containsExactly(1, 2);
        assertThat(verdict.after()).containsExactly(1, 0);
    }

    @Test
    void leavesInputsUntouched() {
        INDArray before = ROWS.dup('c');
        Verdict.of(MOVED, ROWS.dup('f'), 1, FUNCTION, 8);
        Verdict.of(MOVED, ROWS, 1, FUNCTION, 8);
        assertSameBits(ROWS, before);
    }

    @Test
    void rejectsWhatDoesNotFit() {
        assertThatThrownBy(() -> Verdict.of(MOVED, Tensors.rows(ROWS, 0, 1), 1, FUNCTION, 8))
                .isInstanceOf(ShapeMismatchException.class)
                .hasMessage("verdict: input: expected [4, 2], got [1, 2]");
        SampleFunction several = SampleFunction.nearest(new double[][] {{0, 0}, {1, 1}});
        assertThatThrownBy(() -> Verdict.of(MOVED, ROWS, 1, several, 8))
                .hasMessage("verdict: outputs of the judge: expected 1, got 2");
        assertThatThrownBy(() -> Verdict.of(MOVED, ROWS, 1, FUNCTION, 0))
                .hasMessage("verdict: batchSize must be >= 1, got 0");
    }
}
