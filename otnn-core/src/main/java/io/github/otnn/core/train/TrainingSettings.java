package io.github.otnn.core.train;

/**
 * How a training run goes through its data.
 *
 * @param epochs passes over the data, at least 1
 * @param batchSize samples per optimiser step
 * @param microBatchSize samples evaluated at once, at most {@code batchSize}: their gradients are accumulated until the
 *     step. Bounds memory. The result is that of the whole batch for losses that are a mean over samples.
 * @param seed of the order of the samples; epoch e of equal seeds has equal orders
 */
public record TrainingSettings(int epochs, int batchSize, int microBatchSize, long seed) {
    /** Checks the numbers. */
    public TrainingSettings {
        if (epochs < 1) {
            throw new IllegalArgumentException("TrainingSettings: epochs must be >= 1, got " + epochs);
        }
        if (batchSize < 1) {
            throw new IllegalArgumentException("TrainingSettings: batchSize must be >= 1, got " + batchSize);
        }
        if (microBatchSize < 1 || microBatchSize > batchSize) {
            throw new IllegalArgumentException("TrainingSettings: microBatchSize must be in [1, batchSize = "
                    + batchSize + "], got " + microBatchSize);
        }
    }

    /** Whole batches at once. */
    public static TrainingSettings of(int epochs, int batchSize, long seed) {
        return new TrainingSettings(epochs, batchSize, batchSize, seed);
    }
}
