package io.github.otnn.loss;

import io.github.otnn.core.train.LearnableScalar;
import io.github.otnn.core.train.Loss;
import io.github.otnn.core.train.LossResult;
import java.util.List;
import java.util.function.DoubleFunction;
import java.util.function.IntFunction;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.schedule.ISchedule;

/**
 * A loss whose lambda, margin or temperature changes from epoch to epoch.
 *
 * <pre>
 * SoftmaxHkr base = new SoftmaxHkr(10, 0.25, 1);
 * Loss loss = ScheduledLoss.along(EpochRamp.geometric(1, 20, 10), base::withTemperature);
 * </pre>
 * The trainer asks for the loss {@link #atEpoch of each epoch}; evaluated directly it is that of epoch 0. ND4J's step, map and
 * exponential schedules serve as well. As immutable and thread-safe as the losses it is made of.
 */
public final class ScheduledLoss implements Loss {
    private static final String NAME = "ScheduledLoss";

    private final String description;
    private final IntFunction<? extends Loss> losses;
    private final Loss first;

    private ScheduledLoss(String description, IntFunction<? extends Loss> losses) {
        this.description = description;
        this.losses = losses;
        first = losses.apply(0);
    }

    /**
     * Any change over epochs.
     *
     * @param description of the change, for reports
     * @param losses by epoch, from 0: always equal losses for equal epochs, all with the same learnable scalars
     */
    public static ScheduledLoss of(String description, IntFunction<? extends Loss> losses) {
        return new ScheduledLoss(description, losses);
    }

    /**
     * One setting that follows a schedule.
     *
     * @param values of the setting by epoch; the iteration is always 0
     * @param loss at a value of the setting
     */
    public static ScheduledLoss along(ISchedule values, DoubleFunction<? extends Loss> loss) {
        return new ScheduledLoss(values.toString(), epoch -> loss.apply(values.valueAt(0, epoch)));
    }

    @Override
    public Loss atEpoch(int epoch) {
        Loss loss = losses.apply(epoch);
        if (!loss.scalars().equals(first.scalars())) {
            throw new IllegalArgumentException(
                    NAME + ": the loss of epoch " + epoch
                            + " has other learnable scalars than that of epoch 0; derive both from one loss, by its with methods");
        }
        return loss;
    }

    @Override
    public LossResult evaluate(INDArray logits, INDArray labels) {
        return first.evaluate(logits, labels);
    }

    @Override
    public String describe() {
        return NAME + "(from " + first.describe() + " along " + description + ")";
    }

    @Override
    public List<LearnableScalar> scalars() {
        return first.scalars();
    }
}
