package io.github.otnn.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.otnn.core.io.ModelFile;
import io.github.otnn.core.io.TrainingFile;
import io.github.otnn.examples.fashion.DrawnFashion;
import io.github.otnn.layers.LayerCatalog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A training process that is killed at random moments and resumed each time ends with the bits of one that was left alone. {@code
 * -Dotnn.kills=20} kills more often than every build does, {@code -Dotnn.kills.epochs=N} in longer runs, {@code
 * -Dotnn.kills.seed=N} at other moments.
 */
class KilledRunTest {
    private static final int KILLS = Integer.getInteger("otnn.kills", 1);
    private static final String EPOCHS = Integer.toString(Integer.getInteger("otnn.kills.epochs", 2));
    private static final long SEED = Long.getLong("otnn.kills.seed", 1);

    /** No more than so many steps apart, so that each kill finds something to go on from. */
    private static final String CHECKPOINT_SECONDS = "0.05";

    @TempDir
    private Path folder;

    @Test
    @Timeout(value = 15, unit = TimeUnit.MINUTES)
    void kochEndsLikeARunThatWasLeftAlone() throws Exception {
        endsLikeARunThatWasLeftAlone(List.of("koch"), List.of("seconds"));
    }

    /** Convolutions, two threads. */
    @Test
    @Timeout(value = 15, unit = TimeUnit.MINUTES)
    void fashionMnistEndsLikeARunThatWasLeftAlone() throws Exception {
        DrawnFashion.write(folder.resolve("data/fashion-mnist"), 200, 20);
        String data = folder.resolve("data").toString();
        endsLikeARunThatWasLeftAlone(
                List.of("fashion-mnist", "--loss", "adaptive-softmax-hkr", "--data", data),
                List.of("seconds", "seconds_per_epoch", "images_per_second", "constraint_share"));
    }

    private void endsLikeARunThatWasLeftAlone(List<String> program, List<String> times) throws Exception {
        Path undisturbed = folder.resolve("undisturbed");
        long start = System.nanoTime();
        assertThat(finish(start(program, undisturbed))).isZero();
        double seconds = (System.nanoTime() - start) / 1e9;

        SplittableRandom random = new SplittableRandom(SEED);
        int kills = 0;
        int resumed = 0;
        for (int run = 0; kills < KILLS; run++) {
            Path killed = folder.resolve("killed" + run);
            Process process = start(program, killed, "--resume");
            while (kills < KILLS
                    && !process.waitFor(
                            (long) (1000 * seconds * (0.2 + 0.7 * random.nextDouble())), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly().waitFor();
                kills++;
                resumed += wholeFiles(killed) > 0 ? 1 : 0;
                process = start(program, killed, "--resume");
            }
            assertThat(finish(process)).isZero();
            assertThat(ProgramRun.metricsWithout(killed, times))
                    .isEqualTo(ProgramRun.metricsWithout(undisturbed, times));
            assertThat(killed.resolve("model.otnn")).hasSameBinaryContentAs(undisturbed.resolve("model.otnn"));
            assertThat(killed.resolve("checkpoints")).doesNotExist();
        }
        // kills before the first step leave nothing, and prove nothing
        assertThat(resumed).isGreaterThanOrEqualTo(KILLS / 2);
        if (KILLS > 1) {
            System.getLogger("kills").log(System.Logger.Level.INFO, "{0} kills, {1} left checkpoints", kills, resumed);
        }
    }

    /** Whatever has its final name is whole. */
    private static int wholeFiles(Path run) throws IOException {
        int count = 0;
        if (Files.exists(run.resolve("model.otnn"))) {
            ModelFile.read(run.resolve("model.otnn"), LayerCatalog.standard());
        }
        if (Files.exists(run.resolve("checkpoints"))) {
            try (Stream<Path> files = Files.list(run.resolve("checkpoints"))) {
                for (Path file :
                        files.filter(each -> each.toString().endsWith(".otnn")).toList()) {
                    TrainingFile.read(file, LayerCatalog.standard()).close();
                    count++;
                }
            }
        }
        return count;
    }

    private int finish(Process process) throws Exception {
        process.waitFor();
        return process.exitValue();
    }

    private Process start(List<String> program, Path out, String... more) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Djava.awt.headless=true",
                "-Dorg.nd4j.log.initialization=false",
                "-cp",
                System.getProperty("java.class.path"),
                OtnnPrograms.class.getName()));
        command.addAll(program);
        command.addAll(
                List.of("--epochs", EPOCHS, "--checkpoint-seconds", CHECKPOINT_SECONDS, "--out", out.toString()));
        command.addAll(List.of(more));
        return new ProcessBuilder(command)
                .redirectError(
                        ProcessBuilder.Redirect.appendTo(folder.resolve("err").toFile()))
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
    }
}
