package io.github.otnn.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.otnn.core.ShapeMismatchException;
import io.github.otnn.core.tensor.Tensors;
import io.github.otnn.core.testing.ArrayAssertions;
import io.github.otnn.core.testing.FiniteDifferences;
import io.github.otnn.core.testing.Tolerances;
import io.github.otnn.core.train.LearnableScalar;
import io.github.otnn.core.train.Loss;
import io.github.otnn.core.train.LossResult;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What every loss owes its caller, whatever its formula. A loss gets a subclass per kind of setting. */
abstract class LossContract {
    private static final int[] ORDER = {3, 0, 6, 1, 5, 2, 4};

    /** The loss under test. */
    abstract Loss loss();

    /** Columns of its logits. */
    abstract int outputs();

    /** Labels of seven samples, one row each. */
    abstract INDArray labels();

    /** Whether the loss is a mean over samples. */
    abstract boolean isSampleWise();

    private INDArray logits(DataType type) {
        // off the grid of typical margins and all different, so that no value lies within a difference step of a kink
        INDArray logits = FiniteDifferences.gaussian(DataType.DOUBLE, 41, 7, outputs());
        double[] values = Tensors.toDoubles(logits);
        Arrays.setAll(values, i -> Math.rint(values[i] * 10) / 10 + 0.037 + 7e-4 * i);
        return Tensors.of(type, values, 7, outputs());
    }

    @Test
    void gradientMatchesCentralDifferences() {
        INDArray logits = logits(DataType.DOUBLE);
        INDArray labels = labels();

        INDArray expected =
                FiniteDifferences.gradient(at -> loss().evaluate(at, labels).value(), logits);

        ArrayAssertions.assertClose(loss().evaluate(logits, labels).gradient(), expected, Tolerances.F64_DIFFERENCE);
    }

    @Test
    void float32GivesTheSameValuesInItsOwnType() {
        LossResult wide = loss().evaluate(logits(DataType.DOUBLE), labels());
        LossResult narrow = loss().evaluate(logits(DataType.FLOAT), labels().castTo(DataType.FLOAT));

        assertThat(narrow.gradient().dataType()).isEqualTo(DataType.FLOAT);
        assertThat(wide.gradient().dataType()).isEqualTo(DataType.DOUBLE);
        ArrayAssertions.assertClose(new double[] {narrow.value()}, new double[] {wide.value()}, Tolerances.F32_GOLDEN);
        ArrayAssertions.assertClose(narrow.gradient().castTo(DataType.DOUBLE), wide.gradient(), Tolerances.F32_GOLDEN);
    }

    @Test
    void orderOfSamplesChangesNothing() {
        INDArray logits = logits(DataType.DOUBLE);
        LossResult plain = loss().evaluate(logits, labels());

        LossResult permuted =
                loss().evaluate(Arrays2D.permutedRows(logits, ORDER), Arrays2D.permutedRows(labels(), ORDER));

        ArrayAssertions.assertClose(
                new double[] {permuted.value()}, new double[] {plain.value()}, Tolerances.F64_REORDERED);
        ArrayAssertions.assertClose(
                permuted.gradient(), Arrays2D.permutedRows(plain.gradient(), ORDER), Tolerances.F64_REORDERED);
    }

    @Test
    void batchIsMeanOfSinglesWhereTheLossIsSampleWise() {
        INDArray logits = logits(DataType.DOUBLE);
        LossResult batch = loss().evaluate(logits, labels());
        if (!isSampleWise()) {
            assertThat(batch.perSample()).isNull();
            return;
        }
        double[] singles = new double[7];
        for (int i = 0; i < 7; i++) {
            LossResult single = loss().evaluate(Tensors.rows(logits, i, i + 1), Tensors.rows(labels(), i, i + 1));
            singles[i] = single.value();
            ArrayAssertions.assertClose(
                    Tensors.rows(batch.gradient(), i, i + 1).mul(7), single.gradient(), Tolerances.F64_REORDERED);
        }
        ArrayAssertions.assertClose(batch.perSample(), singles, Tolerances.F64_REORDERED);
        double mean = Arrays.stream(singles).average().orElseThrow();
        ArrayAssertions.assertClose(new double[] {batch.value()}, new double[] {mean}, Tolerances.F64_REORDERED);
    }

    @Test
    void memoryLayoutChangesNothingAndInputsAreLeftUntouched() {
        INDArray dense = logits(DataType.DOUBLE);
        LossResult expected = loss().evaluate(dense, labels());
        ArrayAssertions.assertSameBits(dense, logits(DataType.DOUBLE));

        for (INDArray logits : Arrays2D.otherLayouts(dense)) {
            for (INDArray labels : Arrays2D.otherLayouts(labels())) {
                LossResult result = loss().evaluate(logits, labels);

                assertThat(result.value()).isEqualTo(expected.value());
                ArrayAssertions.assertSameBits(result.gradient(), expected.gradient());
                ArrayAssertions.assertSameBits(logits, dense);
                ArrayAssertions.assertSameBits(labels, labels());
            }
        }
    }

