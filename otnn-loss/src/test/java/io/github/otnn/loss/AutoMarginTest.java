package io.github.otnn.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.otnn.core.ShapeMismatchException;
import io.github.otnn.core.tensor.Tensors;
import io.github.otnn.core.train.LearnableScalar;
import io.github.otnn.core.train.LossResult;
import io.github.otnn.core.train.StepTimes;
import io.github.otnn.core.train.TrainingListener;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

class AutoMarginTest {
    private static final double INFINITE = Double.POSITIVE_INFINITY;
    private static final ClassPriors FOUR_PERCENT = ClassPriors.binary(.04);

    /** Aligned scores N(1, 0.5) of both classes. */
    private static double gaussian(SplittableRandom random) {
        return 1 + .5 * random.nextGaussian();
    }

    @Test
    void gradientDescentReachesTheQuantileOfGaussianScores() {
        AutoMarginHkr loss = new AutoMarginHkr(AutoMargin.of(.1), MarginSharing.SHARED);
        SplittableRandom random = new SplittableRandom(7);
        double tail = 0;
        for (int step = 0; step < 4000; step++) {
            double[] y = new double[128];
            Arrays.setAll(y, i -> i % 2 == 0 ? 1 : -1);
            double[] f = Arrays.stream(y).map(sign -> sign * gaussian(random)).toArray();
            descend(loss, f, y);
            tail += step >= 2000 ? loss.scalars().get(0).value() / 2000 : 0;
        }
        double[] scores = random.doubles(20_000).map(any -> gaussian(random)).toArray();
        INDArray positive = Arrays2D.column(Arrays.stream(scores).map(any -> 1).toArray());

        // 1 - 1.2816 * 0.5
        assertThat(tail).isCloseTo(.3592, within(.005));
        assertThat(loss.scalars().get(0).value()).isCloseTo(.3592, within(.02));
        assertThat(loss.fractionInside(Arrays2D.column(scores), positive)[0]).isCloseTo(.1, within(.02));
    }

    private static LossResult descend(AutoMarginLoss loss, double[] f, double[] y) {
        LossResult result = loss.evaluate(Arrays2D.column(f), Arrays2D.column(y));
        for (int i = 0; i < loss.scalars().size(); i++) {
            loss.scalars().get(i).descend(result.scalarGradients()[i]);
        }
        return result;
    }

    @Test
    void minimumOverMarginsIsTheMeanOfTheWorstSamples() {
        SplittableRandom random = new SplittableRandom(3);
        double[] z = random.doubles(200).map(any -> gaussian(random)).toArray();
        double[] sorted = z.clone();
        Arrays.sort(sorted);
        INDArray positive = Arrays2D.column(Arrays.stream(z).map(any -> 1).toArray());
        for (int worst : new int[] {1, 10, 20, 100, 200}) {
            double proportion = worst / 200.0;
            double tailMean = Arrays.stream(sorted, 0, worst).average().orElseThrow();
            AutoMarginHkr hinge =
                    new AutoMarginHkr(AutoMargin.of(proportion).withLambda(INFINITE), MarginSharing.SHARED);
            double minimum = Arrays.stream(sorted)
                    .map(m -> hinge.evaluateAt(Arrays2D.column(z), positive, m).value())
                    .min()
                    .orElseThrow();

            assertThat(minimum).isCloseTo(-proportion * tailMean, within(1e-12));
        }
    }

    @Test
    void onlyMarginsPerClassLeaveTheWantedShareOfARareClassInside() {
        double[] plain = insideAfterTraining(MarginSharing.SHARED, ClassPriors.uniform());
        double[] balanced = insideAfterTraining(MarginSharing.SHARED, FOUR_PERCENT);
        double[] perClass = insideAfterTraining(MarginSharing.PER_CLASS, ClassPriors.uniform());
        double[] balancedPerClass = insideAfterTraining(MarginSharing.PER_CLASS, FOUR_PERCENT);

        assertThat(plain[1]).as("positives inside a plain margin").isCloseTo(.79, within(.05));
        assertThat(plain[0]).as("negatives inside a plain margin").isCloseTo(.019, within(.004));
        assertThat(balanced[1]).as("positives inside a balanced margin").isCloseTo(.099, within(.02));
        assertThat(balanced[0]).as("negatives inside a balanced margin").isLessThan(.002);
        for (double[] each : new double[][] {perClass, balancedPerClass}) {
            assertThat(each[1]).as("positives inside their margin").isCloseTo(.05, within(.02));
            assertThat(each[0]).as("negatives inside their margin").isCloseTo(.05, within(.01));
        }
    }

