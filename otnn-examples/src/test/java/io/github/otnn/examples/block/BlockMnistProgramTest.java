package io.github.otnn.examples.block;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.otnn.core.data.LabelledData;
import io.github.otnn.examples.ProgramRun;
import io.github.otnn.examples.fashion.DrawnFashion;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BlockMnistProgramTest {
    @Test
    void runsFromIdxFilesToReportAndEqualSeedsGiveEqualMetrics(@TempDir Path folder) throws Exception {
        DrawnFashion.write(folder.resolve("data/mnist"), 200, 20);
        Path first = folder.resolve("first");
        Path second = folder.resolve("second");
        for (Path out : List.of(first, second)) {
            ProgramRun run = ProgramRun.of(
                    "block-mnist",
                    "--epochs",
                    "2",
                    "--samples",
                    "30",
                    "--data",
                    folder.resolve("data").toString(),
                    "--out",
                    out.toString());
            assertThat(run.exitCode()).as(run.errors()).isZero();
            assertThat(run.output())
                    .contains("less than 5 % of the top 10 %", "report: " + out.resolve("report.html"))
                    .doesNotContain("drawn digits");
        }
        JsonNode metrics = ProgramRun.metrics(first);
        assertThat(metrics.get("otnn_accuracy").asDouble()).isGreaterThan(0.8);
        assertThat(metrics.get("unconstrained_accuracy").asDouble()).isGreaterThan(0.8);
        assertThat(metrics.get("lipschitz_bound").asDouble()).isLessThan(1.0001);
        assertThat(metrics.get("explained_images").asInt()).isEqualTo(30);
        assertThat(metrics.get("test_images").asInt()).isEqualTo(40);
        double share = metrics.get("otnn_null_share_10_0").asDouble();
        assertThat(share).isBetween(0.0, 0.5);
        assertThat(metrics.get("otnn_avoids_null_block").asBoolean()).isEqualTo(share < 0.05);
        assertThat(Files.readAllLines(first.resolve("null-share.csv")))
                .hasSize(8)
                .startsWith("k_percent,otnn_null_share,unconstrained_null_share");
        for (String picture : List.of("maps.png", "null-share.png", "report.html", "otnn.otnn", "unconstrained.otnn")) {
            assertThat(Files.size(first.resolve(picture))).as(picture).isGreaterThan(5_000);
        }
        assertThat(ProgramRun.metricsWithout(second, List.of("seconds")))
                .isEqualTo(ProgramRun.metricsWithout(first, List.of("seconds")));
    }

    @Test
    void badOptionsAreToldInOneLine(@TempDir Path folder) {
        assertMisuse("expected 1 or more, got 0", "--samples", "0");
        assertMisuse("expected 0 or more, got -1.0", "--lambda", "-1");
        assertMisuse("expected a number above 0, got 0.0", "--margin", "0");
        assertMisuse("--order", "--order", "SIDEWAYS");
        ProgramRun run = ProgramRun.of(
                "block-mnist",
                "--data",
                folder.toString(),
                "--out",
                folder.resolve("out").toString());
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.errors())
                .contains("--data " + folder + ": expected mnist/ with the four files of MNIST in it")
                .hasLineCount(1);
        assertThat(folder.resolve("out")).doesNotExist();
    }

    @Test
    void drawnDigitsStandInAndSaySo() throws Exception {
        Digits digits = Digits.load(Optional.empty(), 7);
        assertThat(digits.drawn()).isTrue();
        assertThat(digits.notice()).contains("drawn digits stand in", "--data DIR or OTNN_DATA");
        LabelledData train = digits.train();
        assertThat(train.digest()).isNotEqualTo(digits.test().digest());
        assertThat(train.size()).isEqualTo(20_000);
        assertThat(digits.test().size()).isEqualTo(5_000);
    }

    private static void assertMisuse(String message, String... arguments) {
        String[] all = new String[arguments.length + 1];
        all[0] = "block-mnist";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        ProgramRun run = ProgramRun.of(all);
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.errors()).contains(message, "Try: otnn block-mnist --help");
    }
}
