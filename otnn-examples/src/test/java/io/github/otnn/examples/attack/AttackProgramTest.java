package io.github.otnn.examples.attack;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.otnn.core.Shape;
import io.github.otnn.core.certify.Certificates;
import io.github.otnn.core.io.InputScale;
import io.github.otnn.core.io.ModelDescription;
import io.github.otnn.core.io.ModelFile;
import io.github.otnn.core.network.Network;
import io.github.otnn.core.tensor.Tensors;
import io.github.otnn.examples.ProgramRun;
import io.github.otnn.examples.dataset.ImageSet;
import io.github.otnn.examples.fashion.DrawnFashion;
import io.github.otnn.layers.LayerCatalog;
import io.github.otnn.layers.architecture.ArchitectureOptions;
import io.github.otnn.layers.architecture.SmallCnn;
import io.github.otnn.xai.Progress;
import io.github.otnn.xai.attack.AttackSettings;
import io.github.otnn.xai.attack.CertificateCheck;
import io.github.otnn.xai.attack.CertificateReport;
import io.github.otnn.xai.attack.TransportRay;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

class AttackProgramTest {
    @Test
    void soundRadiiSurviveEveryAttack(@TempDir Path folder) throws Exception {
        Path model = folder.resolve("model.otnn");
        Network network = Network.initialize(
                SmallCnn.lipschitz(
                        Shape.of(28, 28, 1), ArchitectureOptions.outputs(10).withWidthFactor(0.25)),
                DataType.FLOAT,
                3);
        ModelDescription description = ModelDescription.none()
                .withClassNames(ImageSet.MNIST.classNames())
                .withInputScale(InputScale.dividedBy(255));
        ModelFile.of(network.condense(), description).write(model, LayerCatalog.standard());
        DrawnFashion.write(Files.createDirectories(folder.resolve("data/mnist")), 1, 1);
        Path out = folder.resolve("out");
        ProgramRun run = ProgramRun.of(
                "attack",
                model.toString(),
                "--data",
                folder.resolve("data").toString(),
                "--images",
                "2",
                "--split",
                "train",
                "--out",
                out.toString());
        assertThat(run.exitCode()).as(run.errors()).isZero();
        assertThat(run.output()).contains("strict violations", "transport ray", "report: ");
        JsonNode metrics = ProgramRun.metrics(out);
        assertThat(metrics.get("samples").asInt()).isEqualTo(2);
        assertThat(metrics.get("violations").asInt()).isZero();
        assertThat(metrics.get("strict_violations").asInt()).isZero();
        assertThat(metrics.get("gradient_evaluations").asLong()).isGreaterThan(1000);
        assertThat(out.resolve("samples.csv")).content().hasLineCount(3).startsWith("index,label,predicted,radius,");
        assertThat(out.resolve("robust-accuracy.png")).isNotEmptyFile();
    }

    @Test
    void wrongRadiiAreCountedAndListed() {
        // f = x1: the boundary is 1 and 3 away, the radii claim 2
        INDArray points = Tensors.of(DataType.DOUBLE, new double[] {1, 0, 3, 0}, 2, 2);
        double[] radii = {2, 2};
        int[] labels = {1, 1};
        CertificateReport report = new CertificateCheck(List.of(new TransportRay(AttackSettings.free(7))))
                .run(new FirstFeature(), points, labels, radii, Progress.none());
        AttackTables tables = new AttackTables(
                report, new Certificates(labels, labels, radii, radii, new double[2]), new int[] {5, 8});
        assertThat(AttackProgram.exitCode(report)).isEqualTo(1);
        assertThat(tables.metrics().number("strict_violations")).isEqualTo(1);
        assertThat(tables.metrics().number("violations")).isEqualTo(1);
        assertThat(tables.metrics().number("tightness_maximum")).isBetween(1.999, 2.0);
        String[] lines = tables.csv().split("\n");
        assertThat(lines[1]).startsWith("5,1,1,2.00000000,1.0000").contains(",transport ray,");
        assertThat(lines[2]).startsWith("8,1,1,2.00000000,3.0000");
    }
}
