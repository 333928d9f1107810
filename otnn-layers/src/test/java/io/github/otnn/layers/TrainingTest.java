package io.github.otnn.layers;

import static io.github.otnn.core.testing.ArrayAssertions.assertClose;
import static io.github.otnn.core.testing.ArrayAssertions.assertSameBits;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.otnn.core.Shape;
import io.github.otnn.core.certify.Certifier;
import io.github.otnn.core.data.LabelledData;
import io.github.otnn.core.network.Architecture;
import io.github.otnn.core.network.Network;
import io.github.otnn.core.network.Workers;
import io.github.otnn.core.tensor.Tensors;
import io.github.otnn.core.testing.FiniteDifferences;
import io.github.otnn.core.testing.Tolerances;
import io.github.otnn.core.train.LearnableScalar;
import io.github.otnn.core.train.Loss;
import io.github.otnn.core.train.LossResult;
import io.github.otnn.core.train.OneCycleSchedule;
import io.github.otnn.core.train.Trainer;
import io.github.otnn.core.train.TrainingListener;
import io.github.otnn.core.train.TrainingSettings;
import io.github.otnn.core.train.TrainingSummary;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Sgd;

class TrainingTest {
    private static final LabelledData DATA = twoClusters(60);

    @Test
    void separatesTwoClustersAndStaysOneLipschitz() {
        Network network = Network.initialize(mlp(), DataType.FLOAT, 1);
        Trainer trainer = new Trainer(network, new MeanMargin(), new Adam(1e-2), TrainingSettings.of(10, 16, 1));
        TrainingSummary summary = trainer.fit(DATA);
        assertThat(summary.epochs()).isEqualTo(10);
        assertThat(summary.steps()).isEqualTo(80);
        assertThat(summary.samples()).isEqualTo(1200);
        assertThat(summary.stopped()).isFalse();
        Certifier certifier = Certifier.of(network.condense());
        assertThat(certifier.audit().logitBound()).isLessThanOrEqualTo(1 + Tolerances.BOUND_SLACK);
        int[] signs = new int[DATA.size()];
        double[] labels = Tensors.toDoubles(DATA.labels());
        for (int i = 0; i < signs.length; i++) {
            signs[i] = (int) labels[i];
        }
        assertThat(certifier.certify(DATA.features(), signs, DATA.size()).accuracy())
                .isEqualTo(1);
    }

    @Test
    void equalSeedsGiveEqualBitsAndOtherSeedsOtherWeights() {
        assertSameBits(weightsAfter(5, 16), weightsAfter(5, 16));
        assertThat(weightsAfter(5, 16).distance2(weightsAfter(6, 16))).isGreaterThan(1e-3);
    }

    @Test
    void microBatchesGiveTheStepOfTheWholeBatch() {
        // 120 samples in batches of 50: the last step holds 20, in parts of 16 and 4
        assertClose(weightsAfter(5, 50, 16), weightsAfter(5, 50, 50), 1e-5);
    }

