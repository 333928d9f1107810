package io.github.otnn.xai.attack;

import static io.github.otnn.core.testing.ArrayAssertions.assertSameBits;
import static io.github.otnn.xai.attack.AttackCases.CLASSES;
import static io.github.otnn.xai.attack.AttackCases.NEAREST;
import static io.github.otnn.xai.attack.AttackCases.POINTS;
import static io.github.otnn.xai.attack.AttackCases.UNIT_WEIGHT;
import static io.github.otnn.xai.attack.AttackCases.logits;
import static io.github.otnn.xai.attack.AttackCases.run;
import static io.github.otnn.xai.attack.AttackCases.signs;
import static io.github.otnn.xai.attack.AttackCases.values;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.otnn.core.tensor.Tensors;
import io.github.otnn.core.testing.FiniteDifferences;
import io.github.otnn.xai.Progress;
import io.github.otnn.xai.testing.SampleFunction;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What every attack owes. */
class AttackContractTest {
    @ParameterizedTest
    @EnumSource
    void distanceAndPredictionAreThoseOfThePointReturned(AttackKind kind) {
        INDArray points = POINTS.castTo(DataType.FLOAT);
        AttackResult result = run(kind.with(AttackSettings.within(0, 1, 2)), NEAREST, points, CLASSES);
        assertThat(result.points().dataType()).isEqualTo(DataType.FLOAT);
        double[] found = Tensors.toDoubles(result.points());
        double[] origins = Tensors.toDoubles(points);
        double[] logits = Tensors.toDoubles(NEAREST.evaluate(result.points()).output());
        assertThat(result.foundShare()).isGreaterThan(0.5);
        for (int i = 0; i < 7; i++) {
            double squares = 0;
            for (int p = i * 6; p < (i + 1) * 6; p++) {
                assertThat(found[p]).isBetween(0.0, 1.0);
                squares += (found[p] - origins[p]) * (found[p] - origins[p]);
            }
            assertThat(result.found(i) ? result.distances()[i] : 0).isCloseTo(Math.sqrt(squares), within(1e-14));
            double[] row = Arrays.copyOfRange(logits, 3 * i, 3 * i + 3);
            assertThat(result.predictions()[i]).isEqualTo(Decision.prediction(row));
            assertThat(result.margins()[i])
                    .isEqualTo(Decision.margin(row, CLASSES[i], Decision.rival(row, CLASSES[i])));
            assertThat(result.predictions()[i] != CLASSES[i]).isEqualTo(result.found(i));
        }
    }

    @ParameterizedTest
    @EnumSource
    void batchSizeChangesNothing(AttackKind kind) {
        INDArray points = POINTS.castTo(DataType.FLOAT);
        AttackSettings settings = AttackSettings.within(0, 1, 2);
        AttackResult expected = run(kind.with(settings.withBatchSize(2)), NEAREST, points, CLASSES);
        for (int batchSize : new int[] {1, 3, 7, 32}) {
            assertSame(run(kind.with(settings.withBatchSize(batchSize)), NEAREST, points, CLASSES), expected);
        }
    }

    @ParameterizedTest
    @EnumSource
    void sampleIsFoundAlikeWhateverStandsAfterIt(AttackKind kind) {
        SampleFunction function = SampleFunction.distanceToSphere(1.5);
        INDArray rows = FiniteDifferences.gaussian(DataType.DOUBLE, 6, 9, 3);
        int[] labels = new int[9];
        Arrays.fill(labels, 1);
        AttackResult all = run(kind.free(), function, rows, labels);
        AttackResult first = run(kind.free(), function, Tensors.rows(rows, 0, 4), Arrays.copyOf(labels, 4));
        assertThat(first.distances()).containsExactly(Arrays.copyOf(all.distances(), 4));
    }

    @ParameterizedTest
    @EnumSource
    void equalSeedsGiveEqualBits(AttackKind kind) {
        AttackResult first = run(kind.free(), NEAREST, POINTS, CLASSES);
        assertSame(run(kind.free(), NEAREST, POINTS, CLASSES), first);
        if (!kind.usesGradients()) {
            AttackResult other = run(kind.with(AttackSettings.free(6)), NEAREST, POINTS, CLASSES);
            assertThat(other.distances()).isNotEqualTo(first.distances());
        }
    }

