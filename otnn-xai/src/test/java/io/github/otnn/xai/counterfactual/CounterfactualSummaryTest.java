package io.github.otnn.xai.counterfactual;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.otnn.core.ShapeMismatchException;
import io.github.otnn.core.tensor.Tensors;
import io.github.otnn.xai.Score;
import io.github.otnn.xai.testing.SampleFunction;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

class CounterfactualSummaryTest {
    private static final SampleFunction UNIT = SampleFunction.affine(new double[] {0.6, 0, 0, 0.8}, 0);
    private static final INDArray ROWS = Tensors.of(DataType.DOUBLE, new double[] {1, 0, 0, 1, -1, 3, 0, 0}, 2, 4);

    @Test
    void saysWhatEachPointIsWorth() {
        Counterfactuals result = TransportCounterfactual.faithful(1, 2).explain(UNIT, ROWS, Score.binary());
        CounterfactualSummary past = CounterfactualSummary.of(result, ROWS, 1, CounterfactualSummary.PIXEL_STEP);
        assertThat(past.valid()).containsExactly(true, true);
        assertThat(past.validShare()).isOne();
        assertThat(past.distances()[0]).isCloseTo(2.8, within(1e-14));
        assertThat(past.distanceRatios()[1]).isCloseTo(2, within(1e-14));
        assertThat(past.residuals()[0]).isCloseTo(1, within(1e-14));
        assertThat(past.changedShares()).containsExactly(0.5, 0.5);
        // changes 0, 0, 3 s, 4 s: 2 (3 * 3 + 4 * 4) / (4 * 7) - 5 / 4
        assertThat(past.sparsities()[0]).isCloseTo(50.0 / 28 - 1.25, within(1e-14));
        CounterfactualSummary even = CounterfactualSummary.of(result, ROWS, 0, 10);
        assertThat(even.residuals()[0]).isCloseTo(0, within(1e-14));
        assertThat(even.changedShares()).containsOnly(0);
        assertThat(past.describe()).startsWith("t = 2.0: valid 100.0 %, undefined 0, stopped by clipping 0");
    }

    @Test
    void countsSamplesWithoutADirection() {
        SampleFunction flat = SampleFunction.affine(new double[4], 1);
        Counterfactuals result = TransportCounterfactual.normalised(2).explain(flat, ROWS, Score.binary());
        CounterfactualSummary summary = CounterfactualSummary.of(result, ROWS, 0, 0);
        assertThat(summary.undefinedCount()).isEqualTo(2);
        assertThat(result.defined(0)).isFalse();
        assertThat(summary.validShare()).isZero();
        assertThat(summary.sparsities()).containsOnly(0);
    }

    @Test
    void tellsWhichFlipsClippingHasStopped() {
        SampleFunction function = SampleFunction.affine(new double[] {1, 0, 0, 0}, 0.5);
        INDArray rows = Tensors.of(DataType.DOUBLE, new double[] {0.25, 0, 0, 0, 0.25, 0, 0, 1}, 2, 4);
        Counterfactuals stopped =
                TransportCounterfactual.faithful(0.5, 2).clippedTo(0, 1).explain(function, rows, Score.binary());
        assertThat(stopped.stoppedByClipping()[0]).containsExactly(false, false);
        assertThat(stopped.stoppedByClipping()[1]).containsExactly(true, true);
        assertThat(stopped.stoppedShare(1)).isOne();
        assertThat(CounterfactualSummary.of(stopped, rows, 1, 0).stoppedCount()).isEqualTo(2);
        // a limit that is in the way of another feature only
        Counterfactuals passed = TransportCounterfactual.faithful(2)
                .clippedTo(FeatureLimits.free(4).withFixed(1, 2, 3))
                .explain(function, rows, Score.binary());
        assertThat(passed.stoppedByClipping()[0]).containsExactly(false, false);
        assertThat(passed.flippedShare(0)).isOne();
    }

    @Test
    void givesTheScoreAlongTheWay() {
        Counterfactuals result = TransportCounterfactual.faithful(0, 1, 2).explain(UNIT, ROWS, Score.binary());
        assertThat(result.scoresAlong(0)[0]).isEqualTo(1.4);
        assertThat(result.scoresAlong(0)[1]).isCloseTo(0, within(1e-15));
        assertThat(result.scoresAlong(0)[2]).isCloseTo(-1.4, within(1e-15));
    }

    @Test
    void plausibilityComparesNearestReferencesOfBothClasses() {
        Counterfactuals result = TransportCounterfactual.faithful(0.5, 2).explain(UNIT, ROWS, Score.binary());
        // x_2 of row 0 is (1, 0, 0, 1) - 2.8 (.6, 0, 0, .8) = (-.68, 0, 0, -1.24)
        INDArray reference =
                Tensors.of(DataType.DOUBLE, new double[] {-0.68, 0, 3, -1.24, 9, 9, 9, 9, -0.68, 6, 0, -1.24}, 3, 4);
        Plausibility found = Plausibility.of(result, 1, reference, new int[] {-1, -1, 1});
        assertThat(found.samples()).containsExactly(0, 1);
        assertThat(found.ratios()[0]).isCloseTo(0.5, within(1e-12));
        assertThat(Plausibility.of(result, 0, reference, new int[] {-1, -1, 1}).samples())
                .isEmpty();
        assertThat(Plausibility.of(result, 1, reference, new int[] {-1, -1, -1}).ratios()[0])
                .isInfinite();
        assertThatThrownBy(() -> Plausibility.of(result, 1, reference, new int[2]))
                .isInstanceOf(ShapeMismatchException.class)
                .hasMessage("plausibility: reference: expected [2, 4], got [3, 4]");
    }

    @Test
    void rejectsAnotherInput() {
        Counterfactuals result = TransportCounterfactual.faithful(1).explain(UNIT, ROWS, Score.binary());
        assertThatThrownBy(() -> CounterfactualSummary.of(result, Tensors.rows(ROWS, 0, 1), 0, 0))
                .hasMessage("summary of counterfactuals: input: expected [2, 4], got [1, 4]");
    }
}
