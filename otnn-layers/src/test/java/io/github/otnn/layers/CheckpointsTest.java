package io.github.otnn.layers;

import static io.github.otnn.core.testing.ArrayAssertions.assertSameBits;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.otnn.core.io.CheckpointSettings;
import io.github.otnn.core.io.Checkpoints;
import io.github.otnn.core.network.Network;
import io.github.otnn.core.train.TrainingListener;
import io.github.otnn.core.train.TrainingState;
import io.github.otnn.core.train.TrainingSummary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.learning.config.Adam;

class CheckpointsTest {
    private static final ExecutorService THREADS = Executors.newFixedThreadPool(1);

    @TempDir
    private Path parent;

    @AfterAll
    static void endThreads() {
        THREADS.shutdownNow();
    }

    @Test
    void keepsTheLastAndTheBest() throws Exception {
        // costs 5, 3, 4 of three epochs
        double[] costs = {5, 3, 4};
        CheckpointSettings settings =
                new CheckpointSettings(folder(), 1, Double.POSITIVE_INFINITY, 2, event -> costs[event.epoch()]);
        run(settings, StoredRuns.network());
        assertThat(files()).containsExactly("best.otnn", "checkpoint-0000000008.otnn", "checkpoint-0000000012.otnn");
        try (Checkpoints checkpoints = Checkpoints.open(settings, LayerCatalog.standard())) {
            assertThat(checkpoints.latest().orElseThrow().position().epoch()).isEqualTo(3);
        }
    }

    @Test
    void stopInTheMiddleOfAnEpochIsStoredAndGoesOnThere() throws Exception {
        Network undisturbed = StoredRuns.network();
        StoredRuns.trainer(undisturbed, new StoredRuns.LearnedMargin(), new Adam(1e-2), THREADS)
                .fit(StoredRuns.data());

        CheckpointSettings settings = new CheckpointSettings(folder(), 1, 3600, 3, null);
        try (Checkpoints checkpoints = Checkpoints.open(settings, LayerCatalog.standard())) {
            // an interrupt ends the run, and must not end the writing
            TrainingListener interrupting = new TrainingListener() {
                @Override
                public void onBatch(BatchEvent event) {
                    if (event.epoch() == 1 && event.step() == 2) {
                        Thread.currentThread().interrupt();
                    }
                }
            };
            TrainingSummary stopped = StoredRuns.trainer(
                            StoredRuns.network(),
                            new StoredRuns.LearnedMargin(),
                            new Adam(1e-2),
                            THREADS,
                            interrupting,
                            checkpoints)
                    .fit(StoredRuns.data());
            assertThat(stopped.stopped()).isTrue();
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
        assertThat(files()).containsExactly("checkpoint-0000000004.otnn", "checkpoint-0000000007.otnn");
        Network resumed = StoredRuns.network();
        run(settings, resumed);
        assertSameBits(resumed.rawWeights(), undisturbed.rawWeights());
        assertThat(files())
                .containsExactly(
                        "checkpoint-0000000007.otnn", "checkpoint-0000000008.otnn", "checkpoint-0000000012.otnn");
    }

    @Test
    void damagedNewestFileGivesWayToTheOneBefore() throws Exception {
        CheckpointSettings settings = new CheckpointSettings(folder(), 1, 3600, 2, null);
        run(settings, StoredRuns.network());
        Path newest = folder().resolve("checkpoint-0000000012.otnn");
        byte[] bytes = Files.readAllBytes(newest);
        bytes[bytes.length / 2] ^= 1;
        Files.write(newest, bytes);
        try (Checkpoints checkpoints = Checkpoints.open(settings, LayerCatalog.standard())) {
            assertThat(checkpoints.latest().orElseThrow().position().epoch()).isEqualTo(2);
            Files.delete(folder().resolve("checkpoint-0000000008.otnn"));
            assertThatThrownBy(checkpoints::latest).hasMessageContaining("checkpoint-0000000012.otnn: ");
        }
    }

    @Test
    void newRunLeavesTheOldFilesUntilItHasWrittenItsFirst() throws Exception {
        CheckpointSettings settings =
                new CheckpointSettings(folder(), 1, 3600, 3, TrainingListener.EpochEvent::meanLoss);
        run(settings, StoredRuns.network());
        List<String> before = files();
        try (Checkpoints checkpoints = Checkpoints.open(settings, LayerCatalog.standard())) {
            StoredRuns.trainer(
                            StoredRuns.network(),
                            new StoredRuns.LearnedMargin(),
                            new Adam(1e-2),
                            THREADS,
                            checkpoints,
                            new TrainingListener() {
                                @Override
                                public void onPause(PauseEvent event) {
                                    if (event.position().steps() == 3) {
                                        assertThat(files()).containsAll(before);
                                    } else if (event.position().steps() == 4) {
                                        assertThat(files()).containsExactly("best.otnn", "checkpoint-0000000004.otnn");
                                    }
                                }
                            })
                    .fit(StoredRuns.data());
            checkpoints.removeAll();
        }
        assertThat(folder()).doesNotExist();
    }

    @Test
    void oneRunAtATimeAndStraysAreRemoved() throws Exception {
        Files.createDirectories(folder());
        Path stray = Files.writeString(folder().resolve(".checkpoint-0000000004.otnn.123.tmp"), "half");
        Path foreign = Files.writeString(folder().resolve(".notes.tmp"), "mine");
        CheckpointSettings settings = CheckpointSettings.in(folder());
        try (Checkpoints checkpoints = Checkpoints.open(settings, LayerCatalog.standard())) {
            assertThat(stray).doesNotExist();
            assertThat(foreign).exists();
            assertThat(checkpoints.latest()).isEmpty();
            assertThatThrownBy(() -> Checkpoints.open(settings, LayerCatalog.standard()))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("another run stores its checkpoints in " + folder());
        }
        assertThat(folder()).isDirectoryContaining(foreign::equals);
    }

    @Test
    void refusesSettingsThatSayNothing() {
        assertThatThrownBy(() -> new CheckpointSettings(folder(), -1, 60, 1, null))
                .hasMessage(
                        "CheckpointSettings: expected everyEpochs >= 0, everySeconds >= 0 and keepLast >= 1, got -1,"
                                + " 60.0 and 1");
    }

    private static void run(CheckpointSettings settings, Network network) throws IOException {
        try (Checkpoints checkpoints = Checkpoints.open(settings, LayerCatalog.standard())) {
            Optional<TrainingState> stored = checkpoints.latest();
            var trainer =
                    StoredRuns.trainer(network, new StoredRuns.LearnedMargin(), new Adam(1e-2), THREADS, checkpoints);
            if (stored.isPresent()) {
                trainer.resume(stored.get(), StoredRuns.data());
            } else {
                trainer.fit(StoredRuns.data());
            }
        }
    }

    private Path folder() {
        return parent.resolve("checkpoints");
    }

    private List<String> files() {
        try (Stream<Path> files = Files.list(folder())) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> !name.startsWith("."))
                    .sorted()
                    .toList();
        } catch (IOException cause) {
            throw new java.io.UncheckedIOException(cause);
        }
    }
}
