package io.github.otnn.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.otnn.core.io.ModelFile;
import io.github.otnn.core.io.TrainingFile;
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
 * -Dotnn.kills=20} kills more often than every build does, {@code -Dotnn.kills.seed=N} at other moments.
 */
class KilledRunTest {
    private static final int KILLS = Integer.getInteger("otnn.kills", 3);
    private static final long SEED = Long.getLong("otnn.kills.seed", 1);

    /** No more than so many steps apart, so that each kill finds something to go on from. */
    private static final String CHECKPOINT_SECONDS = "0.05";

    @TempDir
    private Path folder;

    @Test
    @Timeout(value = 15, unit = TimeUnit.MINUTES)
    void endsLikeARunThatWasLeftAlone() throws Exception {
        Path undisturbed = folder.resolve("undisturbed");
        long start = System.nanoTime();
        assertThat(finish(start(undisturbed))).isZero();
        double seconds = (System.nanoTime() - start) / 1e9;

        SplittableRandom random = new SplittableRandom(SEED);
        int kills = 0;
        int resumed = 0;
        for (int run = 0; kills < KILLS; run++) {
            Path killed = folder.resolve("killed" + run);
            Process process = start(killed, "--resume");
            while (kills < KILLS
                    && !process.waitFor(
                            (long) (1000 * seconds * (0.2 + 0.7 * random.nextDouble())), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly().waitFor();
                kills++;
                resumed += wholeFiles(killed) > 0 ? 1 : 0;
                process = start(killed, "--resume");
            }
            assertThat(finish(process)).isZero();
            assertThat(ProgramRun.metricsWithout(killed, List.of("seconds")))
                    .isEqualTo(ProgramRun.metricsWithout(undisturbed, List.of("seconds")));
            assertThat(killed.resolve("model.otnn")).hasSameBinaryContentAs(undisturbed.resolve("model.otnn"));
            assertThat(killed.resolve("checkpoints")).doesNotExist();
        }
        // kills before the first step leave nothing, and prove nothing
        assertThat(resumed).isPositive();
        System.getLogger("kills").log(System.Logger.Level.INFO, kills + " kills, " + resumed + " left checkpoints");
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

    private Process start(Path out, String... more) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Djava.awt.headless=true",
                "-Dorg.nd4j.log.initialization=false",
                "-cp",
                System.getProperty("java.class.path"),
                OtnnPrograms.class.getName(),
                "koch",
                "--epochs",
                "4",
                "--checkpoint-seconds",
                CHECKPOINT_SECONDS,
                "--out",
                out.toString()));
        command.addAll(List.of(more));
        return new ProcessBuilder(command)
                .redirectError(
                        ProcessBuilder.Redirect.appendTo(folder.resolve("err").toFile()))
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
    }
}
