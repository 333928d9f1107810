package io.github.otnn.core.train;

import java.util.function.Supplier;

/**
 * Follows a training run, and may end it. Called on the training thread, in the order: start, resume if there was
 * something before, then for each epoch its batches, each with a pause, and its end before the last pause; then finish.
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

    /**
     * The run is between two steps, after all that {@link #onBatch} and {@link #onEpoch} say about the first.
     *
     * @param position how far it is
     * @param last whether it ends here, completed or stopped
     * @param state copies everything that the rest of the run depends on; to be called before the listener returns, or not
     */
    record PauseEvent(TrainingPosition position, boolean last, Supplier<TrainingState> state) {}

    /** The run begins. */
    default void onStart(int epochs, int stepsPerEpoch) {}

    /** A stored run goes on from here; after {@link #onStart}. */
    default void onResume(TrainingPosition position) {}

    /** A step is done. */
    default void onBatch(BatchEvent event) {}

    /** An epoch is done. */
    default void onEpoch(EpochEvent event) {}

    /** The run may be stored. */
    default void onPause(PauseEvent event) {}

    /** The run is over, completed or stopped. */
    default void onFinish(TrainingSummary summary) {}

    /** Asked after every step: true ends the run, and the network keeps what it has learnt. */
    default boolean shouldStop() {
        return false;
    }
}
