package io.github.otnn.core.train;

import io.github.otnn.core.data.LabelledData;

/**
 * What fixes every bit of a training run beside the network it starts from. A stored run goes on only under an equal plan;
 * the number of epochs alone may differ.
 *
 * @param settings batches, seed and epochs
 * @param workers number of workers
 * @param loss its description
 * @param updater its description
 * @param samples size of the training data
 * @param dataDigest {@link LabelledData#digest()} of the training data
 */
public record TrainingPlan(
        TrainingSettings settings, int workers, String loss, String updater, int samples, String dataDigest) {
    /**
     * Checks that a stored run may go on under this plan.
     *
     * @throws IllegalArgumentException naming the first difference
     */
    public void requireContinues(TrainingPlan stored) {
        same("batch size", settings.batchSize(), stored.settings.batchSize());
        same("micro-batch size", settings.microBatchSize(), stored.settings.microBatchSize());
        same("seed", settings.seed(), stored.settings.seed());
        same("number of workers", workers, stored.workers);
        same("loss", loss, stored.loss);
        same("updater", updater, stored.updater);
        same("number of samples", samples, stored.samples);
        same("digest of the training data", dataDigest, stored.dataDigest);
    }

    private static void same(String what, Object expected, Object stored) {
        if (!expected.equals(stored)) {
            throw new IllegalArgumentException("resume: expected the stored run's " + what + ", " + stored + ", got "
                    + expected + "; give the same one, or start a new run");
        }
    }
}
