package io.github.otnn.xai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
    void describesItself() {
        assertThat(Score.logit(3).describe()).isEqualTo("logit of class 3");
        assertThat(Score.margin(new int[] {1}).describe()).isEqualTo("margin of each sample's class");
        assertThat(Score.pair(1, 2).describe()).isEqualTo("class 1 against class 2");
        assertThat(Score.binary().describe()).isEqualTo("binary logit");
    }

    private static void check(Score score, int sample, double value, double... gradient) {
        double[] logits = LOGITS.clone();
        double[] got = new double[4];
        assertThat(score.evaluate(sample, logits, got)).isEqualTo(value);
        assertThat(got).containsExactly(gradient);
        assertThat(logits).containsExactly(LOGITS);
    }
}
