package io.github.otnn.xai.metric;

import static io.github.otnn.core.testing.ArrayAssertions.assertSameBits;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.otnn.core.Differentiable;
import io.github.otnn.core.ShapeMismatchException;
import io.github.otnn.core.tensor.Tensors;
import io.github.otnn.xai.Progress;
import io.github.otnn.xai.Score;
import io.github.otnn.xai.attribution.Attribution;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What every metric owes, whatever it measures. */
class MetricContractTest {
    private static final int ALL = 100_000;
    private static final int SAMPLES = 4;

    private final Differentiable network = GoldenMetrics.network();
    private final INDArray images = someImages();

    private static INDArray someImages() {
        return Tensors.rows(GoldenMetrics.images(DataType.DOUBLE), 0, SAMPLES);
    }

    private MetricResult measured(MetricCase metric, long seed, int batchSize) {
        return metric.with(seed, batchSize, SAMPLES)
                .evaluate(network, images, metric.attribution(batchSize), metric.score(SAMPLES));
    }

    static Stream<MetricCase> metricsOfMaps() {
        return Arrays.stream(MetricCase.values()).filter(metric -> metric.with(1, 1, SAMPLES) instanceof Metric);
    }

    @ParameterizedTest
    @EnumSource(MetricCase.class)
    void batchSizeChangesNothing(MetricCase metric) {
        MetricResult all = measured(metric, 3, ALL);
        for (int batchSize : new int[] {1, 3, 32}) {
            assertSame(measured(metric, 3, batchSize), all);
            assertThat(measured(metric, 3, batchSize).evaluations()).isEqualTo(all.evaluations());
        }
    }

    private static void assertSame(MetricResult result, MetricResult expected) {
        assertThat(result.values()).containsExactly(expected.values());
        assertThat(new double[] {result.mean(), result.low(), result.high()})
                .containsExactly(expected.mean(), expected.low(), expected.high());
        assertThat(result.counts()).isEqualTo(expected.counts());
    }

    @ParameterizedTest
    @EnumSource(MetricCase.class)
    void seedDecidesWhatIsDrawn(MetricCase metric) {
        MetricResult result = measured(metric, 3, 8);
        assertSame(measured(metric, 3, 8), result);
        double[] other = measured(metric, 4, 8).values();
        switch (metric.seed) {
            case DRAWS -> assertThat(other).isNotEqualTo(result.values());
            case STARTS -> assertThat(other).hasSameSizeAs(result.values());
            case NONE -> assertThat(other).containsExactly(result.values());
        }
    }

    @ParameterizedTest
    @EnumSource(MetricCase.class)
    void otherSamplesChangeNothing(MetricCase metric) {
        double[] all = measured(metric, 3, 4).values();
        INDArray some = Tensors.rows(images, 0, 2);
        MetricResult result = metric.with(3, 4, 2).evaluate(network, some, metric.attribution(4), metric.score(2));
        assertThat(result.values()).containsExactly(Arrays.copyOf(all, 2));
    }

    @ParameterizedTest
    @EnumSource(MetricCase.class)
    void threadsThatShareAMetricGetTheSameNumbers(MetricCase metric) {
        MetricResult expected = measured(metric, 3, 4);
        MethodMetric shared = metric.with(3, 4, SAMPLES);
        Attribution attribution = metric.attribution(4);
        List<MetricResult> results = IntStream.range(0, 4)
                .parallel()
                .mapToObj(i -> shared.evaluate(network, images, attribution, metric.score(SAMPLES)))
                .toList();
        assertThat(results).allSatisfy(result -> assertSame(result, expected));
    }

    @ParameterizedTest
    @MethodSource("metricsOfMaps")
    void methodAndItsMapsGiveTheSame(MetricCase metric) {
        MetricResult ofMethod = measured(metric, 3, 4);
        Score score = metric.score(SAMPLES);
        INDArray maps = metric.attribution(4).explain(network, images, score);
        Metric given = (Metric) metric.with(3, 4, SAMPLES);
        MetricResult ofMaps = given.evaluate(network, images, maps, score);
        assertSame(ofMaps, ofMethod);
        assertThat(ofMethod.evaluations()).isEqualTo(ofMaps.evaluations() + SAMPLES);
        assertThat(ofMethod.parameters())
                .isEqualTo(
                        ofMaps.parameters() + "; maps: " + metric.attribution(4).describe());
    }

    @ParameterizedTest
    @MethodSource("metricsOfMaps")
    void memoryLayoutChangesNothingAndArraysAreLeftAlone(MetricCase metric) {
        Score score = metric.score(SAMPLES);
        INDArray maps = metric.attribution(4).explain(network, images, score);
        INDArray fortran = images.dup('f');
        INDArray fortranMaps = maps.dup('f');
        Metric given = (Metric) metric.with(3, 4, SAMPLES);
        assertSame(given.evaluate(network, fortran, fortranMaps, score), given.evaluate(network, images, maps, score));
        assertSameBits(fortran, someImages());
        assertSameBits(images, fortran);
        assertSameBits(maps, fortranMaps);
        assertSameBits(maps, metric.attribution(4).explain(network, images, score));
    }

