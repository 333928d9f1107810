package io.github.otnn.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.otnn.core.Shape;
import io.github.otnn.core.io.ModelDescription;
import io.github.otnn.core.io.ModelFile;
import io.github.otnn.core.network.Architecture;
import io.github.otnn.core.network.CondensedNetwork;
import io.github.otnn.core.network.Network;
import io.github.otnn.core.onnx.OnnxExport;
import io.github.otnn.core.onnx.OnnxSettings;
import io.github.otnn.layers.Flatten;
import io.github.otnn.layers.LayerCatalog;
import io.github.otnn.layers.SpectralConv2D;
import io.github.otnn.layers.SpectralDense;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;

class ExportProgramTest {
    @TempDir
    private Path folder = Path.of("");

    private Path model = Path.of("");
    private Path onnx = Path.of("");

    @BeforeEach
    void writeModel() throws IOException {
        model = folder.resolve("model.otnn");
        onnx = folder.resolve("model.onnx");
        Architecture architecture =
                Architecture.of(Shape.of(4, 4, 3), new SpectralConv2D(2, 3), new Flatten(), new SpectralDense(2));
        CondensedNetwork network =
                Network.initialize(architecture, DataType.FLOAT, 1).condense();
        ModelFile.of(network, ModelDescription.none()).write(model, LayerCatalog.standard());
    }

    @Test
    void writesTheModelInTheOrderThatIsAskedFor() throws IOException {
        ModelFile file = ModelFile.read(model, LayerCatalog.standard());
        ProgramRun run = ProgramRun.of("export", model.toString(), "--onnx", onnx.toString());
        assertThat(run.exitCode()).as(run.errors()).isZero();
        assertThat(run.output()).contains("[4, 4, 3] -> [2], FLOAT, " + Files.size(onnx) + " bytes");
        assertThat(Files.readAllBytes(onnx))
                .isEqualTo(OnnxExport.of(file, OnnxSettings.channelsFirst()).toBytes());
        ProgramRun.of("export", model.toString(), "--onnx", onnx.toString(), "--layout", "nhwc");
        assertThat(Files.readAllBytes(onnx))
                .isEqualTo(OnnxExport.of(file, OnnxSettings.channelsLast()).toBytes());
    }

    @Test
    void refusesAnUnknownOrderAndAFileThatIsNoModel() throws IOException {
        ProgramRun unknown = ProgramRun.of("export", model.toString(), "--onnx", onnx.toString(), "--layout", "chw");
        assertThat(unknown.exitCode()).isEqualTo(2);
        assertThat(unknown.errors()).contains("expected nchw or nhwc, got 'chw'");
        Files.writeString(model, "something else");
        ProgramRun damaged = ProgramRun.of("export", model.toString(), "--onnx", onnx.toString());
        assertThat(damaged.exitCode()).isEqualTo(1);
        assertThat(damaged.errors()).contains("model.otnn");
        assertThat(onnx).doesNotExist();
    }
}
