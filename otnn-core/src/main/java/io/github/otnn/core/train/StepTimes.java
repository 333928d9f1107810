package io.github.otnn.core.train;

/**
 * Where the time of training steps went, in nanoseconds.
 *
 * @param data gathering the batch
 * @param network forward and backward pass
 * @param loss value and gradient of the loss
 * @param constraint projection of the weights and its pullback
 * @param update optimiser
 */
public record StepTimes(long data, long network, long loss, long constraint, long update) {
    /** Nothing yet. */
    public static final StepTimes ZERO = new StepTimes(0, 0, 0, 0, 0);

    /** All parts together. */
    public long total() {
        return data + network + loss + constraint + update;
    }

    /** Share of the time spent on projection and pullback, in [0, 1]. */
    public double constraintShare() {
        return total() == 0 ? 0 : (double) constraint / total();
    }

    /** What came since an earlier sum. */
    public StepTimes minus(StepTimes earlier) {
        return new StepTimes(
                data - earlier.data,
                network - earlier.network,
                loss - earlier.loss,
                constraint - earlier.constraint,
                update - earlier.update);
    }

    /** Sum of both. */
    public StepTimes plus(StepTimes other) {
        return new StepTimes(
                data + other.data,
                network + other.network,
                loss + other.loss,
                constraint + other.constraint,
                update + other.update);
    }
}
