package io.github.otnn.examples.explain;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.otnn.core.Shape;
import io.github.otnn.core.io.InputScale;
import io.github.otnn.core.io.ModelDescription;
import io.github.otnn.core.io.ModelFile;
import io.github.otnn.core.network.Architecture;
import io.github.otnn.core.network.Network;
import io.github.otnn.examples.ProgramRun;
import io.github.otnn.layers.LayerCatalog;
import io.github.otnn.layers.architecture.ArchitectureOptions;
import io.github.otnn.layers.architecture.KochMlp;
import io.github.otnn.layers.architecture.SmallCnn;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;

class FeaturesProgramTest {
    private static final Shape IMAGE = Shape.of(16, 16, 1);

    @TempDir
    private Path folder;

    @Test
    void climbsForBothModelsFromBothStartsAndEqualSeedsGiveEqualFiles() throws IOException {
        ArchitectureOptions options = ArchitectureOptions.outputs(3).withWidthFactor(0.25);
        Path model = write("otnn.otnn", SmallCnn.lipschitz(IMAGE, options));
        Path twin = write("twin.otnn", SmallCnn.unconstrained(IMAGE, options));
        Path first = folder.resolve("first");
        Path second = folder.resolve("second");
        for (Path out : List.of(first, second)) {
            ProgramRun run = ProgramRun.of(
                    "features",
                    model.toString(),
                    "--beside",
                    twin.toString(),
                    "--steps",
                    "60",
                    "--out",
                    out.toString());
            assertThat(run.exitCode()).as(run.errors()).isZero();
            assertThat(run.output()).contains("from grey: ", "from noise: ", "report: ");
        }
        List<String> rows = Files.readAllLines(first.resolve("features.csv"));
        assertThat(rows).hasSize(1 + 2 * 2 * 3);
        double radius = 0.25 * 0.5 * 16;
        for (String row : rows.subList(1, rows.size())) {
            String[] fields = row.split(",");
            double rise = Double.parseDouble(fields[4]) - Double.parseDouble(fields[3]);
            double distance = Double.parseDouble(fields[5]);
            assertThat(distance).as(row).isBetween(0.5 * radius, radius + 1e-5);
            assertThat(rise).as(row).isPositive();
            if (fields[0].endsWith("otnn.otnn")) {
                assertThat(rise).as(row).isLessThanOrEqualTo(distance + 1e-5);
            }
        }
        JsonNode metrics = ProgramRun.metrics(first);
        assertThat(metrics.get("grey_median_rise").asDouble()).isBetween(0.0, 1.0);
        assertThat(metrics.has("beside_noise_recognised")).isTrue();
        BufferedImage picture = ImageIO.read(first.resolve("features.png").toFile());
        assertThat(picture.getHeight()).isGreaterThan(4 * 112);
        assertThat(picture.getWidth()).isGreaterThan(3 * 112);
        for (String name : List.of("features.png", "features.csv")) {
            assertThat(first.resolve(name)).as(name).hasSameBinaryContentAs(second.resolve(name));
        }
    }

    @Test
    void refusesWhatHasNoImages() throws IOException {
        Path plane = write("plane.otnn", KochMlp.lipschitz(Shape.of(2), ArchitectureOptions.outputs(1)));
        Path out = folder.resolve("out");
        ProgramRun run = ProgramRun.of("features", plane.toString(), "--out", out.toString());
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.errors())
                .contains("expected a model of images with 2 to 50 classes")
                .hasLineCount(1);
        assertThat(ProgramRun.of("features", plane.toString(), "--radius", "0").errors())
                .contains("Invalid value for option '--radius': expected a number above 0, got 0.0");
        assertThat(ProgramRun.of("features", plane.toString(), "--steps", "0").exitCode())
                .isEqualTo(2);
        assertThat(out).doesNotExist();
    }

    private Path write(String name, Architecture architecture) throws IOException {
        Path file = folder.resolve(name);
        Network network = Network.initialize(architecture, DataType.FLOAT, 3);
        ModelFile.of(network.condense(), ModelDescription.none().withInputScale(InputScale.dividedBy(255)))
                .write(file, LayerCatalog.standard());
        return file;
    }
}
