package io.github.otnn.examples.koch;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.otnn.examples.ProgramRun;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KochProgramTest {
    @Test
    void twoEpochsAlreadySeparateAndEqualSeedsGiveEqualMetrics(@TempDir Path folder) throws Exception {
        Path first = folder.resolve("first");
        Path second = folder.resolve("second");
        ProgramRun run = ProgramRun.of("koch", "--epochs", "2", "--seed", "3", "--out", first.toString());
        assertThat(run.exitCode()).as(run.errors()).isZero();
        assertThat(run.output()).contains("report: " + first.resolve("report.html"));

        JsonNode metrics = ProgramRun.metrics(first);
        assertThat(metrics.fieldNames())
                .toIterable()
                .contains(
                        "train_accuracy",
                        "test_accuracy",
                        "lipschitz_bound",
                        "max_gradient_norm",
                        "median_gradient_norm",
                        "median_boundary_residual",
                        "kr",
                        "w1_exact",
                        "kr_over_w1",
                        "mean_certified_radius",
                        "mean_rounding_allowance",
                        "transport_sound",
                        "transport_missed",
                        "mean_pair_tightness",
                        "median_attack_cosine",
                        "median_attack_ratio",
                        "seconds");
        assertThat(metrics.get("transport_sound").asBoolean()).isTrue();
        assertThat(metrics.get("median_attack_ratio").asDouble()).isGreaterThanOrEqualTo(0.9999);
        assertThat(run.output()).contains("Proposition 1", "Corollary 1");
        assertThat(metrics.get("test_accuracy").asDouble()).isGreaterThan(0.95);
        assertThat(metrics.get("lipschitz_bound").asDouble()).isLessThan(1.0001);
        assertThat(metrics.get("max_gradient_norm").asDouble())
                .isLessThanOrEqualTo(metrics.get("lipschitz_bound").asDouble());
        assertThat(metrics.get("kr_over_w1").asDouble()).isBetween(0.5, 1.0);
        assertThat(Files.size(first.resolve("level-sets.png"))).isGreaterThan(10_000);
        assertThat(Files.readString(first.resolve("report.html"))).contains("data:image/png;base64,");

        ProgramRun.of("koch", "--epochs", "2", "--seed", "3", "--out", second.toString());
        assertThat(ProgramRun.metricsWithout(second, List.of("seconds")))
                .isEqualTo(ProgramRun.metricsWithout(first, List.of("seconds")));
    }

    @Test
    void modelIsWrittenInspectedAndEqualForEqualSeeds(@TempDir Path folder) throws Exception {
        Path first = folder.resolve("first/model.otnn");
        Path second = folder.resolve("second/model.otnn");
        for (Path model : List.of(first, second)) {
            ProgramRun run = ProgramRun.of(
                    "koch", "--epochs", "1", "--out", model.getParent().toString());
            assertThat(run.exitCode()).as(run.errors()).isZero();
            assertThat(model.resolveSibling("checkpoints")).doesNotExist();
        }
        assertThat(first).hasSameBinaryContentAs(second);
        ProgramRun inspected = ProgramRun.of("inspect", first.toString());
        assertThat(inspected.exitCode()).as(inspected.errors()).isZero();
        assertThat(inspected.output())
                .contains("classes: inner, outer", "trained on two Koch snowflakes", "SpectralDense 2 -> 64");

        byte[] bytes = Files.readAllBytes(second);
        bytes[bytes.length / 2] ^= 1;
        Files.write(second, bytes);
        ProgramRun damaged = ProgramRun.of("inspect", second.toString());
        assertThat(damaged.exitCode()).isEqualTo(1);
        assertThat(damaged.errors())
                .contains(second + ": ", "truncated or altered")
                .hasLineCount(1);
    }
}
