package io.github.otnn.examples.fashion;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.otnn.core.io.ModelFile;
import io.github.otnn.examples.ProgramRun;
import io.github.otnn.examples.dataset.ImageSet;
import io.github.otnn.layers.LayerCatalog;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FashionMnistProgramTest {
    private static final List<String> TIMES =
            List.of("seconds", "seconds_per_epoch", "images_per_second", "constraint_share");

    @Test
    void runsFromIdxFilesToReportAndEqualSeedsGiveEqualMetrics(@TempDir Path folder) throws Exception {
        Path data = Files.createDirectories(folder.resolve("data/fashion-mnist"));
        DrawnFashion.write(data, 80, 20);
        Path first = folder.resolve("first");
        Path second = folder.resolve("second");
        for (Path out : List.of(first, second)) {
            ProgramRun run = ProgramRun.of(
                    "fashion-mnist", "--epochs", "4", "--data", data.getParent().toString(), "--out", out.toString());
            assertThat(run.exitCode()).as(run.errors()).isZero();
        }
        JsonNode metrics = ProgramRun.metrics(first);
        assertThat(metrics.fieldNames())
                .toIterable()
                .contains(
                        "test_accuracy",
                        "mean_certified_radius",
                        "certified_accuracy_36_255",
                        "mean_rounding_allowance",
                        "lipschitz_bound",
                        "max_gradient_norm",
                        "epochs",
                        "seconds_per_epoch",
                        "images_per_second",
                        "constraint_share",
                        "seconds");
        assertThat(metrics.get("test_accuracy").asDouble()).isGreaterThan(0.5);
        assertThat(metrics.get("max_gradient_norm").asDouble())
                .isLessThanOrEqualTo(metrics.get("lipschitz_bound").asDouble() * (1 + 1e-6));
        assertThat(metrics.get("epochs").asInt()).isEqualTo(4);
        for (String picture : List.of("saliency.png", "counterfactuals.png", "certified-accuracy.png", "report.html")) {
            assertThat(Files.size(first.resolve(picture))).as(picture).isGreaterThan(5_000);
        }
        assertThat(ProgramRun.metricsWithout(second, TIMES)).isEqualTo(ProgramRun.metricsWithout(first, TIMES));
    }

    @Test
    void learnsDigitsToo(@TempDir Path folder) throws Exception {
        Path data = Files.createDirectories(folder.resolve("data/mnist"));
        DrawnFashion.write(data, 10, 2);
        Path out = folder.resolve("out");
        ProgramRun run = ProgramRun.of(
                "fashion-mnist",
                "--set",
                "mnist",
                "--epochs",
                "1",
                "--data",
                data.getParent().toString(),
                "--out",
                out.toString());
        assertThat(run.exitCode()).as(run.errors()).isZero();
        ModelFile model = ModelFile.read(out.resolve("model.otnn"), LayerCatalog.standard());
        assertThat(model.description().classNames()).containsExactlyElementsOf(ImageSet.MNIST.classNames());
        assertThat(out.resolve("report.html")).content().contains("<h1>MNIST</h1>");
        ProgramRun wrong = ProgramRun.of("fashion-mnist", "--set", "letters");
        assertThat(wrong.exitCode()).isEqualTo(2);
        assertThat(wrong.errors()).contains("expected one of fashion-mnist, mnist, got 'letters'");
    }

    @Test
    void truncatedFilesEndTheProgramWithOneLineAndLeaveNothing(@TempDir Path folder) throws Exception {
        Path data = Files.createDirectories(folder.resolve("data/fashion-mnist"));
        Path images = data.resolve("train-images-idx3-ubyte.gz");
        DrawnFashion.write(data, 2, 2);
        byte[] whole = Files.readAllBytes(images);
        Files.write(images, java.util.Arrays.copyOf(whole, whole.length / 2));
        Path out = folder.resolve("out");
        ProgramRun run =
                ProgramRun.of("fashion-mnist", "--data", data.getParent().toString(), "--out", out.toString());
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.errors()).contains("train-images-idx3-ubyte.gz").hasLineCount(1);
        assertThat(out).doesNotExist();
    }
}
