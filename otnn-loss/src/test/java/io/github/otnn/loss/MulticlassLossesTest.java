package io.github.otnn.loss;

import static io.github.otnn.core.testing.Tolerances.F64_GOLDEN;
import static io.github.otnn.core.testing.Tolerances.F64_REORDERED;
import static io.github.otnn.loss.AcceptanceData.LABELS;
import static io.github.otnn.loss.AcceptanceData.LOGITS;
import static io.github.otnn.loss.AcceptanceData.PRINTED;
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
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

class MulticlassLossesTest {
    private static final double INFINITE = Double.POSITIVE_INFINITY;

    private static double value(NamedLoss loss) {
        return loss.evaluate(LOGITS, LABELS).value();
    }

    @Test
    void oneVsAllMatchesAcceptanceValues() {
        assertThat(value(new OneVsAllHkr(0, .1))).isCloseTo(-1.2683333, within(PRINTED));
        assertThat(value(new OneVsAllHkr(INFINITE, .1))).isCloseTo(1.1833333, within(PRINTED));
        assertThat(value(new OneVsAllHkr(5, .1))).isCloseTo(4.6483333, within(PRINTED));
    }

    @Test
    void oneVsAllIsTheSumOfBinaryLosses() {
        ClassPriors priors = ClassPriors.of(.5, .3, .2);
        double[] shares = {.5, .3, .2};
        double plain = 0;
        double weighted = 0;
        double[] classes = Tensors.toDoubles(LABELS);
        for (int k = 0; k < 3; k++) {
            double[] scores = new double[6];
            double[] signs = new double[6];
            for (int i = 0; i < 6; i++) {
                scores[i] = LOGITS.getDouble(i, k);
                signs[i] = classes[i] == k ? 1 : -1;
            }
            BinaryHkr head = new BinaryHkr(5, .1);
            plain += head.evaluate(column(scores), column(signs)).value();
            weighted += head.withPriors(ClassPriors.binary(shares[k]))
                    .evaluate(column(scores), column(signs))
                    .value();
        }

        assertThat(value(new OneVsAllHkr(5, .1))).isCloseTo(plain, within(1e-12));
        assertThat(value(new OneVsAllHkr(5, .1).withPriors(priors))).isCloseTo(weighted, within(1e-12));
    }

    @Test
    void deelSettingsGiveDeelValues() {
        assertThat(value(DeelMulticlassHkr.fromTorchlip(5 / 6.0, 2)) / 6).isCloseTo(1071 / 1200.0, within(F64_GOLDEN));
        assertThat(value(LseHkr.fromTorchlip(5 / 6.0, .2, 1, 1)) / 6).isCloseTo(1.0231503, within(PRINTED));
        assertThat(DeelMulticlassHkr.fromDeelLip(5, 1)).isEqualTo(new DeelMulticlassHkr(5, .5));
        assertThat(DeelMulticlassHkr.fromTorchlip(1, 1).lambda()).isInfinite();
        assertThat(LseHkr.fromTorchlip(20, 1, 2, 3)).isEqualTo(new LseHkr(20, .5, 2, 3));
    }

    @Test
    void adaptiveTemperatureMatchesAcceptanceValuesOfBothCalls() {
        AdaptiveSoftmaxHkr deelLip = AdaptiveSoftmaxHkr.fromDeelLip(5, .2, 1);
        AdaptiveSoftmaxHkr torchlip = AdaptiveSoftmaxHkr.fromTorchlip(5 / 6.0, .2, 1);
        double[] temperatures = {.9672219, .9368218};
        double[] values = {1.0897621, 1.0834466};
        double[] torchlipValues = {.9081351, .9028722};
        for (int call = 0; call < 2; call++) {
            assertThat(deelLip.temperature(LOGITS)).isCloseTo(temperatures[call], within(PRINTED));
            assertThat(deelLip.train(LOGITS, LABELS).value() / 5).isCloseTo(values[call], within(PRINTED));
            assertThat(torchlip.train(LOGITS, LABELS).value() / 6).isCloseTo(torchlipValues[call], within(PRINTED));
        }
    }

