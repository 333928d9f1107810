package io.github.otnn.examples.explain;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.otnn.core.Shape;
import io.github.otnn.core.io.InputScale;
import io.github.otnn.core.io.ModelDescription;
import io.github.otnn.core.io.ModelFile;
import io.github.otnn.core.network.Network;
import io.github.otnn.examples.ProgramRun;
import io.github.otnn.examples.dataset.ImageSet;
import io.github.otnn.examples.fashion.DrawnFashion;
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
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;

class ExplainProgramTest {
    @TempDir
    private static Path shared;

    @TempDir
    private Path folder;

    private static Path model;
    private static Path plane;

    @BeforeAll
    static void writeModelsAndData() throws IOException {
        model = write(
                "cnn.otnn",
                Network.initialize(
                        SmallCnn.lipschitz(
                                Shape.of(28, 28, 1),
                                ArchitectureOptions.outputs(10).withWidthFactor(0.25)),
                        DataType.FLOAT,
                        3),
                ModelDescription.none()
                        .withClassNames(ImageSet.MNIST.classNames())
                        .withInputScale(InputScale.dividedBy(255)));
        plane = write(
                "plane.otnn",
                Network.initialize(KochMlp.lipschitz(Shape.of(2), ArchitectureOptions.outputs(1)), DataType.FLOAT, 3),
                ModelDescription.none()
                        .withClassNames(List.of("inner", "outer"))
                        .withFeatureNames(List.of("x", "y")));
        DrawnFashion.write(Files.createDirectories(shared.resolve("data/mnist")), 2, 2);
    }

    @Test
    void explainsImagesOfADataSetAndEqualSeedsGiveEqualFiles() throws IOException {
        Path first = folder.resolve("first");
        Path second = folder.resolve("second");
        for (Path out : List.of(first, second)) {
            ProgramRun run = explain(
                    out,
                    model,
                    "--data",
                    shared.resolve("data").toString(),
                    "--indices",
                    "0,19",
                    "--methods",
                    "saliency,smooth-grad,grad-cam,kernel-shap",
                    "--times",
                    "1,4",
                    "--rivals",
                    "9");
            assertThat(run.exitCode()).as(run.errors()).isZero();
            assertThat(run.output()).contains("mnist 0: ", "mnist 19: ", "report: " + out.resolve("report.html"));
        }
        JsonNode metrics = ProgramRun.metrics(first);
        assertThat(metrics.get("samples").asInt()).isEqualTo(2);
        assertThat(metrics.fieldNames())
                .toIterable()
                .contains("accuracy", "mean_certified_radius", "changed_at_t_1", "changed_at_t_4");
        if (metrics.has("largest_tightness")) {
            assertThat(metrics.get("largest_tightness").asDouble()).isLessThanOrEqualTo(1);
        }
        List<String> names = List.of(
                "maps.png",
                "overlays.png",
                "classes.png",
                "ways-0.png",
                "ways-1.png",
                "samples.csv",
                "ways.csv",
                "classes.csv",
                "maps.csv");
        for (String name : names) {
            assertThat(first.resolve(name)).as(name).hasSameBinaryContentAs(second.resolve(name));
        }
        assertThat(first.resolve("samples.csv")).content().hasLineCount(3);
        // a header, two samples, nine rivals, two t
        assertThat(first.resolve("ways.csv")).content().hasLineCount(1 + 2 * 9 * 2);
        assertThat(first.resolve("maps.csv")).content().hasLineCount(1 + 2 * 4);
        List<String> turned = Files.readAllLines(first.resolve("classes.csv"));
        assertThat(turned).hasSize(1 + 2 * 9);
        long reached = turned.stream()
                .map(line -> line.split(","))
                .filter(fields -> fields[1].equals(fields[4]))
                .count();
        assertThat(metrics.get("classes_reached").asLong()).isEqualTo(reached);
    }

    @Test
    void explainsImageFilesBesideASecondModel() throws IOException {
        Path image = folder.resolve("digit.png");
        BufferedImage picture = new BufferedImage(28, 28, BufferedImage.TYPE_BYTE_GRAY);
        for (int i = 0; i < 28; i++) {
            picture.getRaster().setSample(i, 14, 0, 200);
        }
        ImageIO.write(picture, "png", image.toFile());
        Path out = folder.resolve("out");
        ProgramRun run = explain(
                out,
                model,
                image.toString(),
                "--methods",
                "gradient",
                "--beside",
                model.toString(),
                "--scale",
                "shared");
        assertThat(run.exitCode()).as(run.errors()).isZero();
        assertThat(out.resolve("samples.csv")).content().contains("digit.png,,");
        List<String> ways = Files.readAllLines(out.resolve("ways.csv"));
        assertThat(ways.get(0)).endsWith(",clipped_share,judged");
        // a judge that is the model itself confirms every change, and says nothing where there is none
        String before = Files.readAllLines(out.resolve("samples.csv")).get(1).split(",")[2];
        for (String line : ways.subList(1, ways.size())) {
            String[] fields = line.split(",", -1);
            assertThat(fields[7]).as(line).isEqualTo(fields[3].equals(before) ? "" : fields[3]);
        }
        assertThat(ways.stream().filter(line -> !line.endsWith(",")).count()).isGreaterThan(1);
        JsonNode metrics = ProgramRun.metrics(out);
        assertThat(metrics.fieldNames()).toIterable().anyMatch(name -> name.startsWith("judge_agrees_at_t_"));
        metrics.fieldNames().forEachRemaining(name -> {
            if (name.startsWith("judge_agrees")) {
                assertThat(metrics.get(name).asDouble()).isOne();
            }
        });
        assertThat(out.resolve("report.html")).content().contains("digit.png", "data:image/png;base64,");
    }

