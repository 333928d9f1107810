package io.github.otnn.layers;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.otnn.core.io.ModelDescription;
import io.github.otnn.core.io.ModelFile;
import io.github.otnn.core.io.ModelFormatException;
import io.github.otnn.core.io.TrainingFile;
import io.github.otnn.core.io.Verification;
import io.github.otnn.core.network.Network;
import io.github.otnn.core.tensor.Tensors;
import io.github.otnn.core.testing.FileForge;
import io.github.otnn.core.train.TrainingListener;
import io.github.otnn.core.train.TrainingState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.learning.config.Adam;

/**
 * Altered files are refused, or say what they say. {@code -Dotnn.mutations=20000} tries more of them than every build does.
 */
class HostileFilesTest {
    private static final int MUTATIONS = Integer.getInteger("otnn.mutations", 2_000);
    private static final double SECONDS = 2;

    @TempDir
    private Path folder;

    private byte[] model = new byte[0];
    private byte[] training = new byte[0];
    private double[] logits = new double[0];
    private double[] raw = new double[0];
    private double slowest;
    private String slowestOne = "";
    private final Map<FileMutation.Kind, int[]> outcomes = new EnumMap<>(FileMutation.Kind.class);

    @BeforeEach
    void writeHonestFiles() throws Exception {
        Network network = StoredRuns.network();
        model = ModelFile.of(network.condense(), ModelDescription.none()).toBytes(LayerCatalog.standard());
        logits = Tensors.toDoubles(network.condense().predict(StoredRuns.data().features()));
        Path file = folder.resolve("honest");
        var threads = Executors.newFixedThreadPool(1);
        TrainingListener storing = new TrainingListener() {
            private boolean stored;

            @Override
            public void onPause(PauseEvent event) {
                try (TrainingState state = event.state().get()) {
                    TrainingFile.write(state, 1, file, LayerCatalog.standard());
                    raw = values(state);
                    stored = true;
                } catch (IOException cause) {
                    throw new java.io.UncheckedIOException(cause);
                }
            }

            @Override
            public boolean shouldStop() {
                return stored;
            }
        };
        StoredRuns.trainer(network, new StoredRuns.LearnedMargin(), new Adam(1e-2), threads, storing)
                .fit(StoredRuns.data());
        threads.shutdownNow();
        training = Files.readAllBytes(file);
    }

    @Test
    void alteredFilesAreRefusedOrSayWhatTheySay() throws Exception {
        for (int i = 0; i < MUTATIONS; i++) {
            boolean ofModel = i % 2 == 0;
            FileMutation mutation = FileMutation.of(ofModel ? model : training, i);
            if (Arrays.equals(mutation.bytes(), ofModel ? model : training)) {
                continue;
            }
            String where = mutation.kind() + " number " + i;
            double seconds = secondsToRead(mutation, ofModel, where);
            if (seconds > SECONDS) {
                // the file, or the machine?
                seconds = Math.min(seconds, secondsToRead(mutation, ofModel, where));
            }
            if (seconds > slowest) {
                slowest = seconds;
                slowestOne = where;
            }
        }
        if (MUTATIONS > 2_000) {
            outcomes.forEach((kind, count) -> java.util.logging.Logger.getAnonymousLogger()
                    .info(kind + ": loaded " + count[0] + ", refused " + count[1]));
            java.util.logging.Logger.getAnonymousLogger().info("slowest " + slowest + " s, " + slowestOne);
        }
        assertThat(slowest).as("seconds of " + slowestOne).isLessThan(SECONDS);
    }

    private double secondsToRead(FileMutation mutation, boolean ofModel, String where) throws IOException {
        int[] outcome = outcomes.computeIfAbsent(mutation.kind(), kind -> new int[2]);
        long start = System.nanoTime();
        try {
            if (ofModel) {
                checkModel(mutation, where);
            } else {
                checkTraining(mutation, where);
            }
            outcome[0]++;
        } catch (ModelFormatException refused) {
            assertThat(refused.getMessage()).as(where).hasSizeGreaterThan(20).doesNotContain("null");
            outcome[1]++;
        }
        return (System.nanoTime() - start) / 1e9;
    }

    private void checkModel(FileMutation mutation, String where) throws IOException {
        ModelFile read = ModelFile.fromBytes(mutation.bytes(), LayerCatalog.standard(), Verification.VERIFY);
        if (!mutation.sealed()) {
            double[] now =
                    Tensors.toDoubles(read.network().predict(StoredRuns.data().features()));
            assertThat(now).as(where).isEqualTo(logits);
        }
        assertSaysTheSame(mutation.bytes(), read.toBytes(LayerCatalog.standard()), where);
    }

    private void checkTraining(FileMutation mutation, String where) throws IOException {
        Path file = folder.resolve("altered");
        Files.write(file, mutation.bytes());
        try (TrainingState read = TrainingFile.read(file, LayerCatalog.standard())) {
            if (!mutation.sealed()) {
                assertThat(values(read)).as(where).isEqualTo(raw);
            }
            double cost = new ObjectMapper()
                    .readTree(new FileForge(mutation.bytes()).description())
                    .get("cost")
                    .asDouble();
            Path again = folder.resolve("again");
            TrainingFile.write(read, cost, again, LayerCatalog.standard());
            assertSaysTheSame(mutation.bytes(), Files.readAllBytes(again), where);
        }
    }

    /** What was read is what stands in the file: written again it gives the same description and arrays. */
    private static void assertSaysTheSame(byte[] file, byte[] again, String where) throws IOException {
        FileForge one = new FileForge(file);
        FileForge other = new FileForge(again);
        Comparator<JsonNode> byValue = (a, b) ->
                a.isNumber() && b.isNumber() ? Double.compare(a.asDouble(), b.asDouble()) : a.equals(b) ? 0 : 1;
        JsonNode description = new ObjectMapper().readTree(one.description());
        JsonNode expected = new ObjectMapper().readTree(other.description());
        ((com.fasterxml.jackson.databind.node.ObjectNode) description).remove("library");
        ((com.fasterxml.jackson.databind.node.ObjectNode) expected).remove("library");
        // the audit is proven again, and may differ by its rounding
        ((com.fasterxml.jackson.databind.node.ObjectNode) description).remove("audit");
        ((com.fasterxml.jackson.databind.node.ObjectNode) expected).remove("audit");
        assertThat(description.equals(byValue, expected))
                .as(where + "\n" + one.description() + "\n" + other.description())
                .isTrue();
        assertThat(one.arrays().keySet()).as(where).isEqualTo(other.arrays().keySet());
        one.arrays()
                .forEach((name, content) ->
                        assertThat(content).as(where).isEqualTo(other.arrays().get(name)));
    }

    private static double[] values(TrainingState state) {
        return state.network().arrays().values().stream()
                .flatMapToDouble(array -> Arrays.stream(Tensors.toDoubles(array)))
                .toArray();
    }
}
