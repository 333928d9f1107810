package io.github.otnn.examples.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.otnn.examples.OtnnPrograms;
import io.github.otnn.examples.ProgramRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class BenchProgramTest {
    @TempDir
    private Path parent;

    @Test
    void listNamesBenchmarksAndTheirParameters() {
        ProgramRun run = ProgramRun.of("bench", "--list");
        assertThat(run.exitCode()).isZero();
        assertThat(run.output())
                .contains("TrainingStep  batch[1, 32, 128]", "Inference", "InputGradient", "Constraint.projection")
                .contains("Constraint.pullback", "Audit", "Memory.training", "Memory.predictions");
        assertThat(ProgramRun.of("bench", "--list", "AUDIT").output().lines()).hasSize(1);
    }

    @Test
    void filterThatMatchesNothingIsMisuse() {
        ProgramRun run = ProgramRun.of("bench", "nosuch", "--out", parent.toString());
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.errors().lines())
                .first()
                .isEqualTo("otnn bench: FILTER: no benchmark has 'nosuch' in its name; --list names them");
        assertThat(parent).isEmptyDirectory();
    }

    @Test
    void patternsAndNumbersThatMakeNoSenseAreMisuse() {
        ProgramRun pattern = ProgramRun.of("bench", "(", "--list");
        assertThat(pattern.exitCode()).isEqualTo(2);
        assertThat(pattern.errors()).startsWith("otnn bench: FILTER: expected a regular expression, got '(': ");
        ProgramRun batch = ProgramRun.of("bench", "--batch", "0", "--list");
        assertThat(batch.exitCode()).isEqualTo(2);
        assertThat(batch.errors()).contains("Invalid value for option '--batch': expected 1 or more, got 0");
    }

    @Test
    void measuresInJvmsOfTheirOwnAndWritesTableReportAndJson() throws Exception {
        assumeEnvironmentCommand();
        Path json = parent.resolve("copy.json");
        Process process = start(
                "--quick",
                "^inference$",
                "--network",
                "KOCH_MLP",
                "--batch",
                "1",
                "--variant",
                "FLOOR",
                "--native-threads",
                "1",
                "--json",
                json.toString());
        assertThat(process.waitFor(90, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(errors()).isZero();
        Path out = parent.resolve("out");
        JsonNode results = new ObjectMapper().readTree(out.resolve("bench.json").toFile());
        assertThat(results).hasSize(1);
        assertThat(results.get(0).at("/params/network").asText()).isEqualTo("KOCH_MLP");
        assertThat(results.get(0).at("/primaryMetric/score").asDouble()).isPositive();
        assertThat(results.get(0).at("/secondaryMetrics/peakMegabytes/score").asDouble())
                .isBetween(50.0, 2000.0);
        assertThat(json).hasSameBinaryContentAs(out.resolve("bench.json"));
        assertThat(out.resolve("report.html")).content().contains("<td>Inference</td>", "<td>FLOOR</td>");
        assertThat(ProgramRun.metrics(out)).hasSize(2);
        assertThat(parent.resolve("output")).content().contains("samples/s", "Inference", "report: ");
    }

    @Test
    void stoppedRunEndsItsJvmsAndLeavesNothing() throws Exception {
        assumeEnvironmentCommand();
        Process process = start("^memory.training$", "--network", "KOCH_MLP");
        assumeTrue(process.supportsNormalTermination(), "this operating system knows only hard kills");
        List<ProcessHandle> started = awaitBenchmark(process);
        process.destroy();
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(128 + 15);
        assertThat(errors()).endsWith("otnn bench: stopped before it was complete; nothing was written\n");
        for (ProcessHandle handle : started) {
            handle.onExit().get(10, TimeUnit.SECONDS);
        }
        assertThat(parent.resolve("out")).doesNotExist();
    }

    private static List<ProcessHandle> awaitBenchmark(Process process) throws InterruptedException {
        while (process.isAlive()) {
            List<ProcessHandle> started = process.descendants()
                    .filter(handle -> handle.info().command().orElse("").endsWith("java"))
                    .toList();
            if (!started.isEmpty()) {
                return started;
            }
            Thread.sleep(20);
        }
        throw new AssertionError("the program ended before a benchmark began");
    }

    private static void assumeEnvironmentCommand() {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/env")), "benchmarks need the command env");
    }

    /** A process of its own: JMH hands the options and the environment of this one to those that it starts. */
    private Process start(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                // several builds may run on one machine
                "-Djmh.ignoreLock=true",
                "-Dorg.nd4j.log.initialization=false",
                "-cp",
                System.getProperty("java.class.path"),
                OtnnPrograms.class.getName(),
                "bench",
                "--out",
                parent.resolve("out").toString()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .redirectError(parent.resolve("errors").toFile())
                .redirectOutput(parent.resolve("output").toFile())
                .start();
    }

    private String errors() throws IOException {
        return Files.readString(parent.resolve("errors"));
    }
}
