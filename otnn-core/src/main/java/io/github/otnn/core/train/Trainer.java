package io.github.otnn.core.train;

import io.github.otnn.core.ShapeMismatchException;
import io.github.otnn.core.data.LabelledData;
import io.github.otnn.core.network.Network;
import io.github.otnn.core.tensor.Tensors;
import io.github.otnn.core.tensor.WorkingMemory;
import java.util.Arrays;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.GradientUpdater;
import org.nd4j.linalg.learning.config.IUpdater;

/**
 * Trains a network: seeded order, forward, loss, backward, pullback once, ND4J updater, projection once.
 *
 * <p>The updater works on all raw weights as one vector; its schedules see the step since the start and the epoch. Equal
 * seeds, data and thread counts give equal bits. Belongs to one thread. An interrupt of that thread ends the run after the
 * present step, like a listener that says so, and stays set.
 */
public final class Trainer {
    private final Network network;
    private final Loss loss;
    private final GradientUpdater<?> updater;
    private final TrainingSettings settings;
    private final List<TrainingListener> listeners;
    private final WorkingMemory memory;
    private long step;

    /**
     * Prepares a run.
     *
     * @param network trained in place
     * @param updater ND4J's, with its learning rate or schedule
     */
    public Trainer(
            Network network, Loss loss, IUpdater updater, TrainingSettings settings, TrainingListener... listeners) {
        this.network = network;
        this.loss = loss;
        this.settings = settings;
        this.listeners = List.of(listeners);
        this.memory = new WorkingMemory(network.type());
        long stateLength = updater.stateSize(network.rawWeights().length());
        // updaters without state still want an array to be handed over
        INDArray state = Tensors.zeros(network.type(), 1, Math.max(1, stateLength));
        this.updater = updater.instantiate(stateLength == 0 ? null : state, true);
    }

    /**
     * Runs all epochs, or until a listener or an interrupt ends it.
     *
     * @param data of the network's input shape. Not modified.
     * @throws ShapeMismatchException if the samples have another shape than the network's input
     * @throws IllegalArgumentException if loss or weights become NaN or infinite, naming epoch and step
     */
    public TrainingSummary fit(LabelledData data) {
        if (!data.featureShape().equals(network.inputShape())) {
            throw new ShapeMismatchException(
                    "training data",
                    network.inputShape().toString(),
                    data.featureShape().toString());
        }
        int stepsPerEpoch = (data.size() + settings.batchSize() - 1) / settings.batchSize();
        listeners.forEach(listener -> listener.onStart(settings.epochs(), stepsPerEpoch));
        Progress progress = new Progress();
        for (int epoch = 0; epoch < settings.epochs() && !progress.stopped; epoch++) {
            runEpoch(data, epoch, stepsPerEpoch, progress);
        }
        TrainingSummary summary = progress.summary();
        listeners.forEach(listener -> listener.onFinish(summary));
        return summary;
    }

    private void runEpoch(LabelledData data, int epoch, int stepsPerEpoch, Progress progress) {
        long start = System.nanoTime();
        int[] order = data.shuffledRows(settings.seed(), epoch);
        StepTimes times = StepTimes.ZERO;
        double lossSum = 0;
        for (int i = 0; i < stepsPerEpoch; i++) {
            int from = i * settings.batchSize();
            int[] rows = Arrays.copyOfRange(order, from, Math.min(order.length, from + settings.batchSize()));
            Step done;
            try {
                done = runStep(data, rows, epoch);
            } catch (IllegalArgumentException cause) {
                throw new IllegalArgumentException(
                        "training stopped at epoch " + epoch + ", step " + i + ": " + cause.getMessage(), cause);
            }
            times = times.plus(done.times());
            lossSum += done.loss() * rows.length;
            progress.count(done, rows.length);
            TrainingListener.BatchEvent event =
                    new TrainingListener.BatchEvent(epoch, i, stepsPerEpoch, done.loss(), done.times());
            listeners.forEach(listener -> listener.onBatch(event));
            progress.stopped =
                    Thread.currentThread().isInterrupted() || listeners.stream().anyMatch(TrainingListener::shouldStop);
            if (progress.stopped && i < stepsPerEpoch - 1) {
                return;
            }
        }
        progress.epochs++;
        progress.lastEpochLoss = lossSum / data.size();
        TrainingListener.EpochEvent event = new TrainingListener.EpochEvent(
                epoch, settings.epochs(), progress.lastEpochLoss, (System.nanoTime() - start) / 1e9, times);
        listeners.forEach(listener -> listener.onEpoch(event));
    }

    private Step runStep(LabelledData data, int[] rows, int epoch) {
        Clock clock = new Clock();
        long gatherTime = 0;
        long networkTime = 0;
        long lossTime = 0;
        double value = 0;
        double[] scalarGradients = new double[loss.scalars().size()];
        network.clearGradients();
        for (int from = 0; from < rows.length; from += settings.microBatchSize()) {
            int[] part = Arrays.copyOfRange(rows, from, Math.min(rows.length, from + settings.microBatchSize()));
            double share = (double) part.length / rows.length;
            INDArray features = memory.array("features", data.featureShape().batch(part.length));
            INDArray labels = memory.array("labels", part.length, data.labels().size(1));
            data.gather(part, features, labels);
            gatherTime += clock.lap();
            INDArray logits = network.forward(features);
            networkTime += clock.lap();
            LossResult result = loss.evaluate(logits, labels);
            value += share * result.value();
            for (int i = 0; i < scalarGradients.length; i++) {
                scalarGradients[i] += share * result.scalarGradients()[i];
            }
            INDArray cotangent =
                    share == 1 ? result.gradient() : result.gradient().muli(share);
            lossTime += clock.lap();
            network.backward(cotangent);
            networkTime += clock.lap();
        }
        network.pullBackGradients();
        long pullback = clock.lap();
        int iteration = Math.toIntExact(step++);
        INDArray gradient = network.rawGradient();
        updater.applyUpdater(gradient.reshape('c', 1, gradient.length()), iteration, epoch);
        for (int i = 0; i < scalarGradients.length; i++) {
            loss.scalars().get(i).descend(scalarGradients[i]);
        }
        long[] updateTime = new long[1];
        network.move(raw -> {
            raw.subi(gradient);
            updateTime[0] = clock.lap();
        });
        long projection = clock.lap();
        return new Step(value, new StepTimes(gatherTime, networkTime, lossTime, pullback + projection, updateTime[0]));
    }

    private record Step(double loss, StepTimes times) {}

    private static final class Clock {
        private long last = System.nanoTime();

        long lap() {
            long now = System.nanoTime();
            long passed = now - last;
            last = now;
            return passed;
        }
    }

    private static final class Progress {
        private final long start = System.nanoTime();
        private int epochs;
        private long steps;
        private long samples;
        private boolean stopped;
        private double lastEpochLoss = Double.NaN;
        private StepTimes times = StepTimes.ZERO;

        void count(Step step, int sampleCount) {
            steps++;
            samples += sampleCount;
            times = times.plus(step.times());
        }

        TrainingSummary summary() {
            return new TrainingSummary(
                    epochs, steps, samples, stopped, lastEpochLoss, (System.nanoTime() - start) / 1e9, times);
        }
    }
}
