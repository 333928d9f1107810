package io.github.otnn.xai.attribution;

import static io.github.otnn.core.testing.ArrayAssertions.assertSameBits;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.otnn.core.Differentiable;
import io.github.otnn.core.ShapeMismatchException;
import io.github.otnn.core.tensor.Tensors;
import io.github.otnn.core.testing.FiniteDifferences;
import io.github.otnn.core.testing.Golden;
import io.github.otnn.xai.Progress;
import io.github.otnn.xai.Score;
import io.github.otnn.xai.ScoredFunction;
import io.github.otnn.xai.testing.ReferenceNetwork;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What every method owes, whatever it computes. */
class AttributionContractTest {
    private static final Golden MODEL = GoldenCase.MODEL;
    private static final int ALL = 100_000;

    private final GoldenCase golden = GoldenCase.of("network", DataType.DOUBLE);
    private final Differentiable network = ReferenceNetwork.split(MODEL);
    private final INDArray images = golden.inputs();
    private final Score targets = golden.score();

    @ParameterizedTest
    @EnumSource(AttributionCase.class)
    void batchSizeChangesNothing(AttributionCase method) {
        INDArray expected = method.with(ALL).explain(network, images, targets);
        for (int batchSize : new int[] {1, 3, 32}) {
            assertSameBits(method.with(batchSize).explain(network, images, targets), expected);
        }
    }

    @ParameterizedTest
    @EnumSource(AttributionCase.class)
    void otherSamplesChangeNothing(AttributionCase method) {
        INDArray first = Tensors.rows(images, 0, 1);
        Score target = Score.logit(GoldenCase.MAPS.get("network").get("targets").integers()[0]);
        INDArray all = method.with(4).explain(network, images, targets);
        assertSameBits(method.with(4).explain(network, first, target), Tensors.rows(all, 0, 1));
    }

    @ParameterizedTest
    @EnumSource(AttributionCase.class)
    void memoryLayoutChangesNothingAndInputsAreLeftAlone(AttributionCase method) {
        INDArray fortran = images.dup('f');
        INDArray twice = Tensors.zeros(DataType.DOUBLE, 10, 8, 8, 3);
        Tensors.rows(twice, 5, 10).assign(images);
        INDArray view = Tensors.rows(twice, 5, 10);
        INDArray expected = method.with(7).explain(network, images, targets);
        assertSameBits(method.with(7).explain(network, fortran, targets), expected);
        assertSameBits(method.with(7).explain(network, view, targets), expected);
        INDArray untouched = MODEL.get("inputs").array(DataType.DOUBLE);
        assertSameBits(images, untouched);
        assertSameBits(fortran, untouched);
        assertSameBits(view, untouched);
    }

    @ParameterizedTest
    @EnumSource(AttributionCase.class)
    void imagesGiveOneValuePerPixelInTheirType(AttributionCase method) {
        INDArray floats = images.castTo(DataType.FLOAT);
        INDArray maps = method.with(16).explain(network, floats, targets);
        assertThat(maps.shape()).containsExactly(5, 8, 8);
        assertThat(maps.dataType()).isEqualTo(DataType.FLOAT);
        double[] values = Tensors.toDoubles(maps);
        assertThat(Arrays.stream(values).distinct().count()).isGreaterThan(5);
        assertThat(Arrays.stream(values).allMatch(Double::isFinite)).isTrue();
    }

    @ParameterizedTest
    @EnumSource(AttributionCase.class)
    void functionStaysAsItWas(AttributionCase method) {
        double[] before = new ScoredFunction(network, targets, 5).values(images).scores();
        method.with(32).explain(network, images, targets);
        assertThat(new ScoredFunction(network, targets, 5).values(images).scores())
                .containsExactly(before);
    }

    @ParameterizedTest
    @EnumSource(AttributionCase.class)
    void progressGrowsToItsTotalAndStopsByThrowing(AttributionCase method) {
        List<Long> done = new ArrayList<>();
        List<Long> totals = new ArrayList<>();
        method.with(4).explain(network, images, targets, (now, total) -> {
            done.add(now);
            totals.add(total);
        });
        assertThat(done).isSorted().doesNotHaveDuplicates();
        assertThat(totals).containsOnly(done.get(done.size() - 1));
        int[] calls = {0};
        Progress cancelling = (now, total) -> {
            calls[0]++;
            throw new CancellationException("enough");
        };
        assertThatThrownBy(() -> method.with(4).explain(network, images, targets, cancelling))
                .isInstanceOf(CancellationException.class);
        assertThat(calls[0]).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(
            value = AttributionCase.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"GRAD_CAM", "GRAD_CAM_PLUS_PLUS"})
    void tablesKeepTheirShape(AttributionCase method) {
        INDArray rows = FiniteDifferences.gaussian(DataType.DOUBLE, 2, 3, 5);
        Differentiable function = io.github.otnn.xai.testing.SampleFunction.affine(new double[] {1, -1, 0.5, 0, 2}, 1);
        INDArray maps = method.forTables(8).explain(function, rows, Score.binary());
        assertThat(maps.shape()).containsExactly(3, 5);
    }

    @ParameterizedTest
    @EnumSource(AttributionCase.class)
    void rejectsBadInput(AttributionCase method) {
        INDArray broken = images.dup('c');
        broken.putScalar(2, 1, 0, 2, Double.NaN);
        Attribution attribution = method.with(4);
        assertThatThrownBy(() -> attribution.explain(network, broken, targets))
                .hasMessage("input to explain: expected finite values, got NaN at [2, 1, 0, 2]");
        assertThatThrownBy(() -> attribution.explain(network, images, Score.logit(4)))
                .hasMessage("logit score: target 4 is outside the 4 outputs 0..3");
        assertThatThrownBy(() -> attribution.explain(network, Tensors.rows(images, 0, 3), targets))
                .hasMessage("logit score: expected one target for each of the 3 samples, got 5 targets");
        INDArray vector = Tensors.zeros(DataType.DOUBLE, 3);
        assertThatThrownBy(() -> attribution.explain(network, vector, targets))
                .isInstanceOf(ShapeMismatchException.class)
                .hasMessage("input to explain: expected [samples, ...], got [3]");
        INDArray none = Tensors.zeros(DataType.DOUBLE, 0, 8, 8, 3);
        assertThatThrownBy(() -> attribution.explain(network, none, targets))
                .hasMessage("input to explain: expected at least one sample, got an empty array");
        INDArray infinite = images.dup('c');
        infinite.putScalar(0, 0, 0, 0, Double.NEGATIVE_INFINITY);
        assertThatThrownBy(() -> attribution.explain(network, infinite, targets))
                .hasMessage("input to explain: expected finite values, got -Infinity at [0, 0, 0, 0]");
        assertThatThrownBy(() -> method.with(0)).hasMessageContaining("batchSize must be >= 1, got 0");
    }
}