    @ParameterizedTest
    @EnumSource(MetricCase.class)
    void resultSaysWhatItIs(MetricCase metric) {
        MethodMetric measure = metric.with(3, 4, SAMPLES);
        MetricResult result = measured(metric, 3, 4);
        assertThat(result.metric()).isNotBlank();
        assertThat(result.unit()).startsWith(metric.unit);
        assertThat(result.direction()).isEqualTo(metric.direction);
        assertThat(result.parameters())
                .contains(measure.describe(), metric.attribution(4).describe());
        assertThat(result.describe())
                .contains(result.metric(), result.unit(), "n 4", result.parameters(), result.evaluations() + " eval");
        assertThat(result.values()).hasSize(SAMPLES).doesNotContain(Double.NaN);
        assertThat(result.mean())
                .isCloseTo(Arrays.stream(result.values()).average().orElseThrow(), within(1e-12))
                .isBetween(result.low(), result.high());
        assertThat(result.counts().nan() + result.counts().infinite()).isZero();
        int ofMaps = measure instanceof Metric ? 1 : 0;
        if (metric.evaluations >= 0) {
            long extra = metric == MetricCase.RANDOM_LOGIT ? 1 : 0; // it asks once for the number of classes
            assertThat(result.evaluations()).isEqualTo((long) SAMPLES * (metric.evaluations + ofMaps) + extra);
        } else {
            assertThat(result.evaluations()).isGreaterThan(SAMPLES);
        }
    }

    @ParameterizedTest
    @EnumSource(MetricCase.class)
    void progressGrowsToItsTotalAndStopsByThrowing(MetricCase metric) {
        List<Long> done = new ArrayList<>();
        List<Long> totals = new ArrayList<>();
        MethodMetric measure = metric.with(3, 4, SAMPLES);
        Attribution attribution = metric.attribution(4);
        Score score = metric.score(SAMPLES);
        measure.evaluate(network, images, attribution, score, (now, total) -> {
            done.add(now);
            totals.add(total);
        });
        assertThat(done).isSorted().isNotEmpty();
        assertThat(totals).containsOnly(done.get(done.size() - 1));
        for (int after : new int[] {1, done.size() / 2, done.size()}) {
            int[] calls = {0};
            Progress cancelling = (now, total) -> {
                if (++calls[0] >= after) {
                    throw new CancellationException("enough");
                }
            };
            assertThatThrownBy(() -> measure.evaluate(network, images, attribution, score, cancelling))
                    .isInstanceOf(CancellationException.class);
            assertThat(calls[0]).isEqualTo(Math.max(1, after));
        }
    }

    @ParameterizedTest
    @MethodSource("metricsOfMaps")
    void constantMapsAreCounted(MetricCase metric) {
        INDArray maps = metric.attribution(4).explain(network, images, metric.score(SAMPLES));
        Tensors.rows(maps, 1, 2).assign(0.25);
        MetricResult result =
                ((Metric) metric.with(3, 4, SAMPLES)).evaluate(network, images, maps, metric.score(SAMPLES));
        assertThat(result.counts().constant()).isEqualTo(1);
        assertThat(result.describe()).contains("1 with constant maps");
    }

    @ParameterizedTest
    @EnumSource(MetricCase.class)
    void rejectsBadInputs(MetricCase metric) {
        MethodMetric measure = metric.with(3, 4, SAMPLES);
        Attribution attribution = metric.attribution(4);
        Score score = metric.score(SAMPLES);
        INDArray broken = images.dup('c');
        broken.putScalar(2, 1, 0, 2, Double.NaN);
        assertThatThrownBy(() -> measure.evaluate(network, broken, attribution, score))
                .hasMessage("input to explain: expected finite values, got NaN at [2, 1, 0, 2]");
        INDArray none = Tensors.zeros(DataType.DOUBLE, 0, 8, 8, 3);
        assertThatThrownBy(() -> measure.evaluate(network, none, attribution, score))
                .hasMessage("input to explain: expected at least one sample, got an empty array");
        INDArray vector = Tensors.zeros(DataType.DOUBLE, 3);
        assertThatThrownBy(() -> measure.evaluate(network, vector, attribution, score))
                .isInstanceOf(ShapeMismatchException.class)
                .hasMessage("input to explain: expected [samples, ...], got [3]");
    }

    @ParameterizedTest
    @MethodSource("metricsOfMaps")
    void rejectsBadMaps(MetricCase metric) {
        Metric measure = (Metric) metric.with(3, 4, SAMPLES);
        Score score = metric.score(SAMPLES);
        INDArray maps = metric.attribution(4).explain(network, images, score);
        INDArray fewer = Tensors.rows(maps, 0, 3);
        assertThatThrownBy(() -> measure.evaluate(network, images, fewer, score))
                .isInstanceOf(ShapeMismatchException.class)
                .hasMessageContaining("maps: expected [4, 8, 8")
                .hasMessageContaining("got [3, 8, 8");
        for (double value : new double[] {Double.NaN, Double.NEGATIVE_INFINITY}) {
            INDArray broken = maps.dup('c');
            Tensors.rows(broken, 3, 4).assign(value);
            assertThatThrownBy(() -> measure.evaluate(network, images, broken, score))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("maps: expected finite values, got " + value + " at [3, 0");
        }
        INDArray none = Tensors.zeros(DataType.DOUBLE, 0, 8, 8, 3);
        assertThatThrownBy(() -> measure.evaluate(network, none, maps, score))
                .hasMessage("input to explain: expected at least one sample, got an empty array");
    }

    @ParameterizedTest
    @EnumSource(
            value = MetricCase.class,
            mode = EnumSource.Mode.MATCH_ANY,
            names = {"MU_.*", "DELETION", "INSERTION", "AVERAGE_.*", "INFIDELITY", "ROBUSTNESS_.*", "STABILITY.*"})
    void rejectsBatchesOfNothing(MetricCase metric) {
        Attribution fine = metric.attribution(4);
        assertThatThrownBy(() -> metric.with(3, 0, SAMPLES).evaluate(network, images, fine, metric.score(SAMPLES)))
                .hasMessageContaining("batchSize must be >= 1, got 0");
    }
}
