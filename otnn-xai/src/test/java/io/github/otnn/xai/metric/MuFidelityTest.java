package io.github.otnn.xai.metric;

import static io.github.otnn.core.testing.ArrayAssertions.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.otnn.core.Differentiable;
import io.github.otnn.core.tensor.Tensors;
import io.github.otnn.core.testing.FiniteDifferences;
import io.github.otnn.core.testing.Golden;
import io.github.otnn.xai.Baseline;
import io.github.otnn.xai.Progress;
import io.github.otnn.xai.Score;
import io.github.otnn.xai.ScoredFunction;
import io.github.otnn.xai.statistics.Correlation;
import io.github.otnn.xai.testing.SampleFunction;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

class MuFidelityTest {
    private static final Golden BLOCK = GoldenMetrics.ALL.get("mu_fidelity");

    @Test
    void sumsFallsAndCorrelationsMatchGoldenValues() {
        Differentiable network = GoldenMetrics.network();
        INDArray images = GoldenMetrics.images(DataType.DOUBLE);
        SubsetSource subsets = SubsetSource.given(BLOCK.get("cell_masks").array(DataType.DOUBLE));
        assertThat(BLOCK.get("results").elements().toList()).hasSize(4).allSatisfy(golden -> {
            INDArray maps = BLOCK.get("attributions")
                    .get(golden.get("attribution").text())
                    .array(DataType.DOUBLE);
            Baseline baseline = GoldenMetrics.baseline(golden.get("baseline").text(), BLOCK);
            ScoredFunction scored = new ScoredFunction(network, GoldenMetrics.logits(), 16);
            SubsetRemoval removal = new SubsetRemoval(scored, images, 4, subsets, baseline, Progress.none());
            double[] falls = Arrays.stream(removal.falls())
                    .flatMapToDouble(Arrays::stream)
                    .toArray();
            assertClose(falls, golden.get("score_drops").values(), 1e-10);
            double[] sums = new double[100];
            GivenMaps given = GivenMaps.of(maps);
            for (int i = 0; i < 5; i++) {
                System.arraycopy(removal.sums(given.of(i)), 0, sums, i * 20, 20);
            }
            assertClose(sums, golden.get("attribution_sums").values(), 1e-10);
            for (Correlation correlation : Correlation.values()) {
                String name = correlation.name().toLowerCase(java.util.Locale.ROOT);
                MetricResult result = new MuFidelity(4, subsets, baseline, correlation, 16)
                        .evaluate(network, images, maps, GoldenMetrics.logits());
                assertClose(result.values(), golden.get(name).values(), 1e-10);
                assertThat(result.mean()).isCloseTo(golden.get("mean_" + name).number(), within(1e-10));
                assertThat(result.evaluations()).isEqualTo(105);
            }
        });
    }

    @ParameterizedTest
    @CsvSource({"saliency_max, 0", "gradient_input_sum, 2"})
    void pearsonMatchesGoldenValuesInFloat(String attribution, int at) {
        Golden golden = BLOCK.get("results").elements().toList().get(at);
        assertThat(golden.get("attribution").text()).isEqualTo(attribution);
        MetricResult result = new MuFidelity(
                        4,
                        SubsetSource.given(BLOCK.get("cell_masks").array(DataType.FLOAT)),
                        Baseline.constant(0),
                        Correlation.PEARSON,
                        3)
                .evaluate(
                        GoldenMetrics.network(),
                        GoldenMetrics.images(DataType.FLOAT),
                        BLOCK.get("attributions").get(attribution).array(DataType.FLOAT),
                        GoldenMetrics.logits());
        assertClose(result.values(), golden.get("pearson").values(), 1e-5);
    }

    @ParameterizedTest
    @EnumSource(SubsetRule.class)
    void gradientTimesInputIsPerfectOnAffineFunctionsAndItsNegativePerfectlyWrong(SubsetRule rule) {
        INDArray images = FiniteDifferences.gaussian(DataType.DOUBLE, 1, 3, 9, 7, 2);
        INDArray weight = FiniteDifferences.gaussian(DataType.DOUBLE, 2, 9, 7, 2);
        Differentiable affine = SampleFunction.affine(Tensors.toDoubles(weight), -3);
        INDArray maps = images.mul(weight.reshape('c', 1, 9, 7, 2)).sum(3);
        MuFidelity metric = new MuFidelity(
                5, SubsetSource.random(rule, 50, 0.3, 4), Baseline.constant(0), Correlation.SPEARMAN, 32);
        assertThat(metric.evaluate(affine, images, maps, Score.binary()).values())
                .containsExactly(new double[] {1, 1, 1}, within(1e-12));
        assertThat(metric.evaluate(affine, images, maps.neg(), Score.binary()).values())
                .containsExactly(new double[] {-1, -1, -1}, within(1e-12));
    }

