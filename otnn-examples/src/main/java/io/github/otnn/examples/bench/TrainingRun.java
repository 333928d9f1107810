package io.github.otnn.examples.bench;

import io.github.otnn.core.data.LabelledData;
import io.github.otnn.core.network.Network;
import io.github.otnn.core.train.Trainer;
import io.github.otnn.core.train.TrainingSettings;
import java.util.ArrayList;
import java.util.List;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.learning.config.Adam;

/**
 * A network in training, a step at a time, by the library's own trainer: gather, forward, loss, backward, pullback, Adam,
 * projection. An epoch of one batch is a step.
 */
final class TrainingRun implements Work {
    /** Different batches, so that no step sees the memory of the one before. */
    private static final int BATCHES = 8;

    /** Low: random labels are not to be learned by heart, which would end in gradients of denormal numbers. */
    private static final double RATE = 1e-4;

    private final LentThreads threads;
    private final Trainer trainer;
    private final List<LabelledData> batches = new ArrayList<>();
    private int next;

    private TrainingRun(Variant variant, BenchmarkNetwork network, int batch, int workers) {
        threads = new LentThreads(workers);
        for (int i = 0; i < BATCHES; i++) {
            batches.add(network.labelled(batch, i));
        }
        long seed = BenchmarkNetwork.seed();
        trainer = new Trainer(
                Network.initialize(variant.of(network), DataType.FLOAT, seed),
                variant == Variant.LIPSCHITZ ? network.hkr() : network.crossEntropy(),
                new Adam(RATE),
                TrainingSettings.of(1, batch, seed),
                threads.workers());
    }

    /** A training step of a network, or the operations alone. */
    static Work of(Variant variant, BenchmarkNetwork network, int batch, int workers) {
        return variant == Variant.FLOOR
                ? floor(new OperatorFloor(variant.of(network), batch, workers))
                : new TrainingRun(variant, network, batch, workers);
    }

    private static Work floor(OperatorFloor floor) {
        return Work.of(floor::trainingStep, floor::close);
    }

    /** Trains on the next batch. */
    @Override
    public void run() {
        trainer.fit(batches.get(next));
        next = (next + 1) % batches.size();
    }

    @Override
    public void close() {
        threads.close();
    }
}