    @Test
    void onlyTrainingMovesTheRunningMeanAndItCanBePutBack() {
        AdaptiveSoftmaxHkr loss = new AdaptiveSoftmaxHkr(5, .1, 1);
        double first = loss.evaluate(LOGITS, LABELS).value();

        assertThat(loss.runningMean()).isEqualTo(.2);
        assertThat(loss.evaluate(LOGITS, LABELS).value()).isEqualTo(first);
        loss.train(LOGITS, LABELS);
        assertThat(loss.runningMean()).isNotEqualTo(.2);
        assertThat(loss.evaluate(LOGITS, LABELS).value()).isNotEqualTo(first);
        loss.restoreRunningMean(.2);
        assertThat(loss.evaluate(LOGITS, LABELS).value()).isEqualTo(first);
    }

    @Test
    void runningMeanOfABatchIsThatOfItsHalves() {
        AdaptiveSoftmaxHkr loss = new AdaptiveSoftmaxHkr(5, .1, 1);
        double whole = loss.evaluate(LOGITS, LABELS).scalarGradients()[0];
        double first =
                loss.evaluate(Tensors.rows(LOGITS, 0, 3), vector(0, 0, 0)).scalarGradients()[0];
        double second =
                loss.evaluate(Tensors.rows(LOGITS, 3, 6), vector(1, 1, 2)).scalarGradients()[0];

        assertThat((first + second) / 2).isCloseTo(whole, within(1e-12));
    }

    @Test
    void runningMeanStaysWithinItsBounds() {
        AdaptiveSoftmaxHkr loss = new AdaptiveSoftmaxHkr(5, .1, 1);
        loss.train(LOGITS.mul(1e7), LABELS);
        assertThat(loss.runningMean()).isCloseTo(1000, within(F64_GOLDEN));
        for (int i = 0; i < 2000; i++) {
            loss.train(LOGITS.mul(0), LABELS);
        }
        assertThat(loss.runningMean()).isEqualTo(.005);
        assertThatThrownBy(() -> loss.restoreRunningMean(.001))
                .hasMessage("running mean of |logits|: expected a finite value >= 0.005, got 0.001");
    }

    @Test
    void lseScalesWithItsTemperature() {
        INDArray logits = FiniteDifferences.gaussian(DataType.DOUBLE, 5, 6, 3);
        double one = new LseHkr(5, .2).evaluate(logits.mul(7), LABELS).value();

        double homogeneous = new LseHkr(5, .2, 7, 1).evaluate(logits, LABELS).value();

        assertThat(homogeneous).isCloseTo(one, within(1e-12));
        assertThat(new LseHkr(5, 1.4, 7, 1).evaluate(logits, LABELS).value())
                .isCloseTo(7 * new LseHkr(5, .2).evaluate(logits, LABELS).value(), within(1e-12));
    }

    @Test
    void lseOfTwoClassesLooksAtTheOtherLogit() {
        LossResult result = new LseHkr(5, .5).evaluate(rows(new double[] {.3, -.2}), vector(0));

        // -.2 - .3 + 5 ((.5 - .3)+ + (.5 - .2)+)
        assertThat(result.value()).isCloseTo(2, within(1e-12));
        ArrayAssertions.assertClose(result.gradient(), rows(new double[] {-6, 6}), F64_REORDERED);
    }

    @Test
    void categoricalHingeAndMultiMarginMatchHandValues() {
        INDArray logits = rows(new double[] {.5, .2, .9}, new double[] {1, .2, .2});

        LossResult hinge = new CategoricalHinge(.5).evaluate(logits, vector(0, 0));
        LossResult all = new MultiMargin(.5).evaluate(logits, vector(0, 0));

        ArrayAssertions.assertClose(hinge.perSample(), new double[] {.9, 0}, F64_GOLDEN);
        ArrayAssertions.assertClose(
                hinge.gradient(), rows(new double[] {-.5, 0, .5}, new double[] {0, 0, 0}), F64_GOLDEN);
        ArrayAssertions.assertClose(all.perSample(), new double[] {1.1 / 3, 0}, F64_GOLDEN);
        ArrayAssertions.assertClose(
                all.gradient(), rows(new double[] {-1 / 3.0, 1 / 6.0, 1 / 6.0}, new double[] {0, 0, 0}), F64_GOLDEN);
    }

