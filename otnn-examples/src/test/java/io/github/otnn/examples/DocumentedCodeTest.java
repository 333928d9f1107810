package io.github.otnn.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.otnn.core.Shape;
import io.github.otnn.core.certify.LipschitzAudit;
import io.github.otnn.core.data.DrawnDigits;
import io.github.otnn.core.io.WeightFile;
import io.github.otnn.core.network.Architecture;
import io.github.otnn.core.network.CondensedNetwork;
import io.github.otnn.core.network.Network;
import io.github.otnn.core.tensor.Tensors;
import io.github.otnn.layers.ConvolutionScaling;
import io.github.otnn.layers.Flatten;
import io.github.otnn.layers.GroupSort2;
import io.github.otnn.layers.L2NormPooling2D;
import io.github.otnn.layers.SpectralConv2D;
import io.github.otnn.layers.SpectralDense;
import io.github.otnn.layers.UnitNormDense;
import io.github.otnn.layers.architecture.ArchitectureOptions;
import io.github.otnn.layers.architecture.BlockMnistMlp;
import io.github.otnn.layers.architecture.CelebaVgg;
import io.github.otnn.layers.architecture.DemoCnn;
import io.github.otnn.layers.architecture.FashionVgg;
import io.github.otnn.layers.architecture.KochMlp;
import io.github.otnn.layers.architecture.LipschitzResNet50;
import io.github.otnn.layers.architecture.SmallCnn;
import io.github.otnn.layers.pytorch.PyTorchImport;
import io.github.otnn.xai.Progress;
import io.github.otnn.xai.Score;
import io.github.otnn.xai.attribution.Saliency;
import io.github.otnn.xai.attribution.SmoothGrad;
import io.github.otnn.xai.metric.Deletion;
import io.github.otnn.xai.metric.JpegComplexity;
import io.github.otnn.xai.metric.MapDistance;
import io.github.otnn.xai.metric.MetricResult;
import io.github.otnn.xai.metric.MuFidelity;
import io.github.otnn.xai.metric.PerturbationCurves;
import io.github.otnn.xai.metric.RandomizationCheck;
import io.github.otnn.xai.metric.Stability;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Code in the documents is the code that runs here. */
class DocumentedCodeTest {
    private static final Path ROOT = Path.of("").toAbsolutePath().getParent();

    @TempDir
    private Path folder;

    @Test
    void readyMadeNetworks() {
        // docs/layers.md
        Shape image = Shape.of(28, 28, 1);
        ArchitectureOptions options = ArchitectureOptions.outputs(10);
        Architecture small = SmallCnn.lipschitz(image, options); // conv 16, conv 32, dense 64, ten 1-Lipschitz logits
        Architecture twin = SmallCnn.unconstrained(image, options); // ordinary layers of the same widths
        Architecture joint = FashionVgg.lipschitz(
                image,
                options.withWidthFactor(0.5)
                        .withHead(ArchitectureOptions.Head.JOINT) // the vector of logits 1-Lipschitz as a whole
                        .withScaling(ConvolutionScaling.OPERATOR_NORM));
        String table = small.summary(); // layers, shapes, numbers of parameters
        String proven =
                Network.initialize(small, DataType.FLOAT, 7).condense().summary(); // and the bound of each layer
        // end
        assertThat(joint.parameterCount()).isBetween(1_180_000L, 1_190_000L);
        assertThat(twin.outputShape()).isEqualTo(small.outputShape());
        assertThat(table).contains("105,866").doesNotContain("1.000");
        assertThat(proven).contains("105,866", "1.000");
    }

