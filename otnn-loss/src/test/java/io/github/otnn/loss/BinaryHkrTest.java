package io.github.otnn.loss;

import static io.github.otnn.core.testing.Tolerances.F64_GOLDEN;
import static io.github.otnn.core.testing.Tolerances.F64_REORDERED;
import static io.github.otnn.loss.Arrays2D.column;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

class BinaryHkrTest {
    private static final double INFINITE = Double.POSITIVE_INFINITY;
    private static final INDArray SCORES = column(.5, 1.1, -.1, .7, -1.3, -.4, .2, -.9);
    private static final INDArray LABELS = column(1, 1, 1, 1, -1, -1, -1, -1);
    private static final INDArray FEW_POSITIVES = column(.5, .1, -1, .3, -.2, -.7);
    private static final INDArray FEW_POSITIVE_LABELS = column(1, 1, -1, -1, -1, -1);

    @Test
    void matchesValuesComputedByHand() {
        BinaryHkr loss = new BinaryHkr(10, .5);

        BinaryHkr.Parts parts = loss.parts(SCORES, LABELS);
        LossResult result = loss.evaluate(SCORES, LABELS);

        assertThat(parts.kr()).isCloseTo(1.15, within(F64_GOLDEN));
        assertThat(parts.hinge()).isCloseTo(.175, within(F64_GOLDEN));
        assertThat(result.value()).isCloseTo(.6, within(F64_GOLDEN));
        ArrayAssertions.assertClose(result.gradient(), column(-.25, -.25, -1.5, -.25, .25, 1.5, 1.5, .25), F64_GOLDEN);
    }

    @Test
    void partsMatchValuesComputedByHandOnSixSamples() {
        BinaryHkr.Parts parts =
                new BinaryHkr(1, 1).parts(column(.5, 1.5, -.5, -.5, -1.5, .5), column(1, 1, 1, -1, -1, -1));

        assertThat(parts.kr()).isCloseTo(1, within(F64_GOLDEN));
        assertThat(parts.hinge()).isCloseTo(4.0 / 6, within(F64_GOLDEN));
    }

    @Test
    void weightingsAndPriorsDifferWhereClassesAreUnbalanced() {
        BinaryHkr plain = new BinaryHkr(10, .5);
        BinaryHkr priorWeighted = plain.withWeighting(KrWeighting.PRIOR_WEIGHTED);
        BinaryHkr balanced = plain.withPriors(ClassPriors.of(2.0 / 3, 1.0 / 3));

        assertThat(value(plain)).isCloseTo(1.8, within(F64_GOLDEN));
        assertThat(value(priorWeighted)).isCloseTo(6.4 / 3, within(F64_GOLDEN));
        assertThat(value(balanced)).isCloseTo(1.675, within(F64_GOLDEN));
    }

    @Test
    void onBalancedDataPriorsChangeNothingAndPriorWeightingHalvesTransport() {
        BinaryHkr plain = new BinaryHkr(10, .5);

        assertThat(plain.withPriors(ClassPriors.binary(.5))
                        .evaluate(SCORES, LABELS)
                        .value())
                .isEqualTo(plain.evaluate(SCORES, LABELS).value());
        BinaryHkr.Parts parts = plain.withWeighting(KrWeighting.PRIOR_WEIGHTED).parts(SCORES, LABELS);
        assertThat(parts.kr()).isCloseTo(1.15 / 2, within(F64_GOLDEN));
        assertThat(parts.hinge()).isCloseTo(.175, within(F64_GOLDEN));
    }

    private static double value(BinaryHkr loss) {
        return loss.evaluate(FEW_POSITIVES, FEW_POSITIVE_LABELS).value();
    }

    @Test
    void infiniteLambdaLeavesTheHingePerSample() {
        LossResult result = new BinaryHkr(INFINITE, .7).evaluate(SCORES, LABELS);

        ArrayAssertions.assertClose(result.perSample(), new double[] {.2, 0, .8, 0, 0, .3, .9, 0}, F64_GOLDEN);
        assertThat(result.value()).isCloseTo(.275, within(F64_GOLDEN));
        ArrayAssertions.assertClose(result.gradient(), column(-.125, 0, -.125, 0, 0, .125, .125, 0), F64_GOLDEN);
    }

    @Test
    void zeroLambdaLeavesTransport() {
        LossResult result = new BinaryHkr(0, .7).evaluate(SCORES, LABELS);

        assertThat(result.value()).isCloseTo(-1.15, within(F64_GOLDEN));
        ArrayAssertions.assertClose(result.gradient(), column(-.25, -.25, -.25, -.25, .25, .25, .25, .25), F64_GOLDEN);
    }