    @Test
    void hingesAreFlatAtTheirKinks() {
        INDArray gapOfMargin = rows(new double[] {.5, 0});
        assertThat(Tensors.toDoubles(new CategoricalHinge(.5)
                        .evaluate(gapOfMargin, vector(0))
                        .gradient()))
                .containsOnly(0, -0.0);
        assertThat(Tensors.toDoubles(
                        new MultiMargin(.5).evaluate(gapOfMargin, vector(0)).gradient()))
                .containsOnly(0, -0.0);
        INDArray atMargin = rows(new double[] {.5, -.5});
        assertThat(Tensors.toDoubles(new OneVsAllHkr(INFINITE, .5)
                        .evaluate(atMargin, vector(0))
                        .gradient()))
                .containsOnly(0, -0.0);
        assertThat(Tensors.toDoubles(
                        new LseHkr(INFINITE, .5).evaluate(atMargin, vector(0)).gradient()))
                .containsOnly(0, -0.0);
    }

    @Test
    void crossEntropyKeepsTheDigitsOfCertainSamples() {
        LossResult result = new TauCrossEntropy(1).evaluate(rows(new double[] {40, 0}), vector(0));
        LossResult binary = new TauBinaryCrossEntropy(1).evaluate(column(40), column(1));

        assertThat(result.value()).isCloseTo(Math.exp(-40), within(1e-30));
        assertThat(binary.value()).isCloseTo(Math.exp(-40), within(1e-30));
    }

    @Test
    void multilabelIsTheMeanOfBinaryLosses() {
        INDArray signs = rows(new double[] {1, -1}, new double[] {-1, 0}, new double[] {1, 0});
        INDArray logits = rows(new double[] {.3, -.7}, new double[] {.4, .2}, new double[] {-1, .9});
        BinaryHkr first = new BinaryHkr(5, .5);
        BinaryHkr second = new BinaryHkr(2, 1).withPriors(ClassPriors.binary(.2));
        double mean = (first.evaluate(column(.3, .4, -1), column(1, -1, 1)).value()
                        + second.evaluate(column(-.7, .2, .9), column(-1, -1, -1))
                                .value())
                / 2;

        assertThat(new MultilabelHkr(List.of(first, second))
                        .evaluate(logits, signs)
                        .value())
                .isCloseTo(mean, within(1e-12));
        assertThat(new MultilabelHkr(first).evaluate(logits, signs))
                .usingRecursiveComparison()
                .ignoringFields("gradient")
                .isEqualTo(new MultilabelHkr(List.of(first, first)).evaluate(logits, signs));
    }

    @ParameterizedTest
    @EnumSource(LossCatalog.class)
    void hugeLogitsAndAbsentClassesStayFinite(LossCatalog entry) {
        int outputs = entry.labels() == LossCatalog.Labels.SIGN ? 1 : 3;
        INDArray logits = FiniteDifferences.gaussian(DataType.DOUBLE, 3, 4, outputs);
        INDArray labels = entry.labels() == LossCatalog.Labels.CLASS
                ? vector(1, 1, 1, 1)
                : logits.mul(0).add(1);
        for (double size : new double[] {1, 1e4}) {
            for (DataType type : new DataType[] {DataType.DOUBLE, DataType.FLOAT}) {
                LossResult result =
                        entry.create(outputs).evaluate(logits.mul(size).castTo(type), labels);

                assertThat(result.value()).isFinite();
                assertThat(Tensors.toDoubles(result.gradient())).doesNotContain(Double.NaN, INFINITE, -INFINITE);
                assertThat(result.scalarGradients()).doesNotContain(Double.NaN, INFINITE, -INFINITE);
            }
        }
    }

