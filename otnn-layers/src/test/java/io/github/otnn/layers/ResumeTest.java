package io.github.otnn.layers;

import static io.github.otnn.core.testing.ArrayAssertions.assertSameBits;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.otnn.core.Shape;
import io.github.otnn.core.data.LabelledData;
import io.github.otnn.core.io.TrainingFile;
import io.github.otnn.core.network.Architecture;
import io.github.otnn.core.network.Network;
import io.github.otnn.core.tensor.Tensors;
import io.github.otnn.core.train.OneCycleSchedule;
import io.github.otnn.core.train.Trainer;
import io.github.otnn.core.train.TrainingListener;
import io.github.otnn.core.train.TrainingSettings;
import io.github.otnn.core.train.TrainingState;
import io.github.otnn.core.train.TrainingSummary;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.AMSGrad;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.Sgd;

class ResumeTest {
    private static final int STEPS = StoredRuns.EPOCHS * StoredRuns.STEPS_PER_EPOCH;
    private static final ExecutorService THREADS = Executors.newFixedThreadPool(1);

    @TempDir
    private Path folder;

    @AfterAll
    static void endThreads() {
        THREADS.shutdownNow();
    }

    /** Everything that a run leaves. */
    private record Outcome(INDArray logits, INDArray raw, double margin, double loss, long steps, long samples) {}

    private static Outcome outcome(Network network, StoredRuns.LearnedMargin loss, TrainingSummary summary) {
        return new Outcome(
                network.condense().predict(StoredRuns.data().features()),
                network.rawWeights().dup(),
                loss.scalars().get(0).value(),
                summary.lastEpochLoss(),
                summary.steps(),
                summary.samples());
    }

    private static void assertSame(Outcome actual, Outcome expected) {
        assertSameBits(actual.logits, expected.logits);
        assertSameBits(actual.raw, expected.raw);
        assertThat(actual.margin).isEqualTo(expected.margin);
        assertThat(actual.loss).isEqualTo(expected.loss);
        assertThat(actual.steps).isEqualTo(expected.steps).isEqualTo(STEPS);
        assertThat(actual.samples).isEqualTo(expected.samples);
    }

    @Test
    void goesOnFromEveryStepToTheSameBits() throws Exception {
        resumesWith(() -> new Adam(new OneCycleSchedule(0.05, STEPS)), 1);
    }

    @Test
    void everyUpdaterIsStored() throws Exception {
        resumesWith(() -> new Sgd(0.1), 5);
        resumesWith(() -> new Nesterovs(0.05, 0.9), 5);
        resumesWith(() -> new AMSGrad(0.05), 5);
    }

    private void resumesWith(Supplier<IUpdater> updater, int every) throws Exception {
        Path files = folder.resolve(updater.get().getClass().getSimpleName());
        TrainingListener storing = new TrainingListener() {
            @Override
            public void onPause(PauseEvent event) {
                try (TrainingState state = event.state().get()) {
                    Path file = files.resolve("after" + event.position().steps());
                    TrainingFile.write(state, 1, file, LayerCatalog.standard());
                } catch (IOException cause) {
                    throw new UncheckedIOException(cause);
                }
            }
        };
        Network network = StoredRuns.network();
        StoredRuns.LearnedMargin loss = new StoredRuns.LearnedMargin();
        Outcome undisturbed = outcome(
                network,
                loss,
                StoredRuns.trainer(network, loss, updater.get(), THREADS).fit(StoredRuns.data()));

        Network stored = StoredRuns.network();
        StoredRuns.LearnedMargin storedLoss = new StoredRuns.LearnedMargin();
        assertSame(
                outcome(
                        stored,
                        storedLoss,
                        StoredRuns.trainer(stored, storedLoss, updater.get(), THREADS, storing)
                                .fit(StoredRuns.data())),
                undisturbed);

        for (int step = 1; step <= STEPS; step += every) {
            Network resumed = Network.initialize(StoredRuns.architecture(), DataType.FLOAT, 99);
            StoredRuns.LearnedMargin resumedLoss = new StoredRuns.LearnedMargin();
            TrainingState state = TrainingFile.read(files.resolve("after" + step), LayerCatalog.standard());
            TrainingSummary summary = StoredRuns.trainer(resumed, resumedLoss, updater.get(), THREADS)
                    .resume(state, StoredRuns.data());
            assertSame(outcome(resumed, resumedLoss, summary), undisturbed);
            assertThat(summary.stopped()).isFalse();
        }
    }