    @Test
    void everyFeatureOfTablesIsACell() {
        INDArray rows = FiniteDifferences.gaussian(DataType.DOUBLE, 5, 4, 11);
        double[] ones = new double[11];
        Arrays.fill(ones, 1);
        MetricResult result =
                MuFidelity.withDefaults(3, 64).evaluate(SampleFunction.affine(ones, 0), rows, rows, Score.binary());
        assertThat(result.values()).containsExactly(new double[] {1, 1, 1, 1}, within(1e-12));
    }

    @Test
    void constantFallsAreUndefinedAndCountAsZero() {
        INDArray rows = FiniteDifferences.gaussian(DataType.DOUBLE, 5, 2, 8);
        Differentiable constant = SampleFunction.affine(new double[8], 1);
        MetricResult result = MuFidelity.withDefaults(3, 64).evaluate(constant, rows, rows, Score.binary());
        assertThat(result.values()).containsExactly(0, 0);
        assertThat(result.counts()).isEqualTo(new SampleCounts(0, 0, 2, 0, 0));
        Differentiable sum = SampleFunction.affine(new double[] {1, 2, 3, 4, 5, 6, 7, 8}, 1);
        INDArray flat = Tensors.zeros(DataType.DOUBLE, 2, 8);
        assertThat(MuFidelity.withDefaults(3, 64)
                        .evaluate(sum, rows, flat, Score.binary())
                        .counts())
                .isEqualTo(new SampleCounts(0, 0, 2, 0, 2));
    }

    @Test
    void rulesDrawAsManyCellsAsTheySay() {
        boolean[] removed = new boolean[400];
        int[] seen = new int[400];
        int total = 0;
        for (int j = 0; j < 200; j++) {
            SubsetSource.random(SubsetRule.EXACT_K, 200, 0.2, 9).write(j, 20, 20, removed);
            assertThat(count(removed)).isEqualTo(80);
            for (int c = 0; c < 400; c++) {
                seen[c] += removed[c] ? 1 : 0;
            }
            SubsetSource.random(SubsetRule.XPLIQUE_0_3, 200, 0.2, 9).write(j, 20, 20, removed);
            assertThat(count(removed)).isEqualTo(81);
            SubsetSource.random(SubsetRule.BERNOULLI, 200, 0.2, 9).write(j, 20, 20, removed);
            total += count(removed);
        }
        // five standard errors: sqrt(80000 * 0.16) = 113, and sqrt(200 * 0.16) = 5.7 for each cell
        assertThat(total).isBetween(16000 - 566, 16000 + 566);
        assertThat(Arrays.stream(seen)).allMatch(n -> n >= 12 && n <= 68);
    }

    private static int count(boolean[] removed) {
        int count = 0;
        for (boolean r : removed) {
            count += r ? 1 : 0;
        }
        return count;
    }

    @Test
    void rejectsSettingsThatMakeNoSense() {
        assertThatThrownBy(() -> SubsetSource.random(SubsetRule.EXACT_K, 1, 0.2, 0))
                .hasMessage("subsets: count must be >= 2, got 1");
        assertThatThrownBy(() -> SubsetSource.random(SubsetRule.EXACT_K, 5, 1, 0))
                .hasMessage("subsets: share must be above 0 and below 1, got 1.0");
        assertThatThrownBy(() -> SubsetSource.given(Tensors.of(DataType.DOUBLE, new double[] {0, 1, 2, 0}, 2, 2)))
                .hasMessage("subsets: expected 1 (removed) and 0 (kept), got 2.0 at [1, 0]");
        INDArray images = GoldenMetrics.images(DataType.DOUBLE);
        INDArray maps = BLOCK.get("attributions").get("saliency_max").array(DataType.DOUBLE);
        MuFidelity fine = MuFidelity.withDefaults(0, 8);
        assertThatThrownBy(() -> fine.evaluate(GoldenMetrics.network(), images, maps, GoldenMetrics.logits()))
                .hasMessageContaining("MuFidelity: a grid of 20 x 20 cells does not fit samples of 8 x 8");
        MuFidelity other = new MuFidelity(
                3,
                SubsetSource.given(BLOCK.get("cell_masks").array(DataType.DOUBLE)),
                Baseline.constant(0),
                Correlation.SPEARMAN,
                8);
        assertThatThrownBy(() -> other.evaluate(GoldenMetrics.network(), images, maps, GoldenMetrics.logits()))
                .hasMessage("subsets: expected 3 x 3 cells, got 4 x 4");
    }
}
