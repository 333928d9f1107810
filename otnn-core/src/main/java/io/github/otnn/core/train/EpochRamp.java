package io.github.otnn.core.train;

import org.nd4j.linalg.schedule.ISchedule;

/**
 * A value that goes from one number to another over some epochs and stays there.
 *
 * <pre>
 * LINEAR: from + (to - from) t,   GEOMETRIC: from (to / from)^t,   t = min(1, epoch / epochs)
 * </pre>
 * Serves as a learning rate too. For steps there are ND4J's own schedules.
 *
 * @param from value at epoch 0, finite; positive if geometric
 * @param to value from epoch {@code epochs} on, finite; positive if geometric
 * @param epochs length of the ramp, at least 1
 * @param progression how it goes
 */
public record EpochRamp(double from, double to, int epochs, Progression progression) implements ISchedule {
    private static final long serialVersionUID = 1L;

    /** How a ramp goes from one value to the other. */
    public enum Progression {
        /** Equal differences. */
        LINEAR,
        /** Equal ratios. */
        GEOMETRIC
    }

    /** Checks the numbers. */
    public EpochRamp {
        if (!Double.isFinite(from) || !Double.isFinite(to) || epochs < 1) {
            throw new IllegalArgumentException(
                    "EpochRamp: expected finite values and epochs >= 1, got " + from + ", " + to + ", " + epochs);
        }
        if (progression == Progression.GEOMETRIC && !(from > 0 && to > 0)) {
            throw new IllegalArgumentException(
                    "EpochRamp: expected values > 0 for a geometric ramp, got " + from + ", " + to);
        }
    }

    /** Equal differences. */
    public static EpochRamp linear(double from, double to, int epochs) {
        return new EpochRamp(from, to, epochs, Progression.LINEAR);
    }

    /** Equal ratios. */
    public static EpochRamp geometric(double from, double to, int epochs) {
        return new EpochRamp(from, to, epochs, Progression.GEOMETRIC);
    }

    @Override
    public double valueAt(int iteration, int epoch) {
        if (epoch >= epochs) {
            return to;
        }
        double progress = (double) epoch / epochs;
        return progression == Progression.LINEAR ? from + (to - from) * progress : from * Math.pow(to / from, progress);
    }

    @Override
    public ISchedule clone() {
        return this;
    }
}