    @Test
    void torchlipSettingsGiveItsValueTimesOnePlusLambda() {
        double[] published = {.25, -2.2, 2.95, -.65, -2.6, .7, 3.4, -1.55};
        double theirs = Arrays.stream(published).average().orElseThrow() / 3.5;

        BinaryHkr loss = BinaryHkr.fromTorchlip(5.0 / 7, 2);

        assertThat(loss.lambda()).isCloseTo(2.5, within(F64_GOLDEN));
        assertThat(loss.margin()).isEqualTo(1);
        assertThat(loss.evaluate(SCORES, LABELS).value() / (1 + loss.lambda())).isCloseTo(theirs, within(F64_GOLDEN));
        assertThat(BinaryHkr.fromTorchlip(1, 1)).isEqualTo(new BinaryHkr(INFINITE, .5));
        assertThat(BinaryHkr.fromTorchlip(0, 1)).isEqualTo(new BinaryHkr(0, .5));
        assertThat(BinaryHkr.fromTorchlip(10, 1)).isEqualTo(new BinaryHkr(10, .5));
        assertThat(BinaryHkr.fromDeelLip(10, 1)).isEqualTo(new BinaryHkr(10, .5));
    }

    @Test
    void everyFormOfLabelGivesTheSameBits() {
        BinaryHkr loss = new BinaryHkr(10, .5).withPriors(ClassPriors.binary(.3));
        LossResult expected = loss.evaluate(SCORES, LABELS);
        double[] zeroOne = {1, 1, 1, 1, 0, 0, 0, 0};
        INDArray[] forms = {
            column(zeroOne),
            vector(zeroOne),
            vector(1, 1, 1, 1, -1, -1, -1, -1),
            vector(1, 1, 1, 1, -1, 0, -1, 0),
            Arrays2D.oneHot(zeroOne, 2),
            LABELS.castTo(DataType.INT32),
            LABELS.castTo(DataType.FLOAT),
            column(zeroOne).castTo(DataType.BOOL),
            column(zeroOne).castTo(DataType.UINT8),
        };
        for (INDArray labels : forms) {
            LossResult result = loss.evaluate(SCORES, labels);

            assertThat(result.value()).isEqualTo(expected.value());
            ArrayAssertions.assertSameBits(result.gradient(), expected.gradient());
            assertThat(SignCounts.of(labels)).isEqualTo(new SignCounts(4, 4));
        }
    }

    @ParameterizedTest
    @EnumSource(KrWeighting.class)
    void classAbsentFromTheBatchAddsNothing(KrWeighting weighting) {
        BinaryHkr loss = new BinaryHkr(2, 1).withWeighting(weighting).withPriors(ClassPriors.binary(.25));

        LossResult positives = loss.evaluate(column(.5, 2), column(1, 1));
        LossResult negatives = loss.evaluate(column(.5, -2, -1.5), column(-1, -1, -1));

        // KR = mean f = 1.25, H = mean(2 * (.5, 0)); KR = -mean f = 1, H = mean(2/3 * (1.5, 0, 0))
        assertThat(positives.value()).isCloseTo(-1.25 + 2 * .5, within(F64_REORDERED));
        assertThat(negatives.value()).isCloseTo(-1 + 2 / 3.0, within(F64_REORDERED));
        ArrayAssertions.assertClose(positives.gradient(), column(-.5 - 2, -.5), F64_REORDERED);
        ArrayAssertions.assertClose(negatives.gradient(), column(1 / 3.0 + 4 / 9.0, 1 / 3.0, 1 / 3.0), F64_REORDERED);
    }

    @Test
    void slopeOfTheHingeAtTheMarginIsZero() {
        INDArray at = column(.5, -.5);

        LossResult result = new BinaryHkr(10, .5).evaluate(at, column(1, -1));

        ArrayAssertions.assertSameBits(result.gradient(), column(-1, 1));
        assertThat(result.value()).isEqualTo(-1);
    }

    @ParameterizedTest
    @ValueSource(doubles = {1e4, -1e4, 1e30})
    void hugeScoresStayFinite(double score) {
        for (DataType type : new DataType[] {DataType.FLOAT, DataType.DOUBLE}) {
            LossResult result = new BinaryHkr(500, .05)
                    .evaluate(column(score, -score, score).castTo(type), column(1, -1, -1));

            assertThat(result.value()).isFinite();
            assertThat(Tensors.toDoubles(result.gradient())).doesNotContain(Double.NaN, INFINITE, -INFINITE);
        }
    }

