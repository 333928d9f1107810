package io.github.otnn.core.io;

import io.github.otnn.core.train.TrainingPlan;
import io.github.otnn.core.train.TrainingSummary;

/**
 * Where the weights of a model come from. Says what happened; nothing here is proven.
 *
 * @param data name of the training data
 * @param dataDigest {@link io.github.otnn.core.data.LabelledData#digest()} of it
 * @param samples its size
 * @param seed of the order of the samples
 * @param epochs completed
 * @param steps of the optimiser
 * @param batchSize samples per step
 * @param updater the optimiser with its settings
 */
public record Provenance(
        String data, String dataDigest, int samples, long seed, int epochs, long steps, int batchSize, String updater) {
    /** Of a run that has ended. */
    public static Provenance of(String data, TrainingPlan plan, TrainingSummary summary) {
        return new Provenance(
                data,
                plan.dataDigest(),
                plan.samples(),
                plan.settings().seed(),
                summary.epochs(),
                summary.steps(),
                plan.settings().batchSize(),
                plan.updater());
    }
}