    @Test
    void explainsPointsOfATable() throws IOException {
        Path out = folder.resolve("out");
        ProgramRun run = explain(out, plane, "--points", "0.3,0.1; 0.2,0.5", "--methods", "gradient,kernel-shap,rise");
        assertThat(run.exitCode()).as(run.errors()).isZero();
        assertThat(out.resolve("plane.png")).isNotEmptyFile();
        List<String> maps = Files.readAllLines(out.resolve("maps.csv"));
        assertThat(maps).hasSize(1 + 2 * 3 * 2).contains("sample,method,feature,value");
        assertThat(maps.get(1)).startsWith("\"0.3,0.1\",gradient,x,");
        assertThat(out.resolve("report.html")).content().contains("kernel-shap", "The plane");
    }

    @Test
    void badInputIsOnePlainLineAndLeavesNothing() throws IOException {
        Path image = folder.resolve("large.png");
        ImageIO.write(new BufferedImage(30, 20, BufferedImage.TYPE_BYTE_GRAY), "png", image.toFile());
        Path damaged = folder.resolve("damaged.otnn");
        byte[] bytes = Files.readAllBytes(model);
        bytes[bytes.length / 2] ^= 1;
        Files.write(damaged, bytes);
        String data = shared.resolve("data").toString();
        fails(1, "the image has 30 x 20 pixels, the model takes 28 x 28; --resize scales it", model, image.toString());
        fails(
                1,
                "none.png: there is no such file",
                model,
                folder.resolve("none.png").toString());
        fails(1, "none.otnn: there is no such file", folder.resolve("none.otnn"), image.toString());
        fails(1, "truncated or altered", damaged, image.toString());
        fails(1, "--indices: 20 is outside the 20 samples 0..19 of mnist", model, "--data", data, "--indices", "20");
        fails(1, "missing: train-images-idx3-ubyte.gz", model, "--data", shared.toString());
        fails(1, "takes [2], not images; give rows of features with --points", plane, "--data", data);
        fails(1, "takes [28, 28, 1], not rows of features", model, "--points", "1,2");
        fails(1, "grad-cam: no layer of", plane, "--points", "1,2", "--methods", "grad-cam");
        fails(
                1,
                "expected a model that takes [28, 28, 1] and gives 10 outputs",
                model,
                "--data",
                data,
                "--beside",
                plane.toString());
        fails(2, "expected some of saliency, gradient, ", model, "--data", data, "--methods", "salience");
        fails(2, "expected 2 numbers in each row, got '1,2,3'", plane, "--points", "1,2,3");
        fails(2, "expected finite numbers, got 'NaN'", plane, "--points", "1,NaN");
        fails(2, "expected finite numbers, got 'two'", plane, "--points", "1,two");
        fails(2, "got several of them", model, image.toString(), "--indices", "0");
        fails(2, "Expected --indices or --images, got both", model, "--images", "1", "--indices", "0");
        fails(2, "'--images': expected 1 or more, got 0", model, "--images", "0");
        fails(2, "'--times': expected finite numbers, got Infinity", model, "--data", data, "--times", "1,Infinity");
        fails(2, "'--rivals': expected 1 or more, got 0", model, "--data", data, "--rivals", "0");
        fails(2, "'--divide': expected a number above 0, got -1.0", model, "--data", data, "--divide", "-1");
    }

    private void fails(int exitCode, String reason, Path file, String... arguments) {
        Path out = folder.resolve("nothing");
        ProgramRun run = explain(out, file, arguments);
        assertThat(run.exitCode()).as(run.errors()).isEqualTo(exitCode);
        // misuse also says what to try
        assertThat(run.errors()).contains(reason).hasLineCount(exitCode);
        assertThat(out).doesNotExist();
    }

    private static ProgramRun explain(Path out, Path file, String... arguments) {
        String[] all = new String[arguments.length + 4];
        System.arraycopy(arguments, 0, all, 4, arguments.length);
        all[0] = "explain";
        all[1] = "--out";
        all[2] = out.toString();
        all[3] = file.toString();
        return ProgramRun.of(all);
    }

    private static Path write(String name, Network network, ModelDescription description) throws IOException {
        Path file = shared.resolve(name);
        ModelFile.of(network.condense(), description).write(file, LayerCatalog.standard());
        return file;
    }
}
