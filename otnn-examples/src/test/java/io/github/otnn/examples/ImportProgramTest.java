package io.github.otnn.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.otnn.core.io.ModelFile;
import io.github.otnn.core.io.WeightFile;
import io.github.otnn.layers.LayerCatalog;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs on files that {@code compare/export_torchlip.py fixtures} wrote. */
class ImportProgramTest {
    private static final Path FILES =
            Path.of("").toAbsolutePath().getParent().resolve("otnn-layers/src/test/resources/pytorch");

    @TempDir
    private Path folder;

    private static ProgramRun imported(String file, String... more) {
        List<String> arguments = new ArrayList<>(List.of(
                "import",
                FILES.resolve(file).toString(),
                "--architecture=small-cnn",
                "--width-factor=0.25",
                "--input=8x8x1",
                "--outputs=3"));
        arguments.addAll(List.of(more));
        return ProgramRun.of(arguments.toArray(String[]::new));
    }

    @Test
    void checksTheLogitsShowsTheBoundsAndWritesAModel() throws Exception {
        Path model = folder.resolve("model.otnn");
        ProgramRun run = imported(
                "small-cnn.safetensors", "--check=" + FILES.resolve("small-cnn.reference.npz"), "--out=" + model);
        assertThat(run.errors()).isEmpty();
        assertThat(run.exitCode()).isZero();
        assertThat(run.output())
                .startsWith("conv1/kernel <- 0.weight")
                .contains("head/bias <- 9.bias")
                .contains("Lipschitz bounds: each logit <= 0.5")
                .containsPattern("logits of 8 inputs differ by at most [0-9.]+e-0[678]")
                .contains("written: " + model);
        assertThat(ModelFile.read(model, LayerCatalog.standard()).audit().logit())
                .isBetween(.5, .6);
    }

    @Test
    void otherLogitsAreAFailure() throws Exception {
        Path other = folder.resolve("other.safetensors");
        try (WeightFile reference = WeightFile.read(FILES.resolve("small-cnn.reference.npz"))) {
            reference.arrays().get("logits").addi(0.001);
            reference.write(other);
        }
        ProgramRun run = imported("small-cnn.safetensors", "--check=" + other, "--out=" + folder.resolve("model.otnn"));
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.errors())
                .contains("logits of 8 inputs differ by at most 1.0e-03, expected 1.0e-05; strides, paddings or");
        assertThat(folder.resolve("model.otnn")).doesNotExist();
        run = imported("small-cnn.safetensors", "--check=" + FILES.resolve("small-cnn.safetensors"));
        assertThat(run.errors()).contains("expected arrays 'inputs' and 'logits', got [");
    }

    @Test
    void whatDoesNotFitIsSaidInOneLine() {
        assertThat(imported("cnn.npz").errors())
                .contains(
                        "'conv1/kernel' from '0.weight': expected [4, 1, 3, 3] for a kernel [3, 3, 1, 4], got [4, 2, 3, 3]");
        assertThat(imported("none.npz").errors())
                .contains("none.npz: there is no such file; expected a safetensors or npz file");
        assertThat(ProgramRun.of("import", "x", "--architecture=small-cnn", "--outputs=3", "--input=8x0")
                        .errors())
                .contains("expected sizes such as 28x28x1, got '8x0'");
        assertThat(imported("small-cnn.safetensors", "--map", "conv1=0", "--map", "conv2=3")
                        .errors())
                .contains("expected one for each layer with weights, got none for 'dense1'");
    }
}