    /** Shares of negatives and positives inside: scores N(0.3, 0.1) of 4 % positives, N(-0.8, 0.2) of the rest. */
    private static double[] insideAfterTraining(MarginSharing sharing, ClassPriors priors) {
        SplittableRandom random = new SplittableRandom(11);
        double[] y = new double[5000];
        double[] f = new double[5000];
        for (int i = 0; i < y.length; i++) {
            y[i] = i < 200 ? 1 : -1;
            f[i] = y[i] > 0 ? .3 + .1 * random.nextGaussian() : -.8 + .2 * random.nextGaussian();
        }
        AutoMarginHkr loss = new AutoMarginHkr(AutoMargin.of(.05).withLearningRate(1e-3), sharing, priors);
        for (int step = 0; step < 1500; step++) {
            descend(loss, f, y);
        }
        List<LearnableScalar> margins = loss.scalars();
        double[] inside = new double[2];
        for (int i = 0; i < y.length; i++) {
            int label = y[i] > 0 ? 1 : 0;
            double margin = margins.get(margins.size() == 1 ? 0 : label).value();
            inside[label] += y[i] * f[i] < margin ? 1 / (label == 1 ? 200.0 : 4800) : 0;
        }
        return inside;
    }

    @Test
    void trainingOnOverlappingGaussiansEndsWithTheWantedShareInside() {
        // a 1-Lipschitz line: f = (u . x) / |u| + b on two blobs at distance 2
        AutoMarginHkr loss = new AutoMarginHkr(AutoMargin.of(.2), MarginSharing.SHARED);
        SplittableRandom random = new SplittableRandom(5);
        double[] u = {.2, 1};
        double bias = .3;
        for (int step = 0; step < 3000; step++) {
            double[][] x = new double[64][];
            double[] y = new double[64];
            double norm = Math.hypot(u[0], u[1]);
            double[] f = new double[64];
            for (int i = 0; i < 64; i++) {
                y[i] = i % 2 == 0 ? 1 : -1;
                x[i] = new double[] {y[i] + .6 * random.nextGaussian(), .6 * random.nextGaussian()};
                f[i] = (u[0] * x[i][0] + u[1] * x[i][1]) / norm + bias;
            }
            double[] slope = Tensors.toDoubles(descend(loss, f, y).gradient());
            for (int i = 0; i < 64; i++) {
                u[0] -= .02 * slope[i] * x[i][0];
                u[1] -= .02 * slope[i] * x[i][1];
                bias -= .02 * slope[i];
            }
            norm = Math.hypot(u[0], u[1]);
            u[0] /= norm;
            u[1] /= norm;
        }
        double[] y = new double[20_000];
        double[] f = new double[20_000];
        for (int i = 0; i < y.length; i++) {
            y[i] = i % 2 == 0 ? 1 : -1;
            f[i] = u[0] * (y[i] + .6 * random.nextGaussian()) + u[1] * .6 * random.nextGaussian() + bias;
        }

        double[] inside = loss.fractionInside(Arrays2D.column(f), Arrays2D.column(y));

        assertThat(inside).hasSize(1);
        assertThat(inside[0]).isCloseTo(.2, within(.03));
        assertThat(u[0]).isGreaterThan(.99);
        assertThat(loss.floorWarnings()).isEmpty();
    }

    @Test
    void reportsTheShareInsideOfTheLastBatchPerMargin() {
        AutoMarginHkr loss = new AutoMarginHkr(AutoMargin.of(.1).withStart(.5), MarginSharing.PER_CLASS);
        assertThat(loss.fractionInside()).containsExactly(Double.NaN, Double.NaN);

        loss.evaluate(Arrays2D.column(.4, .6, .5, 9), Arrays2D.column(1, 1, 1, 1));

        // .5 itself is not inside, and there was no negative
        assertThat(loss.fractionInside()).containsExactly(Double.NaN, .25);
        double[] other = loss.fractionInside(Arrays2D.column(-.4, .6), Arrays2D.column(-1, 1));
        assertThat(other).containsExactly(1, 0);
        assertThat(loss.fractionInside()).containsExactly(Double.NaN, .25);
    }

    @Test
    void aMarginAtItsFloorIsToldOncePerStay() {
        AutoMarginHkr loss = new AutoMarginHkr(AutoMargin.of(.1).withStart(.015), MarginSharing.SHARED);
        List<String> told = new ArrayList<>();
        MarginWatch watch = new MarginWatch(loss, told::add);
        double[] wrong = {-1, -1};
        double[] labels = {1, 1};
        for (int epoch = 0; epoch < 3; epoch++) {
            descend(loss, wrong, labels);
            watch.onEpoch(event(epoch));
        }

        assertThat(loss.scalars().get(0).value()).isEqualTo(1e-3);
        assertThat(told)
                .containsExactly(
                        "after epoch 1 the margin sits at its floor 0.001: more than the share 0.1 of its samples"
                                + " is inside even there; train longer or raise hingeProportion");
        loss.scalars().get(0).restore(.5);
        watch.onEpoch(event(3));
        loss.scalars().get(0).restore(1e-3);
        watch.onEpoch(event(4));
        assertThat(told).hasSize(2);
    }

    private static TrainingListener.EpochEvent event(int epoch) {
        return new TrainingListener.EpochEvent(epoch, 5, 0, 0, StepTimes.ZERO);
    }