    @ParameterizedTest
    @EnumSource(KrWeighting.class)
    void shardsAddUpToTheWholeBatch(KrWeighting weighting) {
        BinaryHkr loss = new BinaryHkr(10, .5).withWeighting(weighting).withPriors(ClassPriors.binary(.1));
        INDArray scores = FiniteDifferences.gaussian(DataType.DOUBLE, 5, 11, 1);
        INDArray labels = column(1, -1, -1, -1, -1, 1, -1, -1, -1, -1, 1);
        LossResult whole = loss.evaluate(scores, labels);
        SignCounts counts = SignCounts.of(labels);

        double value = 0;
        for (int[] range : new int[][] {{0, 3}, {3, 5}, {5, 11}}) {
            LossResult part = loss.evaluateShard(
                    Tensors.rows(scores, range[0], range[1]), Tensors.rows(labels, range[0], range[1]), counts);
            value += part.value();
            ArrayAssertions.assertSameBits(part.gradient(), Tensors.rows(whole.gradient(), range[0], range[1]));
            assertThat(part.perSample()).isNull();
        }

        assertThat(value).isCloseTo(whole.value(), within(F64_REORDERED));
        assertThatThrownBy(() -> loss.evaluateShard(scores, labels, new SignCounts(20, 2)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("BinaryHkr: the shard's SignCounts[negative=8, positive=3] exceed the whole batch's "
                        + "SignCounts[negative=20, positive=2]");
    }

    /** On a line, P+ = .9 at 0 and .1 at 20, P- = .1 at 10 and .9 at 30: below lambda 16 it pays to give up two points. */
    @Test
    void correctClassifierWinsOnlyWithEnoughHinge() {
        INDArray labels = column(1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1);
        INDArray straight =
                column(15, 15, 15, 15, 15, 15, 15, 15, 15, -5, 5, -15, -15, -15, -15, -15, -15, -15, -15, -15);
        INDArray correct = column(9, 9, 9, 9, 9, 9, 9, 9, 9, 1, -1, -9, -9, -9, -9, -9, -9, -9, -9, -9);

        for (double lambda : new double[] {0, 10, 16, 17, 500}) {
            BinaryHkr loss = new BinaryHkr(lambda, 1);
            assertThat(loss.evaluate(straight, labels).value()).isCloseTo(-26 + .6 * lambda, within(F64_GOLDEN));
            assertThat(loss.evaluate(correct, labels).value()).isCloseTo(-16.4, within(F64_GOLDEN));
        }
    }

    @Test
    void rejectsSettingsOutsideTheirRange() {
        assertThatThrownBy(() -> new BinaryHkr(-1, .5))
                .hasMessage("BinaryHkr: lambda must be >= 0 (infinite for the " + "hinge alone), got -1.0");
        assertThatThrownBy(() -> new BinaryHkr(Double.NaN, .5)).hasMessageEndingWith("got NaN");
        for (double margin : new double[] {0, -.5, Double.NaN, INFINITE}) {
            assertThatThrownBy(() -> new BinaryHkr(1, margin))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("BinaryHkr: margin must be finite and > 0, got " + margin);
        }
        ClassPriors three = ClassPriors.of(.2, .3, .5);
        assertThatThrownBy(() -> new BinaryHkr(1, 1).withPriors(three))
                .isInstanceOf(ShapeMismatchException.class)
                .hasMessage("BinaryHkr: expected priors of 2 classes, got 3 priors");
        assertThatThrownBy(() -> new SignCounts(0, 0)).hasMessageContaining("got 0 negative and 0 positive");
    }

    @Test
    void rejectsSeveralOutputsAndWrongLabels() {
        INDArray wide = Tensors.zeros(DataType.DOUBLE, 8, 3);

        assertThatThrownBy(() -> new BinaryHkr(1, 1).evaluate(wide, LABELS))
                .isInstanceOf(ShapeMismatchException.class)
                .hasMessage("BinaryHkr: expected logits [batch, 1], got [8, 3]; use SoftmaxHkr for several classes");
        assertThatThrownBy(() -> new BinaryHkr(1, 1).evaluate(SCORES, wide))
                .isInstanceOf(ShapeMismatchException.class)
                .hasMessage("BinaryHkr: expected labels [8] or [8, 1] of signs, or [8, 2] one-hot, got [8, 3]");
        assertThatThrownBy(() -> new BinaryHkr(1, 1).evaluate(SCORES, column(1, 1, 1, 2, 0, 0, 0, 0)))
                .hasMessage("BinaryHkr: label 2 at row 3 is not a sign; expected 1 or -1 (or 0)");
    }
}
