package io.github.otnn.loss;

import static io.github.otnn.core.testing.Tolerances.F64_REORDERED;
import static io.github.otnn.loss.Arrays2D.column;
import static io.github.otnn.loss.Arrays2D.rows;
import static io.github.otnn.loss.Arrays2D.vector;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.otnn.core.ShapeMismatchException;
import io.github.otnn.core.tensor.Tensors;
import io.github.otnn.core.testing.ArrayAssertions;
import io.github.otnn.core.testing.FiniteDifferences;
import io.github.otnn.core.train.LossResult;
import java.util.Arrays;
import java.util.OptionalDouble;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

class SoftmaxHkrTest {
    private static final double INFINITE = Double.POSITIVE_INFINITY;

    /** Digits of the printed acceptance values. */
    private static final double PRINTED = 5e-6;

    private static final double[] LABELS = {0, 0, 0, 1, 1, 2};
    private static final INDArray LOGITS = rows(
            new double[] {2, .2, -.5},
            new double[] {-1, -1.2, .3},
            new double[] {.8, 2, 0},
            new double[] {0, 1, -.5},
            new double[] {2.4, -.4, -1.1},
            new double[] {-.1, -1.7, .6});

    @Test
    void matchesAcceptanceValues() {
        LossResult result = new SoftmaxHkr(5, .1, 1).evaluate(LOGITS, vector(LABELS));
        double[] samples = {-1.0299869, 8.1615107, 10.2695649, -.8775407, 17.3310043, -.9687706};

        assertThat(result.value()).isCloseTo(5.4809636, within(PRINTED));
        for (int i = 0; i < 6; i++) {
            assertThat(result.perSample()[i]).isCloseTo(samples[i], within(PRINTED));
        }
        assertFirstRow(result, -1, 4.4968950, -.1559561);

        LossResult sharper = new SoftmaxHkr(5, .1, 10).evaluate(LOGITS, vector(LABELS));
        assertThat(sharper.value()).isCloseTo(6.1318836, within(PRINTED));
        assertFirstRow(sharper, -1, 6.0145586, -.0191138);
    }

    private static void assertFirstRow(LossResult result, double... expected) {
        double[] gradient = Tensors.toDoubles(result.gradient());
        for (int k = 0; k < expected.length; k++) {
            assertThat(6 * gradient[k]).isCloseTo(expected[k], within(PRINTED));
        }
    }

    @Test
    void temperatureZeroAveragesOverTheRivals() {
        SoftmaxHkr loss = new SoftmaxHkr(5, .1, 0);
        double[] expected = new double[6];
        for (int i = 0; i < 6; i++) {
            expected[i] = closedForm(i, rivals -> Arrays.stream(rivals).average());
        }

        ArrayAssertions.assertClose(loss.evaluate(LOGITS, vector(LABELS)).perSample(), expected, F64_REORDERED);
        // and the limit is approached: the difference is of the order of T
        ArrayAssertions.assertClose(
                loss.withTemperature(1e-8).evaluate(LOGITS, vector(LABELS)).perSample(), expected, 1e-6);
    }

    @Test
    void largeTemperatureLooksAtTheStrongestRivalOnly() {
        SoftmaxHkr loss = new SoftmaxHkr(5, .1, 1e4);
        double[] expected = new double[6];
        for (int i = 0; i < 6; i++) {
            expected[i] = closedForm(i, rivals -> Arrays.stream(rivals).max());
        }

        ArrayAssertions.assertClose(loss.evaluate(LOGITS, vector(LABELS)).perSample(), expected, F64_REORDERED);
    }