    @ParameterizedTest
    @EnumSource
    void leavesInputsUntouchedInEveryLayout(AttackKind kind) {
        INDArray padded = Tensors.zeros(DataType.DOUBLE, 9, 2, 3, 1);
        Tensors.rows(padded, 1, 8).assign(POINTS);
        int[] labels = CLASSES.clone();
        INDArray before = POINTS.dup('c');
        AttackResult expected = run(kind.free(), NEAREST, POINTS, labels);
        for (INDArray input : List.of(POINTS, POINTS.dup('f'), Tensors.rows(padded, 1, 8))) {
            assertSame(run(kind.free(), NEAREST, input, labels), expected);
            assertSameBits(input, before);
        }
        assertThat(labels).containsExactly(CLASSES);
    }

    @ParameterizedTest
    @EnumSource
    void tellsHowFarItIsAndStopsWhenTold(AttackKind kind) {
        SampleFunction function = SampleFunction.affine(UNIT_WEIGHT, 0);
        INDArray rows = FiniteDifferences.gaussian(DataType.DOUBLE, 3, 9, 4);
        int[] labels = signs(values(function, rows));
        List<Long> done = new ArrayList<>();
        kind.free().run(function, rows, labels, (now, total) -> {
            done.add(now);
            assertThat(total).isEqualTo(9);
        });
        assertThat(done).isSorted().endsWith(9L);
        Progress stop = (now, total) -> {
            throw new CancellationException("enough");
        };
        assertThatThrownBy(() -> kind.free().run(function, rows, labels, stop))
                .isInstanceOf(CancellationException.class)
                .hasMessage("enough");
    }

    @ParameterizedTest
    @EnumSource
    void rejectsWhatMakesNoSense(AttackKind kind) {
        SampleFunction binary = SampleFunction.affine(new double[] {1, 2}, 0);
        INDArray rows = Tensors.of(DataType.DOUBLE, new double[] {1, 2, 3, 4}, 2, 2);
        INDArray broken = Tensors.of(DataType.DOUBLE, new double[] {1, 2, 3, Double.NaN}, 2, 2);
        assertThatThrownBy(() -> run(kind.free(), binary, broken, new int[] {1, 1}))
                .hasMessage("attack: inputs: expected finite values, got NaN at [1, 1]");
        assertThatThrownBy(() -> run(kind.free(), binary, rows, new int[] {1}))
                .hasMessage("attack: expected 2 labels, one for each sample, got 1 labels");
        assertThatThrownBy(() -> run(kind.free(), binary, rows, new int[] {1, 2}))
                .hasMessage("label 2 of sample 1: expected 1, -1 or 0 for a function with one logit");
        assertThatThrownBy(() -> run(kind.free(), binary, Tensors.zeros(DataType.DOUBLE, 0, 2), new int[0]))
                .hasMessage("attack: expected at least one sample, got an empty array");
        assertThatThrownBy(() -> run(kind.free(), NEAREST, POINTS, new int[] {0, 1, 3, 0, 0, 0, 0}))
                .hasMessage("label 3 of sample 2 is outside the 3 classes 0..2");
        Attack narrow = kind.with(AttackSettings.within(0, 3, 1));
        assertThatThrownBy(() -> run(narrow, binary, rows, new int[] {1, 1}))
                .hasMessage("input to clip, batch from sample 0: value 4.0 at [1, 1] is outside [0.0, 3.0]; give the "
                        + "range of the data as the function sees it");
    }

    @ParameterizedTest
    @EnumSource
    void describesItsSettings(AttackKind kind) {
        assertThat(kind.free().describe()).endsWith(", unbounded, seed 5");
        assertThat(kind.with(AttackSettings.within(0, 1, 2)).describe()).endsWith(", values in [0.0, 1.0], seed 2");
        assertThat(kind.free().name()).isNotBlank();
    }

    private static void assertSame(AttackResult actual, AttackResult expected) {
        assertSameBits(actual.points(), expected.points());
        assertThat(actual.distances()).containsExactly(expected.distances());
        assertThat(actual.margins()).containsExactly(expected.margins());
        assertThat(actual.predictions()).containsExactly(expected.predictions());
        assertThat(actual.gradientEvaluations()).containsExactly(expected.gradientEvaluations());
        assertThat(actual.valueEvaluations()).containsExactly(expected.valueEvaluations());
    }
}
