package io.github.otnn.core.train;

import io.github.otnn.core.ShapeMismatchException;
import io.github.otnn.core.data.LabelledData;
import io.github.otnn.core.network.Network;
import io.github.otnn.core.network.Replica;
import io.github.otnn.core.network.Workers;
import io.github.otnn.core.tensor.Tensors;
import io.github.otnn.core.tensor.WorkingMemory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.GradientUpdater;
import org.nd4j.linalg.learning.config.IUpdater;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Trains a network: seeded order, forward, loss, backward, pullback once, ND4J updater, projection once.
 *
 * <p>The updater works on all raw weights as one vector; its schedules see the step since the start and the epoch, a loss with a
 * schedule sees the epoch. Equal seeds, data and numbers of workers give equal bits. Belongs to one thread, which may share its
 * work with lent workers. An interrupt of that thread ends the run after the present step, like a listener that says so, and
 * stays set.
 */
public final class Trainer {
    private static final Logger LOG = LoggerFactory.getLogger(Trainer.class);

    private final Network network;
    private final Loss scheduledLoss;
    private final GradientUpdater<?> updater;
    private final TrainingSettings settings;
    private final List<TrainingListener> listeners;
    private final Workers workers;
    private final List<WorkingMemory> memories = new ArrayList<>();
    private final AtomicBoolean toldOfParts = new AtomicBoolean();
    private Loss loss;
    private long step;

    /**
     * Prepares a run.
     *
     * @param network trained in place
     * @param updater ND4J's, with its learning rate or schedule
     */
    public Trainer(
            Network network, Loss loss, IUpdater updater, TrainingSettings settings, TrainingListener... listeners) {
        this(network, loss, updater, settings, Workers.none(), listeners);
    }

    /**
     * Prepares a run on several threads: each step's samples are split evenly over the workers, in their order, and the
     * gradients are summed. The result is that of the whole batch for losses that are a mean over samples; equal seeds and
     * counts of workers give equal bits.
     *
     * @param workers threads that the caller lends
     */
    public Trainer(
            Network network,
            Loss loss,
            IUpdater updater,
            TrainingSettings settings,
            Workers workers,
            TrainingListener... listeners) {
        this.network = network;
        this.scheduledLoss = loss;
        this.loss = loss.atEpoch(0);
        this.settings = settings;
        this.listeners = List.of(listeners);
        this.workers = workers;
        for (int i = 0; i < workers.count(); i++) {
            memories.add(new WorkingMemory(network.type()));
        }
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
        // made here, before other threads ask for them
        network.replica(workers.count() - 1);
        if (!data.featureShape().equals(network.inputShape())) {
            throw new ShapeMismatchException(
                    "training data",
                    network.inputShape().toString(),
                    data.featureShape().toString());
        }
        if (data.features().dataType() != network.type()) {
            throw new IllegalArgumentException("training data: expected " + network.type() + " like the network, got "
                    + data.features().dataType() + "; name the type in LabelledData.of");
        }
        int stepsPerEpoch = (data.size() - 1) / settings.batchSize() + 1;
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
        loss = scheduledLoss.atEpoch(epoch);
        int[] order = data.shuffledRows(settings.seed(), epoch);
        StepTimes times = StepTimes.ZERO;
        double lossSum = 0;
        for (int i = 0; i < stepsPerEpoch; i++) {
            int from = i * settings.batchSize();
            int[] rows = Arrays.copyOfRange(order, from, from + Math.min(order.length - from, settings.batchSize()));
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
        network.clearGradients();
        int shards = Math.min(workers.count(), rows.length);
        Shard[] done = new Shard[shards];
        workers.each(worker -> {
            if (worker < shards) {
                int from = (int) ((long) rows.length * worker / shards);
                int to = (int) ((long) rows.length * (worker + 1) / shards);
                done[worker] = runShard(data, Arrays.copyOfRange(rows, from, to), rows.length, worker);
            }
        });
        long evaluation = clock.lap();
        double value = 0;
        double[] scalarGradients = new double[loss.scalars().size()];
        for (Shard shard : done) {
            value += shard.loss;
            for (int i = 0; i < scalarGradients.length; i++) {
                scalarGradients[i] += shard.scalarGradients[i];
            }
        }
        network.pullBackGradients(workers);
        long constraint = clock.lap();
        int iteration = Math.toIntExact(step++);
        INDArray gradient = network.rawGradient();
        updater.applyUpdater(gradient.reshape('c', 1, gradient.length()), iteration, epoch);
        for (int i = 0; i < scalarGradients.length; i++) {
            loss.scalars().get(i).descend(scalarGradients[i]);
        }
        long[] update = new long[1];
        network.move(
                raw -> {
                    raw.subi(gradient);
                    update[0] = clock.lap();
                },
                workers);
        constraint += clock.lap();
        // what is not gathering or loss on the caller's thread is the network, or waiting for the other workers
        long network = evaluation - done[0].dataTime - done[0].lossTime;
        return new Step(value, new StepTimes(done[0].dataTime, network, done[0].lossTime, constraint, update[0]));
    }

    /** Evaluates some of a step's samples, at most a micro-batch at a time; gradients stay with the worker's replica. */
    private Shard runShard(LabelledData data, int[] rows, int stepSize, int worker) {
        Clock clock = new Clock();
        Replica replica = network.replica(worker);
        WorkingMemory memory = memories.get(worker);
        Shard shard = new Shard(loss.scalars().size());
        int most = Math.min(rows.length, settings.microBatchSize());
        for (int from = 0; from < rows.length; from += most) {
            int[] part = Arrays.copyOfRange(rows, from, from + Math.min(rows.length - from, settings.microBatchSize()));
            double share = (double) part.length / stepSize;
            INDArray features = memory.array("features", data.featureShape().batch(part.length));
            INDArray labels = memory.array("labels", part.length, data.labels().size(1));
            data.gather(part, features, labels);
            shard.dataTime += clock.lap();
            INDArray logits = replica.forward(features);
            clock.lap();
            LossResult result = loss.evaluate(logits, labels);
            shard.add(result, share);
            if (result.perSample() == null && share < 1) {
                tellOfParts();
            }
            INDArray cotangent =
                    share == 1 ? result.gradient() : result.gradient().muli(share);
            shard.lossTime += clock.lap();
            replica.backward(cotangent);
            clock.lap();
        }
        return shard;
    }

    /** Losses with class means, such as one-vs-all, take them from each part of a split batch. */
    private void tellOfParts() {
        if (toldOfParts.compareAndSet(false, true)) {
            LOG.info(
                    "{} is no mean over samples: with batches in parts, its class means are those of each part",
                    loss.describe());
        }
    }

    /** What one worker found in its samples. */
    private static final class Shard {
        private final double[] scalarGradients;
        private double loss;
        private long dataTime;
        private long lossTime;

        Shard(int scalars) {
            scalarGradients = new double[scalars];
        }

        void add(LossResult result, double share) {
            loss += share * result.value();
            for (int i = 0; i < scalarGradients.length; i++) {
                scalarGradients[i] += share * result.scalarGradients()[i];
            }
        }
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
