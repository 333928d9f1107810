package io.github.otnn.xai.attribution;

import static io.github.otnn.core.testing.ArrayAssertions.assertClose;

import io.github.otnn.core.Differentiable;
import io.github.otnn.core.testing.Golden;
import io.github.otnn.xai.Baseline;
import io.github.otnn.xai.Progress;
import io.github.otnn.xai.Score;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Every map of {@code attributions.json} that comes from gradients, on both functions, in both types. */
class GradientGoldenTest {
    @ParameterizedTest
    @CsvSource({"network, DOUBLE", "network, FLOAT", "affine, DOUBLE", "affine, FLOAT"})
    void gradientInputMatchesGoldenValues(String block, DataType type) {
        GoldenCase golden = GoldenCase.of(block, type);
        Golden expected = golden.maps().get("gradient_input");
        golden.check(new GradientInput(ChannelReduction.NONE, 2), expected.get("raw"));
        golden.check(new GradientInput(ChannelReduction.SUM, 2), expected.get("sum"));
        golden.check(new GradientInput(ChannelReduction.MEAN, 2), expected.get("mean"));
    }

    @ParameterizedTest
    @CsvSource({"network, DOUBLE", "network, FLOAT", "affine, DOUBLE", "affine, FLOAT"})
    void integratedGradientsMatchGoldenValues(String block, DataType type) {
        GoldenCase golden = GoldenCase.of(block, type);
        Golden all = golden.maps().get("integrated_gradients");
        for (int steps : new int[] {5, 50}) {
            checkRule(golden, PathRule.TRAPEZOID, steps, all.get("trapezoid_" + steps));
            checkRule(golden, PathRule.MIDPOINT, steps, all.get("midpoint_" + steps));
        }
    }

    private static void checkRule(GoldenCase golden, PathRule rule, int steps, Golden expected) {
        Differentiable function = golden.function();
        INDArray inputs = golden.inputs();
        Score score = golden.score();
        IntegratedGradients raw = with(rule, steps, ChannelReduction.NONE);
        golden.check(raw, expected.get("raw"));
        golden.check(with(rule, steps, ChannelReduction.SUM), expected.get("sum"));
        IntegratedGradients.Result result = raw.explainWithGap(function, inputs, score, Progress.none());
        assertClose(result.maps(), expected.get("raw"), golden.tolerance());
        assertClose(result.gaps(), expected.get("completeness_residual").values(), golden.tolerance());
        assertClose(
                result.scoreDifferences(),
                golden.maps()
                        .get("integrated_gradients")
                        .get("score_difference")
                        .values(),
                golden.tolerance());
    }

    private static IntegratedGradients with(PathRule rule, int steps, ChannelReduction reduction) {
        return new IntegratedGradients(rule, steps, Baseline.constant(0), reduction, 7);
    }

    @ParameterizedTest
    @CsvSource({"network, DOUBLE", "network, FLOAT", "affine, DOUBLE", "affine, FLOAT"})
    void statisticsOfNoisyGradientsMatchGoldenValues(String block, DataType type) {
        GoldenCase golden = GoldenCase.of(block, type);
        Golden expected = golden.maps().get("noise_statistics");
        NoiseSource noise = NoiseSource.given(expected.get("noise").array(DataType.DOUBLE));
        int draws = (int) expected.get("noise").shape()[0];
        ChannelReduction none = ChannelReduction.NONE;
        golden.check(new SmoothGrad(noise, draws, none, 3), expected.get("smoothgrad"));
        golden.check(new SquareGrad(noise, draws, none, 3), expected.get("squaregrad"));
        golden.check(new VarGrad(noise, draws, VarGrad.Divisor.UNBIASED, none, 3), expected.get("vargrad_unbiased"));
        golden.check(
                new VarGrad(noise, draws, VarGrad.Divisor.POPULATION, none, 3), expected.get("vargrad_population"));
    }
}
