package io.github.otnn.xai.attribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.otnn.core.Differentiable;
import io.github.otnn.core.Pass;
import io.github.otnn.core.tensor.Tensors;
import io.github.otnn.core.testing.FiniteDifferences;
import io.github.otnn.core.testing.Golden;
import io.github.otnn.xai.Baseline;
import io.github.otnn.xai.Score;
import io.github.otnn.xai.testing.SampleFunction;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

class PerturbationTest {
    private static final Baseline ZERO = Baseline.constant(0);

    @ParameterizedTest
    @CsvSource({"network, DOUBLE", "network, FLOAT", "affine, DOUBLE", "affine, FLOAT"})
    void riseMatchesGoldenValues(String block, DataType type) {
        GoldenCase golden = GoldenCase.of(block, type);
        Golden expected = golden.maps().get("rise");
        MaskSource masks = MaskSource.given(expected.get("masks").array(DataType.DOUBLE));
        double p = expected.get("p").number();
        golden.check(new Rise(masks, MaskNormalization.maskSum(0), ZERO, 5), expected.get("normalized_by_mask_sum"));
        golden.check(
                new Rise(masks, MaskNormalization.countTimesProbability(p), ZERO, 5),
                expected.get("normalized_by_n_times_p"));
    }

    @ParameterizedTest
    @CsvSource({"network, DOUBLE", "network, FLOAT", "affine, DOUBLE", "affine, FLOAT"})
    void occlusionMatchesGoldenValues(String block, DataType type) {
        GoldenCase golden = GoldenCase.of(block, type);
        golden.check(
                Occlusion.square(2, 2, ZERO, 7), golden.maps().get("occlusion").get("map"));
    }

    @Test
    void masksThatHideNothingGiveTheScoreEverywhere() {
        INDArray images = FiniteDifferences.gaussian(DataType.DOUBLE, 1, 2, 4, 3, 2);
        double[] weight = new double[24];
        Arrays.setAll(weight, i -> i % 5 - 1);
        Differentiable function = SampleFunction.affine(weight, 2);
        double[] scores = Tensors.toDoubles(function.predict(images));
        INDArray maps = new Rise(
                        MaskSource.smoothGrid(6, 3, 1, 0), MaskNormalization.maskSum(), Baseline.constant(9), 4)
                .explain(function, images, Score.binary());
        double[] values = Tensors.toDoubles(maps);
        for (int p = 0; p < values.length; p++) {
            assertThat(values[p]).isCloseTo(scores[p / 12] * 6 / (6 + 1e-4), within(1e-13));
        }
    }

    @Test
    void pixelsThatNoMaskShowsGetZeroInsteadOfNoNumber() {
        MaskSource none = MaskSource.given(Tensors.of(DataType.DOUBLE, new double[] {0, 1, 0, 1}, 2, 2));
        INDArray map = new Rise(none, MaskNormalization.maskSum(0), ZERO, 4)
                .explain(
                        SampleFunction.affine(new double[] {1, 1}, 0),
                        Tensors.of(DataType.DOUBLE, new double[] {3, 5}, 1, 2),
                        Score.binary());
        assertThat(Tensors.toDoubles(map)).containsExactly(0, 5);
    }

    @Test
    void occlusionIsTheFallOfTheScoreUnderEachPatch() {
        // the plain sample scores 1; without feature i it scores 1, 0, 10, -1
        SampleFunction table = x -> {
            double[] score = {1, 0, 10, -1};
            double result = 1;
            for (int i = 0; i < 4; i++) {
                result = x[i] == 0 ? score[i] : result;
            }
            return new SampleFunction.Step(new double[] {result}, c -> new double[4]);
        };
        INDArray row = Tensors.of(DataType.DOUBLE, new double[] {1, 1, 1, 1}, 1, 4);
        INDArray map = Occlusion.ofFeatures(ZERO, 3).explain(table, row, Score.binary());
        assertThat(Tensors.toDoubles(map)).containsExactly(0, 1, -9, 2);
    }

    @Test
    void overlappingAndCutOffPatchesAddUp() {
        double[] weight = {1, 2, 4, 8, 16};
        INDArray row = Tensors.of(DataType.DOUBLE, new double[] {1, 1, 1, 1, 1}, 1, 5);
        Differentiable sum = SampleFunction.affine(weight, 0);
        // patches 0-2, 2-4
        INDArray overlapping = new Occlusion(1, 3, 1, 2, ZERO, 8).explain(sum, row, Score.binary());
        assertThat(Tensors.toDoubles(overlapping)).containsExactly(7, 7, 7 + 28, 28, 28);
        // patches 0-2 and 3-4, cut off
        INDArray cut = new Occlusion(2, 3, 2, 3, ZERO, 8).explain(sum, row, Score.binary());
        assertThat(Tensors.toDoubles(cut)).containsExactly(7, 7, 7, 24, 24);
    }

    @Test
    void smoothMasksLieBetweenZeroAndOneWithTheirProbabilityAsMean() {
        MaskSource masks = MaskSource.smoothGrid(2000, 4, 0.3, 17);
        double[] sum = new double[11 * 9];
        double[] mask = new double[11 * 9];
        boolean between = false;
        for (int j = 0; j < 2000; j++) {
            masks.write(j, 11, 9, mask, 0);
            for (int p = 0; p < mask.length; p++) {
                assertThat(mask[p]).isBetween(0.0, 1.0);
                between |= mask[p] > 0.2 && mask[p] < 0.8;
                sum[p] += mask[p];
            }
        }
        assertThat(between).isTrue();
        // at most sqrt(p (1 - p) / N) each, so five standard errors
        assertThat(Arrays.stream(sum).max().orElseThrow() / 2000).isLessThan(0.3 + 5 * 0.0103);
        assertThat(Arrays.stream(sum).min().orElseThrow() / 2000).isGreaterThan(0.3 - 5 * 0.0103);
    }

