package io.github.otnn.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The real end of a real process, by request of the operating system and without one. */
@Timeout(60)
class StoppedProcessTest {
    @TempDir
    private Path parent;

    @TempDir
    private Path elsewhere;

    @Test
    void stoppedRunEndsByItselfAndLeavesNothing() throws Exception {
        Process process = startAndAwaitRunning("RUN_FOREVER");
        assumeTrue(process.supportsNormalTermination(), "this operating system knows only hard kills");
        long start = System.nanoTime();
        process.destroy();
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start)).isLessThan(4);
        assertThat(process.exitValue()).isEqualTo(128 + 15);
        assertThat(elsewhere.resolve("err"))
                .content()
                .isEqualToIgnoringNewLines("otnn test: stopped before it was complete; nothing was written");
        assertThat(parent).isEmptyDirectory();
    }

    @Test
    void programThatDoesNotReactIsEndedAndCleanedUpAllTheSame() throws Exception {
        Process process = startAndAwaitRunning("IGNORE_INTERRUPTS");
        assumeTrue(process.supportsNormalTermination(), "this operating system knows only hard kills");
        process.destroy();
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(parent).isEmptyDirectory();
    }

    @Test
    void killedRunShowsNothingAndTheNextOneCleansUp() throws Exception {
        Process process = startAndAwaitRunning("RUN_FOREVER");
        process.destroyForcibly().waitFor();
        Path target = parent.resolve("out");
        assertThat(target.resolve(".unfinished").resolve("half.csv")).exists();
        assertThat(target.resolve("half.csv")).doesNotExist();
        assertThat(target.resolve("metrics.json")).doesNotExist();

        Process next = start("SUCCEED");
        assertThat(next.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(next.exitValue()).isZero();
        assertThat(target.resolve(".unfinished")).doesNotExist();
        assertThat(target).isDirectoryContaining(path -> path.endsWith("metrics.json"));
    }

    private Process startAndAwaitRunning(String behaviour) throws IOException {
        Process process = start(behaviour);
        BufferedReader lines = process.inputReader(StandardCharsets.UTF_8);
        assertThat(lines.readLine()).isEqualTo("running");
        assertThat(Files.exists(parent.resolve("out").resolve(".unfinished"))).isTrue();
        return process;
    }

    private Process start(String behaviour) throws IOException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        String classPath = System.getProperty("java.class.path");
        String target = parent.resolve("out").toString();
        return new ProcessBuilder(
                        java,
                        "-cp",
                        classPath,
                        TestProgram.class.getName(),
                        "test",
                        "--out",
                        target,
                        "--behaviour",
                        behaviour)
                .redirectError(elsewhere.resolve("err").toFile())
                .start();
    }
}
