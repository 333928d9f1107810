package io.github.otnn.examples.twin;

import io.github.otnn.core.data.LabelledData;
import io.github.otnn.core.io.InputScale;
import io.github.otnn.core.io.ModelDescription;
import io.github.otnn.core.io.ModelFile;
import io.github.otnn.core.io.Provenance;
import io.github.otnn.core.network.Architecture;
import io.github.otnn.core.network.Network;
import io.github.otnn.core.network.Workers;
import io.github.otnn.core.train.OneCycleSchedule;
import io.github.otnn.core.train.Trainer;
import io.github.otnn.core.train.TrainingSettings;
import io.github.otnn.core.train.TrainingSummary;
import io.github.otnn.examples.CommonOptions;
import io.github.otnn.examples.run.TrainingProgress;
import io.github.otnn.loss.NamedLoss;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.learning.config.Adam;

/**
 * Trains both twins in the same way; what differs is the network and its loss.
 *
 * @param options progress and the way to stop
 * @param epochs passes over the training data
 * @param batch samples of a step
 * @param peakRate highest learning rate of the cycle
 * @param threads threads to train on
 */
public record TwinTraining(CommonOptions options, int epochs, int batch, double peakRate, int threads) {
    /** Which of the twins. */
    public enum Kind {
        /** 1-Lipschitz by proof, trained with a loss of optimal transport. */
        OTNN,
        /** Ordinary layers of the same widths, trained with cross-entropy. */
        UNCONSTRAINED;

        /** In a file name or a key. */
        public String key() {
            return this == OTNN ? "otnn" : "unconstrained";
        }

        /** In a table. */
        public String title() {
            return this == OTNN ? "OTNN" : "unconstrained";
        }
    }

    /**
     * What is to be learnt, and from what.
     *
     * @param task what the progress shows
     * @param architecture of the network
     * @param loss to train with
     * @param data samples in [0, 1], made of bytes
     * @param dataName where they come from
     */
    public record Lesson(String task, Architecture architecture, NamedLoss loss, LabelledData data, String dataName) {}

    /**
     * Trains a fresh network.
     *
     * @param seed of its first weights and of the order of the samples
     * @throws io.github.otnn.examples.run.StoppedException if the user stops the run
     */
    public ModelFile train(Lesson lesson, long seed) {
        Network network = Network.initialize(lesson.architecture(), DataType.FLOAT, seed);
        int samples = lesson.data().size();
        long steps = (long) epochs * ((samples + batch - 1) / batch);
        ExecutorService executor = Executors.newFixedThreadPool(Math.max(1, threads - 1));
        try (TrainingProgress progress = options.progress(lesson.task())) {
            Trainer trainer = new Trainer(
                    network,
                    lesson.loss(),
                    new Adam(new OneCycleSchedule(peakRate, steps)),
                    TrainingSettings.of(epochs, batch, seed),
                    new Workers(executor, threads),
                    progress);
            TrainingSummary summary = trainer.fit(lesson.data());
            options.stopSignal().check();
            ModelDescription description = ModelDescription.none()
                    .withClassNames(lesson.data().classNames())
                    .withInputScale(InputScale.dividedBy(255))
                    .withLoss(
                            lesson.loss().settings().loss(),
                            lesson.loss().settings().values())
                    .withTraining(Provenance.of(lesson.dataName(), trainer.plan(lesson.data()), summary));
            return ModelFile.of(network.condense(), description);
        } finally {
            executor.shutdown();
        }
    }

    /** Adds the settings to those of a report. */
    public void describe(Map<String, Object> settings) {
        settings.put("epochs", epochs);
        settings.put("batch size", batch);
        settings.put("updater", "Adam, one cycle to " + peakRate);
        settings.put("threads", threads);
    }
}
