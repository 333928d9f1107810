package io.github.otnn.xai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class ScoreTest {
    private static final double[] LOGITS = {0.5, -2, 3, 1.25};

    @Test
    void logitIsThatOfTheTarget() {
        check(Score.logit(1), 0, -2, 0, 1, 0, 0);
    }

    @Test
    void logitFollowsTheTargetOfEachSample() {
        Score score = Score.logit(new int[] {0, 3});
        check(score, 0, 0.5, 1, 0, 0, 0);
        check(score, 1, 1.25, 0, 0, 0, 1);
    }

    @Test
    void marginIsTheLeadOverTheBestOtherClass() {
        check(Score.margin(2), 0, 1.75, 0, 0, 1, -1);
        check(Score.margin(0), 0, -2.5, 1, 0, -1, 0);
        check(Score.margin(new int[] {3, 1}), 1, -5, 0, 1, -1, 0);
    }

    @Test
    void marginTakesTheFirstOfEqualRivals() {
        double[] gradient = new double[3];
        assertThat(Score.margin(0).evaluate(0, new double[] {1, 4, 4}, gradient))
                .isEqualTo(-3);
        assertThat(gradient).containsExactly(1, -1, 0);
    }

    @Test
    void pairIsTheLeadOverItsRival() {
        check(Score.pair(0, 1), 0, 2.5, 1, -1, 0, 0);
        check(Score.pair(new int[] {0, 3}, new int[] {1, 2}), 1, -1.75, 0, 0, -1, 1);
    }

    @Test
    void weightedGivesEachTermItsOwnWeight() {
        Score score = Score.weighted(new double[] {2, -3}, Score.logit(0), Score.pair(2, 3));
        check(score, 0, 2 * 0.5 - 3 * 1.75, 2, 0, -3, 3);
        Score turned = Score.weighted(new double[] {-3, 2}, Score.pair(2, 3), Score.logit(0));
        check(turned, 0, 2 * 0.5 - 3 * 1.75, 2, 0, -3, 3);
        assertThat(score.describe()).isEqualTo("2.0 (logit of class 0) + -3.0 (class 2 against class 3)");
        assertThatThrownBy(() -> score.requireFits(1, 3)).hasMessageContaining("3 is outside the 3 outputs");
        assertThatThrownBy(() -> Score.weighted(new double[] {1}))
                .hasMessage(
                        "weighted score: expected a weight for each of at least one term, got 1 weights and 0 terms");
        assertThatThrownBy(() -> Score.weighted(new double[] {Double.NaN}, Score.binary()))
                .hasMessage("weighted score: expected finite weights, got [NaN]");
    }

    @Test
    void binaryIsTheOnlyLogit() {
        double[] gradient = new double[1];
        assertThat(Score.binary().evaluate(5, new double[] {-7}, gradient)).isEqualTo(-7);
        assertThat(gradient).containsExactly(1);
    }

    @Test
    void laterChangesOfTheGivenTargetsHaveNoEffect() {
        int[] targets = {0, 3};
        Score score = Score.logit(targets);
        targets[0] = 2;
        check(score, 0, 0.5, 1, 0, 0, 0);
    }

    @Test
    void rejectsTargetsOutsideTheOutputs() {
        assertThatThrownBy(() -> Score.logit(4).requireFits(3, 4))
                .hasMessage("logit score: target 4 is outside the 4 outputs 0..3");
        assertThatThrownBy(() -> Score.margin(new int[] {0, -1}).requireFits(2, 4))
                .hasMessage("margin score: target -1 of sample 1 is outside the 4 outputs 0..3");
    }

    @Test
    void rejectsAnotherNumberOfTargetsThanSamples() {
        assertThatThrownBy(() -> Score.logit(new int[] {0, 1}).requireFits(3, 4))
                .hasMessage("logit score: expected one target for each of the 3 samples, got 2 targets");
    }

    @Test
    void rejectsScoresThatTheFunctionCannotGive() {
        assertThatThrownBy(() -> Score.binary().requireFits(1, 10))
                .hasMessage("binary score: expected a function with 1 output, got 10; name a class with "
                        + "Score.logit(target)");
        assertThatThrownBy(() -> Score.margin(0).requireFits(1, 1))
                .hasMessage("margin score: expected a function with at least 2 outputs, got 1; use Score.binary()");
        assertThatThrownBy(() -> Score.pair(new int[] {0, 2}, new int[] {1, 2}).requireFits(2, 4))
                .hasMessage("pair score: class 2 of sample 1 is its own rival; expected two different classes");
    }

    @Test
    void signedScoreTurnsTowardsTheLabel() {
        Score score = Score.signed(new int[] {1, -1, 0});
        double[] expected = {-7, 7, 7};
        for (int i = 0; i < 3; i++) {
            double[] gradient = new double[1];
            assertThat(score.evaluate(i, new double[] {-7}, gradient)).isEqualTo(expected[i]);
            assertThat(gradient).containsExactly(i == 0 ? 1 : -1);
        }
    }

    @Test
    void softmaxOfTwoClassesIsTheSigmoidOfTheirDifference() {
        double[] softmax = new double[2];
        double[] sigmoid = new double[1];
        double p = Score.softmax(1).evaluate(0, new double[] {0.3, 1.0}, softmax);
        assertThat(Score.sigmoid().evaluate(0, new double[] {0.7}, sigmoid)).isCloseTo(p, within(1e-15));
        assertThat(p).isCloseTo(0.6681877721681662, within(1e-15));
        assertThat(softmax[1]).isCloseTo(sigmoid[0], within(1e-15));
        assertThat(softmax[0]).isCloseTo(-sigmoid[0], within(1e-15));
    }

    @Test
    void gradientsOfProbabilitiesMatchCentralDifferences() {
        List<Score> scores = List.of(Score.softmax(0), Score.softmax(new int[] {2}), Score.sigmoid(3));
        for (Score score : scores) {
            double[] gradient = new double[4];
            score.evaluate(0, LOGITS, gradient);
            for (int k = 0; k < 4; k++) {
                double[] above = LOGITS.clone();
                double[] below = LOGITS.clone();
                above[k] += 1e-5;
                below[k] -= 1e-5;
                double difference = score.evaluate(0, above, new double[4]) - score.evaluate(0, below, new double[4]);
                assertThat(gradient[k]).isCloseTo(difference / 2e-5, within(1e-9));
            }
        }
    }

    @Test
    void probabilitiesOfHugeLogitsKeepTheirDigits() {
        double[] gradient = new double[2];
        assertThat(Score.softmax(0).evaluate(0, new double[] {1000, 960}, gradient))
                .isEqualTo(1);
        assertThat(gradient[0]).isCloseTo(Math.exp(-40), within(1e-30));
        assertThat(gradient[1]).isEqualTo(-gradient[0]);
        assertThat(Score.softmax(1).evaluate(0, new double[] {1e300, -1e300}, new double[2]))
                .isZero();
        double[] slope = new double[1];
        assertThat(Score.sigmoid().evaluate(0, new double[] {-700}, slope)).isCloseTo(Math.exp(-700), within(1e-316));
        assertThat(slope[0]).isCloseTo(Math.exp(-700), within(1e-316));
        slope[0] = 0;
        assertThat(Score.sigmoid().evaluate(0, new double[] {40}, slope)).isEqualTo(1);
        assertThat(slope[0]).isCloseTo(Math.exp(-40), within(1e-30));
    }

    @Test
    void rejectsLabelsAndFunctionsThatDoNotFit() {
        assertThatThrownBy(() -> Score.signed(new int[] {1, 2}))
                .hasMessage("signed score: expected labels 1 and -1 (or 0), got 2 at sample 1");
        assertThatThrownBy(() -> Score.signed(new int[] {1, 1}).requireFits(3, 1))
                .hasMessage("signed score: expected one label for each of the 3 samples, got 2 labels");
        assertThatThrownBy(() -> Score.signed(new int[] {1}).requireFits(1, 2))
                .hasMessage("signed score: expected a function with 1 output, got 2; for classes use "
                        + "Score.margin(targets)");
        assertThatThrownBy(() -> Score.softmax(0).requireFits(1, 1))
                .hasMessage("softmax score: expected a function with at least 2 outputs, got 1; use Score.sigmoid()");
        assertThatThrownBy(() -> Score.softmax(5).requireFits(1, 4))
                .hasMessage("softmax score: target 5 is outside the 4 outputs 0..3");
        assertThatThrownBy(() -> Score.sigmoid().requireFits(1, 2))
                .hasMessageStartingWith("binary score: expected a function with 1 output, got 2");
    }

    @Test
    void describesItself() {
        assertThat(Score.logit(3).describe()).isEqualTo("logit of class 3");
        assertThat(Score.margin(new int[] {1}).describe()).isEqualTo("margin of each sample's class");
        assertThat(Score.pair(1, 2).describe()).isEqualTo("class 1 against class 2");
        assertThat(Score.binary().describe()).isEqualTo("binary logit");
        assertThat(Score.signed(new int[] {1}).describe()).isEqualTo("binary logit towards each sample's label");
        assertThat(Score.softmax(2).describe()).isEqualTo("softmax probability of class 2");
        assertThat(Score.sigmoid(1).describe()).isEqualTo("sigmoid of logit of class 1");
    }

    private static void check(Score score, int sample, double value, double... gradient) {
        double[] logits = LOGITS.clone();
        double[] got = new double[4];
        assertThat(score.evaluate(sample, logits, got)).isEqualTo(value);
        assertThat(got).containsExactly(gradient);
        assertThat(logits).containsExactly(LOGITS);
    }
}