    @Test
    void smoothMaskOfOneCellForEachPixelIsThatCellShifted() {
        // grid 2 on 2 pixels enlarges to 3: values between the cells are halves
        double[] mask = new double[4];
        for (int j = 0; j < 50; j++) {
            MaskSource.smoothGrid(50, 2, 0.5, 1).write(j, 2, 2, mask, 0);
            for (double value : mask) {
                assertThat(value * 4).isEqualTo(Math.rint(value * 4));
            }
        }
    }

    @Test
    void masksDependOnSeedAndIndexAlone() {
        MaskSource masks = MaskSource.smoothGrid(10, 3, 0.5, 4);
        double[] late = written(masks, 7);
        written(masks, 1);
        assertThat(written(masks, 7)).containsExactly(late);
        assertThat(written(MaskSource.smoothGrid(10, 3, 0.5, 5), 7)).isNotEqualTo(late);
        assertThat(written(masks, 8)).isNotEqualTo(late);
        assertThat(written(MaskSource.bernoulli(10, 0.5, 4), 3)).containsOnly(0, 1);
    }

    private static double[] written(MaskSource masks, int index) {
        double[] values = new double[64];
        masks.write(index, 8, 8, values, 0);
        return values;
    }

    @Test
    void masksAreMadeOnceForAllSamplesAndTheFunctionOnlyPredicts() {
        List<Integer> made = new ArrayList<>();
        MaskSource counting = counting(MaskSource.bernoulli(10, 0.5, 4), made);
        List<Long> batches = new ArrayList<>();
        SampleFunction affine = SampleFunction.affine(new double[] {1, 2, 3}, 0);
        Differentiable predicting = new Differentiable() {
            @Override
            public Pass evaluate(INDArray input) {
                throw new AssertionError("a gradient was prepared");
            }

            @Override
            public INDArray predict(INDArray input) {
                batches.add(input.size(0));
                return affine.predict(input);
            }
        };
        INDArray rows = FiniteDifferences.gaussian(DataType.FLOAT, 2, 5, 3);
        new Rise(counting, MaskNormalization.maskSum(), ZERO, 4).explain(predicting, rows, Score.binary());
        assertThat(made).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
        // 4 masks x 5 samples, twice; then 2 masks x 5 samples
        assertThat(batches).hasSize(13);
        assertThat(Collections.max(batches)).isEqualTo(4);
        assertThat(batches.stream().mapToLong(b -> b).sum()).isEqualTo(50);
    }

    private static MaskSource counting(MaskSource source, List<Integer> made) {
        return new MaskSource() {
            @Override
            public int count() {
                return source.count();
            }

            @Override
            public void write(int index, int rows, int columns, double[] into, int offset) {
                made.add(index);
                source.write(index, rows, columns, into, offset);
            }

            @Override
            public String describe() {
                return source.describe();
            }
        };
    }

    @Test
    void rejectsSettingsThatMakeNoSense() {
        assertThatThrownBy(() -> MaskSource.smoothGrid(0, 7, 0.5, 1)).hasMessage("masks: count must be >= 1, got 0");
        assertThatThrownBy(() -> MaskSource.smoothGrid(9, 0, 0.5, 1)).hasMessage("masks: grid must be >= 1, got 0");
        assertThatThrownBy(() -> MaskSource.bernoulli(9, 0, 1))
                .hasMessage("masks: probability must be in (0, 1], got 0.0");
        assertThatThrownBy(() -> Occlusion.square(2, 3, ZERO, 8))
                .hasMessage(
                        "Occlusion: expected a patch of at least 1 and a stride from 1 to the patch, got patch 2 and "
                                + "stride 3 for the rows");
        assertThatThrownBy(() -> MaskNormalization.maskSum(-1))
                .hasMessage("mask sum: epsilon must be finite and >= 0, got -1.0");
    }

    @Test
    void rejectsMasksOfAnotherSize() {
        INDArray rows = FiniteDifferences.gaussian(DataType.DOUBLE, 2, 5, 3);
        Differentiable affine = SampleFunction.affine(new double[] {1, 2, 3}, 0);
        MaskSource given = MaskSource.given(Tensors.zeros(DataType.DOUBLE, 6, 2, 2));
        assertThatThrownBy(() ->
                        new Rise(given, MaskNormalization.maskSum(), ZERO, 4).explain(affine, rows, Score.binary()))
                .hasMessage("masks: expected 1 x 3 values, the size of the samples, got 2 x 2");
        assertThatThrownBy(() -> Rise.withDefaults(1, 4).explain(affine, rows, Score.binary()))
                .hasMessage("masks: a grid of 7 x 7 does not fit samples of 1 x 3; take a smaller grid, or for tables "
                        + "MaskSource.bernoulli");
    }

    @Test
    void describesSettings() {
        assertThat(Rise.withDefaults(3, 8).describe())
                .isEqualTo("RISE, 4000 smooth masks, grid 7, probability 0.5, seed 3, divided by mask sum + 1.0E-4, "
                        + "baseline 0.0");
        assertThat(Occlusion.withDefaults(8).describe())
                .isEqualTo("occlusion, patches of 3 x 3, stride 3 x 3, baseline 0.0");
    }
}
