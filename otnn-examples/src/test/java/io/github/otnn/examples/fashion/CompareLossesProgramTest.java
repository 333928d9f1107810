package io.github.otnn.examples.fashion;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.otnn.examples.ProgramRun;
import io.github.otnn.loss.LossCatalog;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompareLossesProgramTest {
    @Test
    void everyMulticlassLossTrainsAndHasItsRow(@TempDir Path folder) throws Exception {
        DrawnFashion.write(folder.resolve("data/fashion-mnist"), 80, 20);
        Path out = folder.resolve("out");
        ProgramRun run = ProgramRun.of(
                "compare-losses",
                "--epochs",
                "3",
                "--data",
                folder.resolve("data").toString(),
                "--out",
                out.toString());
        assertThat(run.exitCode()).as(run.errors()).isZero();
        List<String> csv = Files.readAllLines(out.resolve("losses.csv"));
        assertThat(csv).hasSize(1 + CompareLossesProgram.losses().size());
        JsonNode metrics = ProgramRun.metrics(out);
        for (LossCatalog loss : LossCatalog.with(LossCatalog.Labels.CLASS)) {
            assertThat(csv).anyMatch(line -> line.startsWith(loss.title() + ","));
            // ten classes: every loss has learnt something
            assertThat(metrics.get(loss.title().replace('-', '_') + "_accuracy").asDouble())
                    .as(loss.title())
                    .isGreaterThan(0.2);
            assertThat(metrics.get(loss.title().replace('-', '_') + "_mean_rounding_allowance")
                            .asDouble())
                    .as(loss.title())
                    .isBetween(1e-6, 1e-1);
        }
        assertThat(metrics.get("softmax_above_one_vs_all").isBoolean()).isTrue();
        assertThat(Files.size(out.resolve("trade-off.png"))).isGreaterThan(5_000);
        assertThat(run.output()).contains("learned margins are within one point of the best fixed margin");
    }

    @Test
    void statementsAreReadOffTheOutcomes() {
        LossComparison good = new LossComparison(List.of(
                outcome("softmax-hkr", 0.80),
                outcome("softmax-hkr-margin-0.5", 0.85),
                outcome("one-vs-all-hkr", 0.70),
                outcome("soft-hinge-hkr", 0.84)));
        assertThat(good.claims().get(0)).startsWith("holds").contains("0.8000 against 0.7000");
        assertThat(good.claims().get(1)).startsWith("holds").contains("0.8400 against 0.8500");
        LossComparison bad = new LossComparison(List.of(
                outcome("softmax-hkr", 0.80), outcome("one-vs-all-hkr", 0.80), outcome("soft-hinge-hkr", 0.78)));
        assertThat(bad.claims()).allMatch(claim -> claim.startsWith("FAILS"));
    }

    private static LossOutcome outcome(String name, double accuracy) {
        return new LossOutcome(name, name, accuracy, 0.3, 0.6, 1e-4, 1);
    }
}
