package io.github.otnn.examples.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.otnn.examples.ProgramRun;
import io.github.otnn.examples.fashion.DrawnFashion;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class XaiReportProgramTest {
    @Test
    void trainsMeasuresAndReportsAndItsModelsCanBeMeasuredAgain(@TempDir Path folder) throws Exception {
        DrawnFashion.write(folder.resolve("data/fashion-mnist"), 60, 2);
        Path first = folder.resolve("first");
        ProgramRun run = run(folder, first, "--images", "3", "--epochs", "2", "--seeds", "3");
        assertThat(run.exitCode()).as(run.errors()).isZero();
        assertThat(run.output())
                .contains("muFidelity, zero: Saliency on the OTNN", "Stability 1 - rho", "JPEG files")
                .contains("report: " + first.resolve("report.html"));
        JsonNode metrics = ProgramRun.metrics(first);
        for (Method method : Method.values()) {
            String key = "otnn_" + method.name().toLowerCase(java.util.Locale.ROOT) + "_mufidelity_zero";
            assertThat(metrics.get(key).asDouble()).as(key).isBetween(-1.0, 1.0);
        }
        assertThat(metrics.get("stability_lower").isBoolean()).isTrue();
        assertThat(metrics.has("otnn_rise_stability_spearman")).isFalse();
        assertThat(metrics.get("otnn_accuracy_seed_3").asDouble()).isBetween(0.0, 1.0);
        assertThat(Files.readString(first.resolve("report.html")))
                .contains(
                        "after Table 1",
                        "rank of Saliency",
                        "<b>HOLDS</b>",
                        "Robustness-SR",
                        "masks of RISE",
                        "paper: 4000");
        // 6 methods on 2 networks, 4 curves of 11 points each, and a header
        assertThat(Files.readAllLines(first.resolve("curves.csv")))
                .hasSize(6 * 2 * 4 * 11 + 1)
                .anySatisfy(line -> assertThat(line).startsWith("3,otnn,RISE,insertion_zero,0.1,"));
        for (String picture : List.of("maps-otnn", "maps-unconstrained", "deletion-otnn", "insertion-unconstrained")) {
            assertThat(Files.size(first.resolve(picture + ".png"))).as(picture).isGreaterThan(5_000);
        }

        Path second = folder.resolve("second");
        ProgramRun again = run(
                folder,
                second,
                "--images",
                "3",
                "--threads",
                "1",
                "--methods",
                "RISE,Saliency",
                "--model",
                first.resolve("otnn-3.otnn").toString(),
                "--twin",
                first.resolve("unconstrained-3.otnn").toString());
        assertThat(again.exitCode()).as(again.errors()).isZero();
        JsonNode numbers = ProgramRun.metrics(second);
        for (String key : List.of(
                "otnn_saliency_mufidelity_uniform",
                "unconstrained_saliency_distance_rms",
                "otnn_rise_insertion_zero",
                "unconstrained_saliency_stability_spearman")) {
            assertThat(numbers.get(key)).as(key).isEqualTo(metrics.get(key));
        }
        assertThat(numbers.has("otnn_smooth_grad_mufidelity_zero")).isFalse();
    }

    @Test
    void badOptionsAreToldInOneLine(@TempDir Path folder) throws Exception {
        assertMisuse("Invalid value for option '--images': expected 1 or more, got 0", "--images", "0");
        assertMisuse("'Salience'", "--methods", "Saliency,Salience");
        assertMisuse("Invalid value for option '--seeds': expected different numbers, got [7, 7]", "--seeds", "7,7");
        assertMisuse("Expected --model and --twin together, got only --model", "--model", "a.otnn");
        assertMisuse("Expected --model and --twin together, got only --twin", "--twin", "a.otnn");

        assertFailure(
                run(folder, folder.resolve("out")),
                "--data " + folder.resolve("data") + ": expected fashion-mnist/ with the four files");
        DrawnFashion.write(folder.resolve("data/fashion-mnist"), 2, 1);
        assertFailure(
                run(folder, folder.resolve("out"), "--images", "11"),
                "--images: expected at most the 10 test images, got 11");
        assertFailure(
                run(folder, folder.resolve("out"), "--images", "1", "--model", "none.otnn", "--twin", "none.otnn"),
                "none.otnn");
        assertThat(folder.resolve("out")).doesNotExist();
    }

    private static ProgramRun run(Path folder, Path out, String... more) {
        List<String> arguments = new ArrayList<>(
                List.of("xai-report", "--data", folder.resolve("data").toString(), "--out", out.toString()));
        arguments.addAll(List.of(more));
        return ProgramRun.of(arguments.toArray(String[]::new));
    }

    private static void assertMisuse(String message, String option, String value) {
        ProgramRun run = ProgramRun.of("xai-report", option, value);
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.errors())
                .contains(message, "Try: otnn xai-report --help")
                .hasLineCount(2);
    }

    private static void assertFailure(ProgramRun run, String message) {
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.errors()).contains(message).hasLineCount(1);
    }
}