    @Test
    void listenersOfAResumedRunHearTheRestOfIt() {
        TrainingState state = stateAfter(6);
        List<String> events = new ArrayList<>();
        TrainingListener listener = new TrainingListener() {
            @Override
            public void onStart(int epochs, int stepsPerEpoch) {
                events.add("start " + epochs + " x " + stepsPerEpoch);
            }

            @Override
            public void onResume(io.github.otnn.core.train.TrainingPosition position) {
                events.add("resume " + position.epoch() + "." + position.batch());
            }

            @Override
            public void onBatch(BatchEvent event) {
                events.add(event.epoch() + "." + event.step());
            }

            @Override
            public void onEpoch(EpochEvent event) {
                events.add("epoch " + event.epoch());
            }
        };
        trainer(StoredRuns.network(), listener).resume(state, StoredRuns.data());
        assertThat(events)
                .containsExactly(
                        "start 3 x 4", "resume 1.2", "1.2", "1.3", "epoch 1", "2.0", "2.1", "2.2", "2.3", "epoch 2");
    }

    @Test
    void refusesAnotherRun() {
        TrainingState state = stateAfter(5);
        Network network = StoredRuns.network();
        StoredRuns.LearnedMargin loss = new StoredRuns.LearnedMargin();
        LabelledData data = StoredRuns.data();
        assertThatThrownBy(() -> new Trainer(network, loss, new Adam(1e-3), new TrainingSettings(3, 12, 5, 4))
                        .resume(state, data))
                .hasMessage("resume: expected the stored run's seed, 3, got 4; give the same one, or start a new run");
        assertThatThrownBy(() -> new Trainer(network, loss, new Adam(1e-3), new TrainingSettings(3, 10, 5, 3))
                        .resume(state, data))
                .hasMessageContaining("the stored run's batch size, 12, got 10");
        assertThatThrownBy(() -> new Trainer(network, loss, new Adam(1e-3), new TrainingSettings(3, 12, 5, 3))
                        .resume(state, data))
                .hasMessageContaining("the stored run's number of workers, 2, got 1");
        assertThatThrownBy(() -> StoredRuns.trainer(network, loss, new Adam(2e-3), THREADS)
                        .resume(state, data))
                .hasMessageContaining("the stored run's updater, ");
        LabelledData other = LabelledData.of(data.features().dup().muli(2), data.labels());
        assertThatThrownBy(() -> trainer(network).resume(state, other))
                .hasMessageContaining("the stored run's digest of the training data, ");
        Network narrow = Network.initialize(
                Architecture.builder(Shape.of(5, 4, 1))
                        .add("flat", new Flatten())
                        .add("heads", new UnitNormDense(3))
                        .build(),
                DataType.FLOAT,
                1);
        // Adam's array has another length already
        assertThatThrownBy(() -> trainer(narrow).resume(state, data))
                .hasMessageContaining("resume: state of the updater: expected");
        assertThatThrownBy(() -> narrow.restore(state.network()))
                .hasMessageContaining("stored network: expected the layers of this one");
    }

    @Test
    void goesOnForMoreEpochsThanFirstAskedFor() {
        TrainingState state = stateAfter(STEPS);
        StoredRuns.LearnedMargin loss = new StoredRuns.LearnedMargin();
        Network longer = StoredRuns.network();
        TrainingSummary summary = new Trainer(
                        longer,
                        loss,
                        new Adam(1e-3),
                        new TrainingSettings(5, 12, 5, 3),
                        new io.github.otnn.core.network.Workers(THREADS, 2))
                .resume(state, StoredRuns.data());
        assertThat(summary.epochs()).isEqualTo(5);
        assertThat(summary.steps()).isEqualTo(5 * StoredRuns.STEPS_PER_EPOCH);
    }

    @Test
    void brokenStateIsRefusedAndTheNetworkWithIt() {
        TrainingState state = stateAfter(5);
        state.network().arrays().get("raw/heads/weight").putScalar(3, Double.NaN);
        Network network = StoredRuns.network();
        assertThatThrownBy(() -> trainer(network).resume(state, StoredRuns.data()))
                .hasMessageContaining("stored array 'raw/heads/weight': expected finite values, got NaN");
        assertThatThrownBy(network::condense).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void stateHoldsCopies() {
        TrainingState state = stateAfter(5);
        Network network = StoredRuns.network();
        trainer(network).resume(state, StoredRuns.data());
        INDArray first = network.rawWeights().dup();
        Network again = StoredRuns.network();
        trainer(again).resume(state, StoredRuns.data());
        assertSameBits(again.rawWeights(), first);
        assertThat(Tensors.toDoubles(first))
                .isNotEqualTo(Tensors.toDoubles(StoredRuns.network().rawWeights()));
    }

    private static Trainer trainer(Network network, TrainingListener... listeners) {
        return StoredRuns.trainer(network, new StoredRuns.LearnedMargin(), new Adam(1e-3), THREADS, listeners);
    }

    private static TrainingState stateAfter(int steps) {
        List<TrainingState> states = new ArrayList<>();
        trainer(StoredRuns.network(), new TrainingListener() {
                    @Override
                    public void onPause(PauseEvent event) {
                        if (event.position().steps() == steps) {
                            states.add(event.state().get());
                        }
                    }
                })
                .fit(StoredRuns.data());
        return states.get(0);
    }
}