    @Test
    void gradientBelongsToTheReceiver() {
        INDArray logits = logits(DataType.DOUBLE);
        LossResult first = loss().evaluate(logits, labels());
        first.gradient().assign(99);

        LossResult second = loss().evaluate(logits, labels());

        ArrayAssertions.assertSameBits(logits, logits(DataType.DOUBLE));
        assertThat(Tensors.toDoubles(second.gradient())).doesNotContain(99);
    }

    @Test
    void eightThreadsAgreeBitForBit() throws Exception {
        Loss shared = loss();
        INDArray logits = logits(DataType.DOUBLE);
        LossResult expected = shared.evaluate(logits, labels());
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Future<LossResult>> results = new ArrayList<>();
            for (int i = 0; i < 64; i++) {
                results.add(threads.submit(() -> shared.evaluate(logits, labels())));
            }
            for (Future<LossResult> result : results) {
                assertThat(result.get().value()).isEqualTo(expected.value());
                ArrayAssertions.assertSameBits(result.get().gradient(), expected.gradient());
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void rejectsEmptyBatch() {
        INDArray none = Tensors.zeros(DataType.DOUBLE, 0, outputs());

        assertThatThrownBy(() -> loss().evaluate(none, labels()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageEndingWith("expected at least one sample, got an empty batch");
    }

    @Test
    void rejectsLogitsThatAreNotFiniteNamingSampleAndClass() {
        int column = outputs() - 1;
        for (double bad : new double[] {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY}) {
            double[] values = Tensors.toDoubles(logits(DataType.DOUBLE));
            values[3 * outputs() + column] = bad;
            INDArray logits = Tensors.of(DataType.DOUBLE, values, 7, outputs());

            assertThatThrownBy(() -> loss().evaluate(logits, labels()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(
                            "expected finite logits, got " + bad + " at sample 3, class " + column + "; check");
        }
    }

    @Test
    void rejectsLogitsOfAnotherTypeOrRank() {
        INDArray whole = logits(DataType.DOUBLE).castTo(DataType.INT32);
        INDArray flat = Tensors.flat(logits(DataType.DOUBLE));

        assertThatThrownBy(() -> loss().evaluate(whole, labels()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected logits of type FLOAT or DOUBLE, got " + whole.dataType());
        assertThatThrownBy(() -> loss().evaluate(flat, labels()))
                .isInstanceOf(ShapeMismatchException.class)
                .hasMessageContaining("expected logits [batch, ")
                .hasMessageEndingWith("got [" + 7 * outputs() + "]");
    }

    @Test
    void rejectsLabelsOfAnotherBatchSize() {
        INDArray fewer = Tensors.rows(labels(), 0, 6);

        assertThatThrownBy(() -> loss().evaluate(logits(DataType.DOUBLE), fewer))
                .isInstanceOf(ShapeMismatchException.class)
                .hasMessageContaining("expected labels [7")
                .hasMessageEndingWith("got [6, " + fewer.size(1) + "]");
    }

    @Test
    void gradientOfScalarsMatchesCentralDifferences() {
        Loss loss = loss();
        INDArray logits = logits(DataType.DOUBLE);
        if (!(loss instanceof AutoMarginLoss)) {
            return;
        }
        double[] actual = loss.evaluate(logits, labels()).scalarGradients();
        double[] expected = new double[loss.scalars().size()];
        for (int i = 0; i < expected.length; i++) {
            LearnableScalar scalar = loss.scalars().get(i);
            double middle = scalar.value();
            scalar.restore(middle + 1e-5);
            double up = loss.evaluate(logits, labels()).value();
            scalar.restore(middle - 1e-5);
            double down = loss.evaluate(logits, labels()).value();
            scalar.restore(middle);
            expected[i] = (up - down) / 2e-5;
        }
        ArrayAssertions.assertClose(actual, expected, Tolerances.F64_DIFFERENCE);
    }

    @Test
    void oneGradientPerScalarAndEvaluationMovesNone() {
        Loss loss = loss();
        double[] before =
                loss.scalars().stream().mapToDouble(LearnableScalar::value).toArray();

        LossResult result = loss.evaluate(logits(DataType.DOUBLE), labels());

        assertThat(result.scalarGradients()).hasSize(loss.scalars().size());
        assertThat(loss.scalars().stream().mapToDouble(LearnableScalar::value).toArray())
                .isEqualTo(before);
    }

    @Test
    void describesItselfWithItsSettings() {
        NamedLoss loss = (NamedLoss) loss();

        assertThat(loss.describe())
                .startsWith(loss.getClass().getSimpleName() + "(")
                .doesNotContain("\n");
        assertThat(loss.describe()).contains(loss.settings().values().values());
    }

    @Test
    void settingsMakeAnEqualLoss() {
        NamedLoss loss = (NamedLoss) loss();

        NamedLoss copy = LossCatalog.read(
                new LossSettings(loss.settings().loss(), loss.settings().values()));

        assertThat(copy).isExactlyInstanceOf(loss.getClass());
        assertThat(copy.settings()).isEqualTo(loss.settings());
        LossResult expected = loss.evaluate(logits(DataType.DOUBLE), labels());
        LossResult actual = copy.evaluate(logits(DataType.DOUBLE), labels());
        assertThat(actual.value()).isEqualTo(expected.value());
        ArrayAssertions.assertSameBits(actual.gradient(), expected.gradient());
    }
}
