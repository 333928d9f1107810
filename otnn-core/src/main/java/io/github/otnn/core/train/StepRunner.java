package io.github.otnn.core.train;

import io.github.otnn.core.data.LabelledData;
import io.github.otnn.core.network.Network;
import io.github.otnn.core.network.Replica;
import io.github.otnn.core.network.Workers;
import io.github.otnn.core.tensor.WorkingMemory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.GradientUpdater;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One optimiser step: forward, loss and backward in parts, pullback, update, projection. */
final class StepRunner {
    private static final Logger LOG = LoggerFactory.getLogger(Trainer.class);

    private final Network network;
    private final GradientUpdater<?> updater;
    private final int microBatchSize;
    private final Workers workers;
    private final List<WorkingMemory> memories = new ArrayList<>();
    private final AtomicBoolean toldOfParts = new AtomicBoolean();

    StepRunner(Network network, GradientUpdater<?> updater, int microBatchSize, Workers workers) {
        this.network = network;
        this.updater = updater;
        this.microBatchSize = microBatchSize;
        this.workers = workers;
        for (int i = 0; i < workers.count(); i++) {
            memories.add(new WorkingMemory(network.type()));
        }
    }

    /** What a step did. */
    record Step(double loss, StepTimes times) {}

    /**
     * Runs a step.
     *
     * @param rows samples of the step
     * @param iteration steps since the start
     */
    Step run(LabelledData data, int[] rows, Loss loss, int iteration, int epoch) {
        Clock clock = new Clock();
        network.clearGradients();
        int shards = Math.min(workers.count(), rows.length);
        Shard[] done = new Shard[shards];
        workers.each(worker -> {
            if (worker < shards) {
                int from = (int) ((long) rows.length * worker / shards);
                int to = (int) ((long) rows.length * (worker + 1) / shards);
                done[worker] = runShard(data, Arrays.copyOfRange(rows, from, to), rows.length, loss, worker);
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
    private Shard runShard(LabelledData data, int[] rows, int stepSize, Loss loss, int worker) {
        Clock clock = new Clock();
        Replica replica = network.replica(worker);
        WorkingMemory memory = memories.get(worker);
        Shard shard = new Shard(loss.scalars().size());
        int most = Math.min(rows.length, microBatchSize);
        for (int from = 0; from < rows.length; from += most) {
            int[] part = Arrays.copyOfRange(rows, from, from + Math.min(rows.length - from, microBatchSize));
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
                tellOfParts(loss);
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
    private void tellOfParts(Loss loss) {
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

    private static final class Clock {
        private long last = System.nanoTime();

        long lap() {
            long now = System.nanoTime();
            long passed = now - last;
            last = now;
            return passed;
        }
    }
}