    @Test
    void weightsFromPyTorch() throws IOException {
        Path file = folder.resolve("net.safetensors");
        Map<String, INDArray> zeros = new LinkedHashMap<>();
        zeros.put("0.weight", Tensors.zeros(DataType.FLOAT, 16, 1, 3, 3));
        zeros.put("3.weight", Tensors.zeros(DataType.FLOAT, 32, 16, 3, 3));
        zeros.put("7.weight", Tensors.zeros(DataType.FLOAT, 64, 1568));
        zeros.put("9.weight", Tensors.zeros(DataType.FLOAT, 10, 64));
        zeros.put("9.bias", Tensors.of(new float[] {0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, 10));
        new WeightFile(zeros, Map.of()).write(file);
        INDArray batch = Tensors.zeros(DataType.FLOAT, 3, 1, 28, 28);
        // docs/pytorch.md
        Architecture architecture = Architecture.of(
                Shape.of(28, 28, 1),
                new SpectralConv2D(16, 3),
                new GroupSort2(),
                new L2NormPooling2D(2),
                new SpectralConv2D(32, 3),
                new GroupSort2(),
                new L2NormPooling2D(2),
                new Flatten(),
                new SpectralDense(64),
                new GroupSort2(),
                new UnitNormDense(10));
        PyTorchImport imported = PyTorchImport.read(file, architecture);
        CondensedNetwork network = imported.network();
        double bound = imported.audit().logitBound(); // of the weights in the file
        INDArray logits = network.predict(PyTorchImport.channelsLast(batch)); // [batch, channels, height, width]
        // end
        assertThat(bound).isLessThan(1e-6);
        assertThat(Tensors.toFloats(logits))
                .startsWith(0, 1, 2, 3, 4, 5, 6, 7, 8, 9)
                .hasSize(30);
    }

    @Test
    void metricsOfMaps() {
        Architecture small = SmallCnn.lipschitz(Shape.of(28, 28, 1), ArchitectureOptions.outputs(10));
        CondensedNetwork model = Network.initialize(small, DataType.FLOAT, 7).condense();
        INDArray images = DrawnDigits.sample(1, 1, 7).range(0, 3).features();
        int[] classes = {0, 1, 2};
        // docs/metrics.md
        Score score = Score.logit(classes); // one class for each image
        INDArray maps = Saliency.withDefaults(64).explain(model, images, score);
        MetricResult fidelity = MuFidelity.withDefaults(7, 64).evaluate(model, images, maps, score);
        double mean = fidelity.mean(); // and fidelity.low(), fidelity.high(): 95 % interval of the mean
        String line = fidelity.describe(); // unit, direction, settings, seed, evaluations, what was unusual

        PerturbationCurves curves = Deletion.withDefaults(64).curves(model, images, maps, score, Progress.none());
        MetricResult stability = Stability.withDefaults(MapDistance.ONE_MINUS_SPEARMAN, 7, 64)
                .evaluate(model, images, SmoothGrad.withDefaults(7, 64), score); // asks the method for more maps
        MetricResult kilobytes = JpegComplexity.withDefaults().evaluate(maps); // maps are all it needs

        CondensedNetwork random =
                Network.initialize(model.architecture(), DataType.FLOAT, 8).condense(); // orthogonal weights
        MetricResult alike = RandomizationCheck.withDefaults(7)
                .ofModel(model, random, images, Saliency.withDefaults(64), score, Progress.none()); // SSIM of both maps
        // end
        assertThat(mean).isBetween(fidelity.low(), fidelity.high());
        assertThat(line).startsWith("muFidelity ").contains("higher is better", "seed 7");
        assertThat(curves.meanCurve()).hasSize(11);
        assertThat(stability.values()).hasSize(3);
        assertThat(kilobytes.unit()).isEqualTo("kB");
        assertThat(alike.mean()).isBetween(-1.0, 0.9);
        assertThat(LipschitzAudit.of(random).logitBound()).isBetween(0.5, 1 + 1e-6);
    }

    @Test
    void documentsHoldThatCode() throws IOException {
        String source = Files.readString(
                ROOT.resolve("otnn-examples/src/test/java/io/github/otnn/examples/DocumentedCodeTest.java"));
        for (String document : List.of("docs/layers.md", "docs/pytorch.md", "docs/metrics.md")) {
            String start = "        // " + document + "\n";
            int from = source.indexOf(start) + start.length();
            String code = source.substring(from, source.indexOf("\n        // end\n", from));
            assertThat(Files.readString(ROOT.resolve(document)))
                    .as(document)
                    .contains("```java\n" + code.stripIndent() + "\n```");
        }
    }

    @Test
    void numbersOfParametersInTheTableAreThoseOfTheNetworks() throws IOException {
        Shape image = Shape.of(28, 28, 1);
        ArchitectureOptions ten = ArchitectureOptions.outputs(10);
        Map<String, Architecture> networks = new LinkedHashMap<>();
        networks.put("SmallCnn", SmallCnn.lipschitz(image, ten));
        networks.put("DemoCnn", DemoCnn.lipschitz(Shape.of(32, 32, 3), ten));
        networks.put("FashionVgg", FashionVgg.lipschitz(image, ten));
        networks.put("CelebaVgg", CelebaVgg.lipschitz(Shape.of(218, 178, 3), ArchitectureOptions.outputs(22)));
        networks.put(
                "LipschitzResNet50",
                LipschitzResNet50.lipschitz(Shape.of(224, 224, 3), ArchitectureOptions.outputs(1000)));
        networks.put("KochMlp", KochMlp.lipschitz(Shape.of(2), ten));
        networks.put("BlockMnistMlp", BlockMnistMlp.lipschitz(Shape.of(56, 28, 1), ArchitectureOptions.outputs(1)));
        List<String> lines = Files.readAllLines(ROOT.resolve("docs/layers.md"));
        networks.forEach((name, network) -> assertThat(lines)
                .anySatisfy(line -> assertThat(line)
                        .startsWith("| `" + name + "` |")
                        .endsWith(String.format(Locale.ROOT, "| %,d |", network.parameterCount()))));
    }
}