    @Test
    void softHingeLeavesTheWantedShareOfEachClassInside() {
        SoftHingeHkr loss = new SoftHingeHkr(AutoMargin.of(.1), 3);
        SplittableRandom random = new SplittableRandom(23);
        double[] logits = new double[3000 * 3];
        double[] labels = new double[3000];
        for (int i = 0; i < 3000; i++) {
            labels[i] = i % 10 == 0 ? 2 : i % 2;
            for (int k = 0; k < 3; k++) {
                logits[i * 3 + k] = (k == labels[i] ? .8 : -.8) + .3 * random.nextGaussian();
            }
        }
        INDArray f = Tensors.of(DataType.DOUBLE, logits, 3000, 3);
        INDArray y = Arrays2D.vector(labels);
        for (int step = 0; step < 2000; step++) {
            LossResult result = loss.evaluate(f, y);
            for (int k = 0; k < 3; k++) {
                loss.scalars().get(k).descend(result.scalarGradients()[k]);
            }
        }

        for (double inside : loss.fractionInside(f, y)) {
            assertThat(inside).isCloseTo(.1, within(.02));
        }
    }

    @Test
    void anotherLambdaSharesTheMargins() {
        AutoMarginHkr loss = new AutoMarginHkr(AutoMargin.of(.1), MarginSharing.SHARED);
        AutoMarginHkr stronger = loss.withLambda(50);

        loss.scalars().get(0).restore(.7);

        assertThat(stronger.scalars()).isEqualTo(loss.scalars());
        assertThat(stronger.autoMargin().lambda()).isEqualTo(50);
        INDArray f = Arrays2D.column(.2);
        assertThat(stronger.evaluate(f, Arrays2D.column(1)).value()).isCloseTo(-.2 + 50 * (.5 - .07), within(1e-12));
    }

    @Test
    void multilabelMarginsMoveAsFastAsASingleOne() {
        AutoMarginHkr single = new AutoMarginHkr(AutoMargin.of(.1), MarginSharing.SHARED);
        AutoMarginMultilabel several = new AutoMarginMultilabel(AutoMargin.of(.1), 22);
        double[] row = new double[22];
        Arrays.fill(row, .8);
        descend(single, new double[] {.8}, new double[] {1});

        LossResult result =
                several.evaluate(Arrays2D.rows(row), Arrays2D.rows(row).mul(0).add(1));
        several.scalars().get(21).descend(result.scalarGradients()[21]);

        assertThat(several.scalars().get(21).value())
                .isCloseTo(single.scalars().get(0).value(), within(1e-12))
                .isGreaterThan(.1);
    }

    @Test
    void rejectsSettingsOutsideTheirRange() {
        for (double proportion : new double[] {0, 1.1, -.1, Double.NaN}) {
            assertThatThrownBy(() -> new AutoMargin(1, proportion, .1, .01, .01))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("AutoMargin: hingeProportion must be in (0, 1], got " + proportion);
        }
        assertThatThrownBy(() -> AutoMargin.of(.1).withLambda(-1)).hasMessageContaining("lambda must be >= 0");
        assertThatThrownBy(() -> new AutoMargin(1, .1, .1, 0, .01))
                .hasMessage("AutoMargin: floor must be finite and > 0, got 0.0");
        assertThatThrownBy(() -> AutoMargin.of(.1).withStart(1e-4))
                .hasMessage("AutoMargin: start must be finite and >= the floor 0.001, got 1.0E-4");
        assertThatThrownBy(() -> AutoMargin.of(.1).withLearningRate(0))
                .hasMessage("AutoMargin: learningRate must be finite and > 0, got 0.0");
        assertThatThrownBy(() -> new AutoMarginOneVsAll(AutoMargin.of(.1), 1))
                .hasMessage(
                        "AutoMarginOneVsAll: expected 2 or more classes, got 1; use the binary loss AutoMarginHkr for a"
                                + " single output");
        assertThatThrownBy(() -> new AutoMarginMultilabel(AutoMargin.of(.1), 0))
                .hasMessage("AutoMarginMultilabel: expected priors of one label or more, got none");
        assertThatThrownBy(() -> new SoftHingeHkr(AutoMargin.of(.1), 3, -1, RivalTransport.SOFTMAX))
                .hasMessage("SoftHingeHkr: temperature must be finite and >= 0, got -1.0");
    }

    @Test
    void rejectsLogitsOfAnotherNumberOfClasses() {
        INDArray logits = Arrays2D.rows(new double[] {1, 2, 3});

        for (NamedLoss loss :
                new NamedLoss[] {new AutoMarginOneVsAll(AutoMargin.of(.1), 4), new SoftHingeHkr(AutoMargin.of(.1), 4)
                }) {
            assertThatThrownBy(() -> loss.evaluate(logits, Arrays2D.vector(0)))
                    .isInstanceOf(ShapeMismatchException.class)
                    .hasMessage(loss.getClass().getSimpleName() + ": expected logits of 4 classes, got [1, 3]");
        }
        assertThatThrownBy(() -> new AutoMarginMultilabel(AutoMargin.of(.1), 2).evaluate(logits, logits))
                .hasMessage("AutoMarginMultilabel: expected logits of 2 labels, got [1, 3]");
    }
}
