package io.github.otnn.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.otnn.core.train.EpochRamp;
import io.github.otnn.core.train.Loss;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.linalg.schedule.ScheduleType;
import org.nd4j.linalg.schedule.StepSchedule;

class ScheduledLossTest {
    private static final SoftmaxHkr BASE = new SoftmaxHkr(10, .25, 1);

    private static double[] values(ISchedule schedule) {
        return IntStream.range(0, 5)
                .mapToDouble(epoch -> schedule.valueAt(0, epoch))
                .toArray();
    }

    @Test
    void rampsStartAtOneValueAndStayAtTheOther() {
        assertThat(values(EpochRamp.linear(1, 7, 3))).containsExactly(1, 3, 5, 7, 7);
        assertThat(values(EpochRamp.geometric(8, 1, 3))).containsExactly(new double[] {8, 4, 2, 1, 1}, within(1e-12));
    }

    @Test
    void rampsRejectWhatHasNoRatioOrLength() {
        assertThatThrownBy(() -> EpochRamp.geometric(0, 1, 3))
                .hasMessage("EpochRamp: expected values > 0 for a geometric ramp, got 0.0, 1.0");
        assertThatThrownBy(() -> EpochRamp.linear(0, 1, 0))
                .hasMessage("EpochRamp: expected finite values and epochs >= 1, got 0.0, 1.0, 0");
    }

    @Test
    void followsLambdaMarginAndTemperature() {
        Loss temperature = ScheduledLoss.along(EpochRamp.geometric(1, 100, 2), BASE::withTemperature);
        Loss lambda = ScheduledLoss.along(new StepSchedule(ScheduleType.EPOCH, 8, .5, 2), BASE::withLambda);
        Loss margin = ScheduledLoss.of(
                "margin by hand", epoch -> BASE.withMargin(.1 * (epoch + 1)).withTemperature(epoch));

        assertThat(temperature.atEpoch(0)).isEqualTo(BASE);
        assertThat(temperature.atEpoch(1)).isEqualTo(BASE.withTemperature(10));
        assertThat(temperature.atEpoch(9)).isEqualTo(BASE.withTemperature(100));
        assertThat(lambda.atEpoch(1)).isEqualTo(BASE.withLambda(8));
        assertThat(lambda.atEpoch(2)).isEqualTo(BASE.withLambda(4));
        assertThat(margin.atEpoch(3)).isEqualTo(new SoftmaxHkr(10, .4, 3));
    }

    @Test
    void evaluatedDirectlyItIsTheLossOfEpochZero() {
        Loss loss = ScheduledLoss.along(EpochRamp.linear(1, 5, 2), BASE::withTemperature);
        INDArray logits = AcceptanceData.LOGITS;

        assertThat(loss.evaluate(logits, AcceptanceData.LABELS).value())
                .isEqualTo(BASE.evaluate(logits, AcceptanceData.LABELS).value());
        assertThat(loss.describe())
                .startsWith("ScheduledLoss(from SoftmaxHkr(lambda 10.0, ")
                .contains(" along EpochRamp[from=1.0, to=5.0");
    }

    @Test
    void epochsShareWhatIsLearned() {
        AutoMarginHkr base = new AutoMarginHkr(AutoMargin.of(.1), MarginSharing.SHARED);
        Loss shared = ScheduledLoss.along(EpochRamp.linear(1, 5, 2), base::withLambda);
        Loss forgetful = ScheduledLoss.of(
                "anew", epoch -> new AutoMarginHkr(AutoMargin.of(.1), MarginSharing.SHARED).withLambda(epoch));

        assertThat(shared.atEpoch(1).scalars()).isEqualTo(base.scalars()).isEqualTo(shared.scalars());
        assertThatThrownBy(() -> forgetful.atEpoch(1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "ScheduledLoss: the loss of epoch 1 has other learnable scalars than that of epoch 0; derive"
                                + " both from one loss, by its with methods");
    }
}
