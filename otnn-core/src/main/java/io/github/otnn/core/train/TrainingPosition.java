package io.github.otnn.core.train;

/**
 * How far a training run is.
 *
 * @param epoch completed epochs, which is the number of the present one
 * @param batch optimiser steps done in the present epoch
 * @param steps optimiser steps since the start of the run
 * @param earlierSteps of runs before this one with the same updater, which counts on
 * @param samples samples evaluated since the start of the run
 * @param lossSum of the present epoch, over its samples so far
 * @param lastEpochLoss mean loss of the last completed epoch, NaN if there is none
 * @param seconds wall time of training, without the pauses between its parts
 * @param times summed over all steps
 */
public record TrainingPosition(
        int epoch,
        int batch,
        long steps,
        long earlierSteps,
        long samples,
        double lossSum,
        double lastEpochLoss,
        double seconds,
        StepTimes times) {
    /** Checks the counts. */
    public TrainingPosition {
        boolean counts = epoch >= 0 && batch >= 0 && steps >= Math.max(epoch, batch) && samples >= steps;
        if (!counts || earlierSteps < 0 || earlierSteps > Integer.MAX_VALUE - steps) {
            throw new IllegalArgumentException("TrainingPosition: expected counts that fit together, got epoch " + epoch
                    + ", batch " + batch + ", steps " + steps + " after " + earlierSteps + ", samples " + samples);
        }
        if (!(seconds >= 0) || Double.isInfinite(seconds)) {
            throw new IllegalArgumentException("TrainingPosition: expected finite seconds >= 0, got " + seconds);
        }
    }

    /** The beginning of a run. */
    static TrainingPosition start(long earlierSteps) {
        return new TrainingPosition(0, 0, 0, earlierSteps, 0, 0, Double.NaN, 0, StepTimes.ZERO);
    }

    TrainingPosition afterBatch(double loss, int sampleCount, StepTimes stepTimes) {
        return new TrainingPosition(
                epoch,
                batch + 1,
                steps + 1,
                earlierSteps,
                samples + sampleCount,
                lossSum + loss * sampleCount,
                lastEpochLoss,
                seconds,
                times.plus(stepTimes));
    }

    TrainingPosition afterEpoch(int samplesPerEpoch) {
        return new TrainingPosition(
                epoch + 1, 0, steps, earlierSteps, samples, 0, lossSum / samplesPerEpoch, seconds, times);
    }

    TrainingPosition at(double passedSeconds) {
        return new TrainingPosition(
                epoch, batch, steps, earlierSteps, samples, lossSum, lastEpochLoss, passedSeconds, times);
    }

    /** Steps that the updater has done. */
    int iteration() {
        return Math.toIntExact(earlierSteps + steps);
    }

    TrainingSummary summary(boolean stopped) {
        return new TrainingSummary(epoch, steps, samples, stopped, lastEpochLoss, seconds, times);
    }
}
