package io.github.otnn.core.train;

/**
 * Follows a training run, and may end it. Called on the training thread, in the order: start, then for each epoch its
 * batches and its end, then finish.
 */
public interface TrainingListener {
    /**
     * One optimiser step is done.
     *
     * @param epoch of the step, from 0
     * @param step within the epoch, from 0
     * @param stepsPerEpoch steps of each epoch
     * @param loss of the batch
     * @param times of this step
     */
    record BatchEvent(int epoch, int step, int stepsPerEpoch, double loss, StepTimes times) {}

    /**
     * One epoch is done.
     *
     * @param epoch from 0
     * @param epochs of the run
     * @param meanLoss over the samples of the epoch
     * @param seconds wall time of the epoch
     * @param times summed over its steps
     */
    record EpochEvent(int epoch, int epochs, double meanLoss, double seconds, StepTimes times) {}

    /** The run begins. */
    default void onStart(int epochs, int stepsPerEpoch) {}

    /** A step is done. */
    default void onBatch(BatchEvent event) {}

    /** An epoch is done. */
    default void onEpoch(EpochEvent event) {}

    /** The run is over, completed or stopped. */
    default void onFinish(TrainingSummary summary) {}

    /** Asked after every step: true ends the run, and the network keeps what it has learnt. */
    default boolean shouldStop() {
        return false;
    }
}
