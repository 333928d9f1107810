package io.github.otnn.xai.attack;

import static io.github.otnn.core.testing.ArrayAssertions.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.otnn.core.tensor.Tensors;
import io.github.otnn.core.testing.FiniteDifferences;
import io.github.otnn.xai.testing.SampleFunction;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

class DeepFoolTest {
    @Test
    void oneStepEndsSlightlyBeyondAnAffineBoundary() {
        SampleFunction function = SampleFunction.affine(new double[] {0.6, 0, -0.8}, 0.25);
        INDArray rows = FiniteDifferences.gaussian(DataType.DOUBLE, 3, 20, 3);
        double[] f = AttackCases.values(function, rows);
        AttackResult result =
                AttackCases.run(new DeepFool(AttackSettings.free(1)), function, rows, AttackCases.signs(f));
        double[] expected =
                Arrays.stream(f).map(v -> 1.02 * (Math.abs(v) + 1e-4)).toArray();
        assertClose(result.distances(), expected, 1e-7);
        assertThat(result.gradientEvaluations()).containsOnly(2);
        // one more to look at the point again
        assertThat(result.valueEvaluations()).containsOnly(1);
    }

    @Test
    void fixtureOfSixteenFeaturesGivesItsKnownDistance() {
        double[] w = new double[16];
        double[] x = new double[16];
        for (int i = 0; i < 16; i++) {
            w[i] = (i % 2 == 0 ? 1 : -1) * (i + 1) / Math.sqrt(1496);
            x[i] = 7 * i % 16 / 16.0;
        }
        INDArray row = Tensors.of(DataType.DOUBLE, x, 1, 16);
        SampleFunction function = SampleFunction.affine(w, 0.25);
        int[] label = {-1};
        AttackSettings settings = AttackSettings.free(1);
        assertThat(AttackCases.run(new DeepFool(settings), function, row, label).distances()[0])
                .isCloseTo(1.02 * (0.1895245364957664 + 1e-4), within(1e-8));
        AttackResult ray = AttackCases.run(new TransportRay(settings), function, row, label);
        assertThat(ray.distances()[0]).isCloseTo(0.1895245364957664, within(1e-7));
        double[] moved = Tensors.toDoubles(ray.points());
        for (int i = 0; i < 16; i++) {
            assertThat(moved[i] - x[i]).isCloseTo(0.1895245364957664 * w[i], within(1e-7));
        }
    }

    @Test
    void looksAtTheNearestOfTheCandidatesOnly() {
        // class 1 is close behind but hardly rises; class 2 is further behind and rises fast
        SampleFunction function = x -> new SampleFunction.Step(
                new double[] {0, -1 + 0.1 * x[0], -2 + 2 * x[1]}, c -> new double[] {0.1 * c[1], 2 * c[2]});
        INDArray row = Tensors.zeros(DataType.DOUBLE, 1, 2);
        AttackSettings settings = AttackSettings.free(1);
        AttackResult both = AttackCases.run(new DeepFool(settings), function, row, new int[] {0});
        assertThat(both.predictions()).containsExactly(2);
        assertThat(both.distances()[0]).isCloseTo(1.02 * 1.0001, within(1e-6));
        AttackResult one = AttackCases.run(new DeepFool(50, 1, 0.02, settings), function, row, new int[] {0});
        assertThat(one.predictions()).containsExactly(1);
        assertThat(one.distances()[0]).isCloseTo(1.02 * 10.0001, within(1e-4));
        assertThat(AttackCases.run(new TransportRay(settings), function, row, new int[] {0})
                        .predictions())
                .containsExactly(2);
        assertThat(AttackCases.run(new FastGradient(settings), function, row, new int[] {0})
                        .predictions())
                .containsExactly(1);
    }

    @Test
    void rejectsSettingsThatMakeNoSense() {
        AttackSettings settings = AttackSettings.free(1);
        assertThatThrownBy(() -> new DeepFool(0, 1, 0, settings)).hasMessage("DeepFool: steps must be >= 1, got 0");
        assertThatThrownBy(() -> new DeepFool(1, 1, Double.NaN, settings))
                .hasMessage("DeepFool: overshoot must be >= 0 and finite, got NaN");
        assertThatThrownBy(() -> new ProjectedGradient(1, 0, 1, 1, settings))
                .hasMessage("ProjectedGradient: restarts must be >= 1, got 0");
        assertThatThrownBy(() -> new CarliniWagner(1, 1, 0, 0, settings))
                .hasMessage("CarliniWagner: learningRate must be > 0 and finite, got 0.0");
        assertThatThrownBy(() -> new DecoupledNorm(1, 1, settings))
                .hasMessage("DecoupledNorm: gamma must be between 0 and 1, got 1.0");
        assertThatThrownBy(() -> new BoundaryWalk(1, 0, settings))
                .hasMessage("BoundaryWalk: neighbours must be >= 1, got 0");
        assertThatThrownBy(() -> settings.withBatchSize(0)).hasMessage("AttackSettings: batchSize must be >= 1, got 0");
    }
}