    @Test
    void lentWorkersGiveTheStepOfOneThreadAndAlwaysTheSameBits() {
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            INDArray first = weightsAfter(5, new Workers(threads, 3), 50, 7);
            assertSameBits(weightsAfter(5, new Workers(threads, 3), 50, 7), first);
            assertClose(first, weightsAfter(5, 50, 50), 1e-5);
            // more workers than samples in the last step
            assertClose(weightsAfter(5, new Workers(threads, 3), 59, 59), weightsAfter(5, 59, 59), 1e-5);
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void failureOnALentWorkerReachesTheCaller() {
        ExecutorService threads = Executors.newFixedThreadPool(1);
        try {
            Workers workers = new Workers(threads, 2);
            assertThatThrownBy(() -> workers.each(worker -> {
                        if (worker == 1) {
                            throw new IllegalStateException("on worker 1");
                        }
                    }))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("on worker 1");
            AtomicBoolean ended = new AtomicBoolean();
            assertThatThrownBy(() -> workers.each(worker -> {
                        if (worker == 0) {
                            throw new AssertionError("on the caller's thread");
                        }
                        LockSupport.parkNanos(50_000_000);
                        ended.set(true);
                    }))
                    .isInstanceOf(AssertionError.class);
            assertThat(ended).isTrue();
            assertThatThrownBy(() -> new Workers(threads, 0)).hasMessage("Workers: count must be >= 1, got 0");
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void listenersSeeEveryStepAndMayStopTheRun() {
        List<String> events = new ArrayList<>();
        TrainingListener listener = new TrainingListener() {
            @Override
            public void onStart(int epochs, int stepsPerEpoch) {
                events.add("start " + epochs + " x " + stepsPerEpoch);
            }

            @Override
            public void onBatch(BatchEvent event) {
                events.add(event.epoch() + "." + event.step());
            }

            @Override
            public void onEpoch(EpochEvent event) {
                events.add("epoch " + event.epoch());
            }

            @Override
            public void onFinish(TrainingSummary summary) {
                events.add("finish " + summary.stopped());
            }

            @Override
            public boolean shouldStop() {
                return events.contains("1.0");
            }
        };
        Network network = Network.initialize(mlp(), DataType.FLOAT, 1);
        TrainingSummary summary = new Trainer(
                        network, new MeanMargin(), new Adam(1e-2), TrainingSettings.of(3, 60, 1), listener)
                .fit(DATA);
        assertThat(events).containsExactly("start 3 x 2", "0.0", "0.1", "epoch 0", "1.0", "finish true");
        assertThat(summary.stopped()).isTrue();
        assertThat(summary.epochs()).isEqualTo(1);
        assertThat(summary.steps()).isEqualTo(3);
    }

    @Test
    void anInterruptEndsTheRunAndStaysSet() {
        Network network = Network.initialize(mlp(), DataType.FLOAT, 1);
        Trainer trainer = new Trainer(network, new MeanMargin(), new Adam(1e-2), TrainingSettings.of(3, 60, 1));
        Thread.currentThread().interrupt();
        TrainingSummary summary = trainer.fit(DATA);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(summary.stopped()).isTrue();
        assertThat(summary.steps()).isEqualTo(1);
    }

    @Test
    void namesEpochAndStepWhenWeightsBecomeInfinite() {
        Network network = Network.initialize(mlp(), DataType.FLOAT, 1);
        Trainer trainer =
                new Trainer(network, new MeanMargin(), new Sgd(Double.MAX_VALUE), TrainingSettings.of(1, 60, 1));
        assertThatThrownBy(() -> trainer.fit(DATA))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("training stopped at epoch 0, step 0")
                .hasMessageContaining("weight 'spectralDense")
                .hasMessageContaining("expected finite values");
        assertThatThrownBy(network::condense)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("the last move failed");
        network.move(raw -> raw.assign(0.5));
        network.condense();
    }

    @Test
    void rejectsDataOfAnotherTypeAndTakesBatchesLargerThanTheData() {
        Network network = Network.initialize(mlp(), DataType.DOUBLE, 1);
        Trainer trainer =
                new Trainer(network, new MeanMargin(), new Sgd(0.1), TrainingSettings.of(2, Integer.MAX_VALUE, 1));
        assertThatThrownBy(() -> trainer.fit(DATA))
                .hasMessage(
                        "training data: expected DOUBLE like the network, got FLOAT; name the type in LabelledData.of");
        LabelledData wide = LabelledData.of(DATA.features(), DATA.labels(), List.of(), DataType.DOUBLE);
        assertThat(trainer.fit(wide).steps()).isEqualTo(2);
    }

    @Test
    void rejectsDataOfAnotherShapeAndImpossibleSettings() {
        Network network = Network.initialize(Architecture.of(Shape.of(3), new SpectralDense(1)), DataType.FLOAT, 1);
        Trainer trainer = new Trainer(network, new MeanMargin(), new Sgd(0.1), TrainingSettings.of(1, 60, 1));
        assertThatThrownBy(() -> trainer.fit(DATA)).hasMessage("training data: expected [3], got [2]");
        assertThatThrownBy(() -> TrainingSettings.of(0, 1, 1))
                .hasMessage("TrainingSettings: epochs must be >= 1, got 0");
        assertThatThrownBy(() -> TrainingSettings.of(1, 0, 1))
                .hasMessage("TrainingSettings: batchSize must be >= 1, got 0");
        assertThatThrownBy(() -> new TrainingSettings(1, 8, 9, 1)).hasMessageContaining("microBatchSize");
    }

    @Test
    void movesLearnableScalarsOfTheLossAgainstTheirGradient() {
        LearnableScalar scalar = new LearnableScalar("margin", 1, 0.25, 0.5);
        Loss loss = new MeanMargin() {
            @Override
            public LossResult evaluate(INDArray logits, INDArray labels) {
                LossResult plain = super.evaluate(logits, labels);
                return new LossResult(plain.value(), plain.gradient(), plain.perSample(), new double[] {0.4});
            }

            @Override
            public List<LearnableScalar> scalars() {
                return List.of(scalar);
            }
        };
        Network network = Network.initialize(mlp(), DataType.FLOAT, 1);
        new Trainer(network, loss, new Sgd(0.1), new TrainingSettings(1, 60, 20, 1)).fit(DATA);
        assertThat(scalar.value()).isCloseTo(1 - 2 * 0.5 * 0.4, within(1e-12));
        assertThat(scalar.atFloor()).isFalse();
        scalar.descend(100);
        assertThat(scalar.value()).isEqualTo(0.25);
        assertThat(scalar.atFloor()).isTrue();
    }

    @Test
    void oneCycleRisesToItsPeakAndFallsToAlmostNothing() {
        OneCycleSchedule schedule = new OneCycleSchedule(2e-3, 100);
        assertThat(schedule.valueAt(0, 0)).isCloseTo(2e-3 / 25, within(1e-12));
        assertThat(schedule.valueAt(29, 0)).isCloseTo(2e-3, within(1e-12));
        assertThat(schedule.valueAt(99, 0)).isLessThan(1e-8);
        assertThat(schedule.valueAt(500, 0)).isEqualTo(schedule.valueAt(99, 0));
        for (int i = 1; i < 100; i++) {
            double change = schedule.valueAt(i, 0) - schedule.valueAt(i - 1, 0);
            assertThat(change > 0).isEqualTo(i <= 29);
        }
    }

    private static INDArray weightsAfter(long seed, int... batchSizes) {
        return weightsAfter(seed, Workers.none(), batchSizes);
    }

    private static INDArray weightsAfter(long seed, Workers workers, int... batchSizes) {
        Network network = Network.initialize(mlp(), DataType.FLOAT, seed);
        int micro = batchSizes.length > 1 ? batchSizes[1] : batchSizes[0];
        new Trainer(
                        network,
                        new MeanMargin(),
                        // Adam would blow rounding up where a gradient is almost 0
                        new Sgd(0.05),
                        new TrainingSettings(2, batchSizes[0], micro, seed),
                        workers)
                .fit(DATA);
        return network.rawWeights().dup();
    }

    private static Architecture mlp() {
        return Architecture.of(
                Shape.of(2),
                new SpectralDense(16),
                new GroupSort2(),
                new SpectralDense(16),
                new FullSort(),
                new SpectralDense(1));
    }

    private static LabelledData twoClusters(int perClass) {
        INDArray features =
                FiniteDifferences.gaussian(DataType.FLOAT, 8, 2L * perClass, 2).muli(0.3);
        INDArray labels = Tensors.zeros(DataType.FLOAT, 2L * perClass, 1);
        for (int i = 0; i < 2 * perClass; i++) {
            int sign = i % 2 == 0 ? 1 : -1;
            labels.putScalar(i, 0, sign);
            features.putScalar(i, 0, features.getFloat(i, 0) + 2 * sign);
        }
        return LabelledData.of(features, labels);
    }

    /** -mean(y f): the transport term alone. */
    private static class MeanMargin implements Loss {
        @Override
        public LossResult evaluate(INDArray logits, INDArray labels) {
            double[] f = Tensors.toDoubles(logits);
            double[] y = Tensors.toDoubles(labels);
            double[] gradient = new double[f.length];
            double value = 0;
            for (int i = 0; i < f.length; i++) {
                value -= y[i] * f[i] / f.length;
                gradient[i] = -y[i] / f.length;
            }
            return new LossResult(value, Tensors.of(logits.dataType(), gradient, logits.shape()), null);
        }

        @Override
        public String describe() {
            return "mean margin";
        }
    }
}
