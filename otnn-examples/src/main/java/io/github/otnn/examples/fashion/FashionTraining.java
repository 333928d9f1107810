package io.github.otnn.examples.fashion;

import io.github.otnn.core.Shape;
import io.github.otnn.core.data.LabelledData;
import io.github.otnn.core.io.Provenance;
import io.github.otnn.core.network.Architecture;
import io.github.otnn.core.network.CondensedNetwork;
import io.github.otnn.core.network.Network;
import io.github.otnn.core.network.Workers;
import io.github.otnn.core.train.Loss;
import io.github.otnn.core.train.OneCycleSchedule;
import io.github.otnn.core.train.Trainer;
import io.github.otnn.core.train.TrainingSettings;
import io.github.otnn.core.train.TrainingSummary;
import io.github.otnn.examples.CommonOptions;
import io.github.otnn.examples.run.StoredRun;
import io.github.otnn.examples.run.TrainingProgress;
import io.github.otnn.layers.ConvolutionScaling;
import io.github.otnn.layers.architecture.ArchitectureOptions;
import io.github.otnn.layers.architecture.SmallCnn;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.learning.config.Adam;

/**
 * Trains the small convolutional network of the Fashion-MNIST programs.
 *
 * @param options seed, progress and the way to stop
 * @param epochs passes over the training images
 * @param threads threads to train on
 * @param scaling of the convolutions
 */
record FashionTraining(CommonOptions options, int epochs, int threads, ConvolutionScaling scaling) {
    static final int BATCH = 128;
    private static final double PEAK_RATE = 2e-3;

    /** A trained network and how its training went. */
    record Result(CondensedNetwork network, TrainingSummary summary, Provenance provenance) {}

    private Architecture architecture() {
        return SmallCnn.lipschitz(
                Shape.of(28, 28, 1),
                ArchitectureOptions.outputs(FashionImages.CLASSES.size()).withScaling(scaling));
    }

    /** Settings for the report. */
    void describe(Loss loss, Map<String, Object> settings) {
        settings.put("epochs", epochs);
        settings.put("batch size", BATCH);
        settings.put("threads", threads);
        settings.put("loss", loss.describe());
        settings.put("scaling of convolutions", scaling);
        settings.put("updater", "Adam, one cycle to " + PEAK_RATE);
    }

    /**
     * Trains a fresh network.
     *
     * @param task what the progress shows
     */
    Result run(String task, Loss loss, LabelledData data) throws IOException {
        return run(task, loss, data, StoredRun.none());
    }

    /** Trains a fresh network, or goes on with a stored run. */
    Result run(String task, Loss loss, LabelledData data, StoredRun stored) throws IOException {
        Network network = Network.initialize(architecture(), DataType.FLOAT, options.seed());
        long steps = (long) epochs * ((data.size() + BATCH - 1) / BATCH);
        ExecutorService executor = Executors.newFixedThreadPool(Math.max(1, threads - 1));
        try (TrainingProgress progress = options.progress(task)) {
            Trainer trainer = new Trainer(
                    network,
                    loss,
                    new Adam(new OneCycleSchedule(PEAK_RATE, steps)),
                    TrainingSettings.of(epochs, BATCH, options.seed()),
                    new Workers(executor, threads),
                    progress,
                    stored.listener());
            TrainingSummary summary = stored.train(trainer, data);
            if (summary.stopped()) {
                options.stopSignal().check();
            }
            Provenance provenance = Provenance.of(task + ", training images", trainer.plan(data), summary);
            return new Result(network.condense(), summary, provenance);
        } finally {
            executor.shutdown();
        }
    }
}