    @Test
    void permutingClassesChangesNothing() {
        INDArray permuted = rows(
                new double[] {-.5, 2, .2},
                new double[] {.3, -1, -1.2},
                new double[] {0, .8, 2},
                new double[] {-.5, 0, 1},
                new double[] {-1.1, 2.4, -.4},
                new double[] {.6, -.1, -1.7});
        for (LossCatalog entry : LossCatalog.with(LossCatalog.Labels.CLASS)) {
            NamedLoss loss = entry.create(3);
            assertThat(loss.evaluate(permuted, vector(1, 1, 1, 2, 2, 0)).value())
                    .as(entry.title())
                    .isCloseTo(value(loss), within(1e-10));
        }
    }

    @Test
    void rejectsSettingsOutsideTheirRange() {
        assertThatThrownBy(() -> new TauCrossEntropy(0))
                .hasMessage("TauCrossEntropy: tau must be finite and > 0, got 0.0");
        assertThatThrownBy(() -> new TauBinaryCrossEntropy(INFINITE))
                .hasMessage("TauBinaryCrossEntropy: tau must be finite and > 0, got Infinity");
        assertThatThrownBy(() -> new CategoricalHinge(-1))
                .hasMessage("CategoricalHinge: margin must be finite and > 0, got -1.0");
        assertThatThrownBy(() -> new MultiMargin(Double.NaN))
                .hasMessage("MultiMargin: margin must be finite and > 0, got NaN");
        assertThatThrownBy(() -> new LseHkr(1, 1, 0, 1))
                .hasMessage("LseHkr: temperature must be finite and > 0, got 0.0");
        assertThatThrownBy(() -> new LseHkr(1, 1, 1, -2))
                .hasMessage("LseHkr: penalty must be finite and > 0, got -2.0");
        assertThatThrownBy(() -> new AdaptiveSoftmaxHkr(1, 0, 1))
                .hasMessage("AdaptiveSoftmaxHkr: margin must be finite and > 0, got 0.0");
        assertThatThrownBy(() -> new OneVsAllHkr(-1, 1)).hasMessageContaining("OneVsAllHkr: lambda must be >= 0");
        assertThatThrownBy(() -> DeelMulticlassHkr.fromTorchlip(-.5, 1))
                .hasMessageContaining("DeelMulticlassHkr: lambda must be >= 0");
        assertThatThrownBy(() -> new MultilabelHkr(List.of()))
                .hasMessage("MultilabelHkr: expected one head per label or one for all, got none");
    }

    @Test
    void rejectsWrongShapesAndLabels() {
        for (LossCatalog entry : LossCatalog.with(LossCatalog.Labels.CLASS)) {
            NamedLoss loss = entry.create(3);
            assertThatThrownBy(() -> loss.evaluate(column(1, 2), column(0, 0)))
                    .isInstanceOf(ShapeMismatchException.class)
                    .hasMessageEndingWith("use the binary loss BinaryHkr for a single output");
            assertThatThrownBy(() -> loss.evaluate(LOGITS, vector(0, 1, 2, 3, 0, 0)))
                    .hasMessage(loss.getClass().getSimpleName() + ": label 3 at row 3 is outside the 3 classes 0..2");
        }
        assertThatThrownBy(() ->
                        new MultilabelHkr(List.of(new BinaryHkr(1, 1), new BinaryHkr(1, 1))).evaluate(LOGITS, LOGITS))
                .isInstanceOf(ShapeMismatchException.class)
                .hasMessage("MultilabelHkr: expected logits [batch, 2], one column per head, got [6, 3]");
        assertThatThrownBy(() ->
                        new OneVsAllHkr(1, 1).withPriors(ClassPriors.of(.5, .5)).evaluate(LOGITS, LABELS))
                .hasMessage("OneVsAllHkr: expected priors of 3 classes, got 2 priors");
    }
}
