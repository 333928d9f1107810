package io.github.otnn.xai.counterfactual;

import static io.github.otnn.core.testing.ArrayAssertions.assertClose;
import static io.github.otnn.core.testing.ArrayAssertions.assertSameBits;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.otnn.core.tensor.Tensors;
import io.github.otnn.core.testing.FiniteDifferences;
import io.github.otnn.xai.Score;
import io.github.otnn.xai.testing.SampleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

class CurvedCounterfactualTest {
    private static final INDArray CLOUD = FiniteDifferences.gaussian(DataType.DOUBLE, 5, 9, 3);
    private static final SampleFunction HALF_SQUARE = x -> {
        double norm = SampleFunction.norm(x);
        return new SampleFunction.Step(
                new double[] {norm * norm / 2}, c -> new double[] {c[0] * x[0], c[0] * x[1], c[0] * x[2]});
    };

    @Test
    void onePieceIsTheFaithfulStep() {
        Counterfactuals curved = new CurvedCounterfactual(1, 0.5, 3).explain(HALF_SQUARE, CLOUD, Score.binary());
        Counterfactuals straight = TransportCounterfactual.faithful(0.5, 3).explain(HALF_SQUARE, CLOUD, Score.binary());
        assertClose(curved.points(), straight.points(), 1e-15);
    }

    @Test
    void everyPieceShrinksTheRadiusOfHalfTheSquare() {
        // x' = x (1 - t f / n) at each piece, f = |x|^2 / 2
        int n = 4;
        double t = 0.7;
        Counterfactuals result = new CurvedCounterfactual(n, t).explain(HALF_SQUARE, CLOUD, Score.binary());
        double[] x = Tensors.toDoubles(CLOUD);
        double[] points = Tensors.toDoubles(result.points(0));
        for (int i = 0; i < 9; i++) {
            double f = result.before().scores()[i];
            for (int p = 3 * i; p < 3 * i + 3; p++) {
                assertThat(points[p]).isCloseTo(x[p] * Math.pow(1 - t * f / n, n), within(1e-13));
            }
        }
    }

    @Test
    void neverFlipsUpToOneAndCrossesTheSphereBeyond() {
        Counterfactuals result = new CurvedCounterfactual(5, 0.99, 1.01)
                .explain(SampleFunction.distanceToSphere(1.5), CLOUD, Score.binary());
        assertThat(result.flippedShare(0)).isZero();
        assertThat(result.flippedShare(1)).isOne();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4, 9, 64})
    void batchSizeChangesNothing(int batchSize) {
        CurvedCounterfactual settings = new CurvedCounterfactual(3, 1, 5).clippedTo(new ValueRange(-4, 4));
        assertSameBits(
                settings.withBatchSize(batchSize)
                        .explain(HALF_SQUARE, CLOUD, Score.binary())
                        .points(),
                settings.withBatchSize(2)
                        .explain(HALF_SQUARE, CLOUD, Score.binary())
                        .points());
    }

    @Test
    void leavesInputUntouchedAndDescribesItself() {
        INDArray before = CLOUD.dup('c');
        CurvedCounterfactual settings = new CurvedCounterfactual(3, 1).clippedTo(new ValueRange(-4, 4));
        settings.explain(HALF_SQUARE, CLOUD, Score.binary());
        assertSameBits(CLOUD, before);
        assertThat(settings.describe()).isEqualTo("counterfactual in 3 pieces, t [1.0], clipped to [-4.0, 4.0]");
    }

    @Test
    void rejectsSettingsThatMakeNoSense() {
        assertThatThrownBy(() -> new CurvedCounterfactual(0, 1))
                .hasMessage("CurvedCounterfactual: pieces must be >= 1, got 0");
        assertThatThrownBy(() -> new CurvedCounterfactual(1))
                .hasMessage("CurvedCounterfactual: expected at least one t, got none");
    }
}