    /** Both limits: f_k + lambda (m + f_k)+ of each rival, reduced, plus the terms of the true class. */
    private static double closedForm(int sample, Function<double[], OptionalDouble> reduce) {
        double own = LOGITS.getDouble(sample, (int) LABELS[sample]);
        double[] rivals = new double[2];
        int next = 0;
        for (int k = 0; k < 3; k++) {
            double f = LOGITS.getDouble(sample, k);
            if (k != (int) LABELS[sample]) {
                rivals[next++] = f + 5 * Math.max(.1 + f, 0);
            }
        }
        return reduce.apply(rivals).orElseThrow() - own + 5 * Math.max(.1 - own, 0);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 10, 1000})
    void pullOnTheTrueClassDoesNotDependOnTheNumberOfClasses(int classes) {
        double[] values = Tensors.toDoubles(FiniteDifferences.gaussian(DataType.DOUBLE, 3, 2, classes));
        values[0] = .05;
        values[classes + 1] = .3;

        LossResult result =
                new SoftmaxHkr(5, .1, 10).evaluate(Tensors.of(DataType.DOUBLE, values, 2, classes), vector(0, 1));

        // inside the margin -(1 + lambda), outside -1, divided by the batch of 2
        assertThat(result.gradient().getDouble(0, 0)).isEqualTo(-3);
        assertThat(result.gradient().getDouble(1, 1)).isEqualTo(-.5);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 1, 250, 1e6})
    void singleRivalHasFullWeightAtEveryTemperature(double temperature) {
        INDArray logits = rows(new double[] {.3, -.2}, new double[] {.05, -.7});

        LossResult result = new SoftmaxHkr(5, .1, temperature).evaluate(logits, vector(0, 1));

        ArrayAssertions.assertSameBits(result.gradient(), rows(new double[] {-.5, .5}, new double[] {3, -3}));
        ArrayAssertions.assertClose(result.perSample(), new double[] {-.5, .05 + .7 + 5 * (.15 + .8)}, F64_REORDERED);
    }

    @Test
    void twoMirroredOutputsAreTwiceThePriorWeightedBinaryLoss() {
        double[] scores = {.5, -.3, .02, -1.2, .7};
        double[] positive = {1, 1, 0, 0, 1};
        INDArray mirrored =
                rows(Arrays.stream(scores).mapToObj(f -> new double[] {-f, f}).toArray(double[][]::new));

        LossResult soft = new SoftmaxHkr(7, .25, 3).evaluate(mirrored, vector(positive));
        LossResult binary = new BinaryHkr(7, .25)
                .withWeighting(KrWeighting.PRIOR_WEIGHTED)
                .evaluate(column(scores), vector(positive));

        assertThat(soft.value()).isCloseTo(2 * binary.value(), within(F64_REORDERED));
        double[] twice = Arrays.stream(binary.perSample()).map(each -> 2 * each).toArray();
        ArrayAssertions.assertClose(soft.perSample(), twice, F64_REORDERED);
    }

    @Test
    void orderOfClassesChangesNothing() {
        int[] newPlace = {2, 0, 1};
        SoftmaxHkr loss = new SoftmaxHkr(5, .1, 10).withPriors(ClassPriors.of(.5, .3, .2));
        LossResult plain = loss.evaluate(LOGITS, vector(LABELS));
        double[] labels = Arrays.stream(LABELS).map(y -> newPlace[(int) y]).toArray();

        LossResult permuted =
                loss.withPriors(ClassPriors.of(.3, .2, .5)).evaluate(permutedColumns(LOGITS, newPlace), vector(labels));

        ArrayAssertions.assertClose(permuted.perSample(), plain.perSample(), F64_REORDERED);
        ArrayAssertions.assertClose(permuted.gradient(), permutedColumns(plain.gradient(), newPlace), F64_REORDERED);
    }

    private static INDArray permutedColumns(INDArray array, int[] newPlace) {
        double[][] moved = new double[(int) array.size(0)][newPlace.length];
        for (int i = 0; i < moved.length; i++) {
            for (int k = 0; k < newPlace.length; k++) {
                moved[i][newPlace[k]] = array.getDouble(i, k);
            }
        }
        return rows(moved);
    }

    @Test
    void everyFormOfLabelGivesTheSameBits() {
        SoftmaxHkr loss = new SoftmaxHkr(5, .1, 10).withPriors(ClassPriors.of(.5, .3, .2));
        LossResult expected = loss.evaluate(LOGITS, vector(LABELS));
        INDArray[] forms = {
            column(LABELS),
            Arrays2D.oneHot(LABELS, 3),
            vector(LABELS).castTo(DataType.INT64),
            column(LABELS).castTo(DataType.FLOAT),
            Arrays2D.oneHot(LABELS, 3).castTo(DataType.UINT8),
            Arrays2D.oneHot(LABELS, 3).castTo(DataType.BOOL),
        };
        for (INDArray labels : forms) {
            LossResult result = loss.evaluate(LOGITS, labels);

            assertThat(result.value()).isEqualTo(expected.value());
            assertThat(result.perSample()).isEqualTo(expected.perSample());
            ArrayAssertions.assertSameBits(result.gradient(), expected.gradient());
        }
    }

    @Test
    void equalPriorsAreNoPriors() {
        SoftmaxHkr loss = new SoftmaxHkr(5, .1, 10);
        LossResult plain = loss.evaluate(LOGITS, vector(LABELS));

        LossResult equal =
                loss.withPriors(ClassPriors.of(1 / 3.0, 1 / 3.0, 1 / 3.0)).evaluate(LOGITS, vector(LABELS));

        assertThat(equal.value()).isEqualTo(plain.value());
        ArrayAssertions.assertSameBits(equal.gradient(), plain.gradient());
    }

    @Test
    void slopesOfBothHingesAtTheirKinksAreZero() {
        INDArray logits = rows(new double[] {.5, -.5, -.5});

        LossResult result = new SoftmaxHkr(10, .5, 3).evaluate(logits, vector(0));

        ArrayAssertions.assertSameBits(result.gradient(), rows(new double[] {-1, .5, .5}));
        assertThat(result.value()).isEqualTo(-1);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 1, 250})
    void hugeLogitsStayFinite(double temperature) {
        INDArray logits = rows(
                new double[] {1e4, -1e4, 1e4 - 1e-3}, new double[] {-1e4, -1e4, -1e4}, new double[] {1e30, 0, 2e30});
        for (DataType type : new DataType[] {DataType.FLOAT, DataType.DOUBLE}) {
            LossResult result = new SoftmaxHkr(500, .05, temperature).evaluate(logits.castTo(type), vector(1, 2, 0));

            assertThat(result.value()).isFinite();
            assertThat(result.perSample()).doesNotContain(Double.NaN, INFINITE, -INFINITE);
            assertThat(Tensors.toDoubles(result.gradient())).doesNotContain(Double.NaN, INFINITE, -INFINITE);
        }
    }

    @Test
    void batchOfOneClassIsFinite() {
        LossResult result = new SoftmaxHkr(5, .1, 10).evaluate(LOGITS, vector(1, 1, 1, 1, 1, 1));

        assertThat(result.value()).isFinite();
        assertThat(Tensors.toDoubles(result.gradient())).doesNotContain(Double.NaN, INFINITE, -INFINITE);
    }

    @Test
    void rejectsSettingsOutsideTheirRange() {
        assertThatThrownBy(() -> new SoftmaxHkr(-1, .5, 1)).hasMessageContaining("SoftmaxHkr: lambda must be >= 0");
        assertThatThrownBy(() -> new SoftmaxHkr(1, 0, 1))
                .hasMessage("SoftmaxHkr: margin must be finite and > 0, got 0.0");
        for (double temperature : new double[] {-1, Double.NaN, INFINITE}) {
            assertThatThrownBy(() -> new SoftmaxHkr(1, 1, temperature))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("SoftmaxHkr: temperature must be finite and >= 0, got " + temperature);
        }
    }

    @Test
    void rejectsSingleOutputAndWrongLabelsAndPriors() {
        SoftmaxHkr loss = new SoftmaxHkr(5, .1, 10);

        assertThatThrownBy(() -> loss.evaluate(column(1, 2), column(0, 0)))
                .isInstanceOf(ShapeMismatchException.class)
                .hasMessageContaining("SoftmaxHkr: expected logits [batch, classes] with 2 or more classes, got [2, 1]")
                .hasMessageEndingWith("use the binary loss BinaryHkr for a single output");
        assertThatThrownBy(() -> loss.evaluate(LOGITS, vector(0, 1, 2, 3, 0, 0)))
                .hasMessage("SoftmaxHkr: label 3 at row 3 is outside the 3 classes 0..2");
        assertThatThrownBy(() -> loss.withPriors(ClassPriors.of(.5, .5)).evaluate(LOGITS, vector(LABELS)))
                .isInstanceOf(ShapeMismatchException.class)
                .hasMessage("SoftmaxHkr: expected priors of 3 classes, got 2 priors");
    }
}
