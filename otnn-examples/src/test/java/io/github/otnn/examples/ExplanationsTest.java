package io.github.otnn.examples;

import static io.github.otnn.core.testing.ArrayAssertions.assertClose;
import static io.github.otnn.core.testing.ArrayAssertions.assertSameBits;
import static io.github.otnn.core.testing.FiniteDifferences.gaussian;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.otnn.core.Differentiable;
import io.github.otnn.core.Pass;
import io.github.otnn.core.Shape;
import io.github.otnn.core.network.Architecture;
import io.github.otnn.core.network.CondensedNetwork;
import io.github.otnn.core.network.Network;
import io.github.otnn.core.tensor.Tensors;
import io.github.otnn.layers.Flatten;
import io.github.otnn.layers.GroupSort2;
import io.github.otnn.layers.SpectralConv2D;
import io.github.otnn.layers.SpectralDense;
import io.github.otnn.xai.Baseline;
import io.github.otnn.xai.Score;
import io.github.otnn.xai.attribution.Attribution;
import io.github.otnn.xai.attribution.ChannelReduction;
import io.github.otnn.xai.attribution.GradCam;
import io.github.otnn.xai.attribution.GradCamPlusPlus;
import io.github.otnn.xai.attribution.GradientInput;
import io.github.otnn.xai.attribution.Hsic;
import io.github.otnn.xai.attribution.IntegratedGradients;
import io.github.otnn.xai.attribution.KernelShap;
import io.github.otnn.xai.attribution.Lime;
import io.github.otnn.xai.attribution.MaskNormalization;
import io.github.otnn.xai.attribution.MaskSource;
import io.github.otnn.xai.attribution.NoiseSource;
import io.github.otnn.xai.attribution.Occlusion;
import io.github.otnn.xai.attribution.PathRule;
import io.github.otnn.xai.attribution.Rise;
import io.github.otnn.xai.attribution.Saliency;
import io.github.otnn.xai.attribution.SmoothGrad;
import io.github.otnn.xai.attribution.SobolIndices;
import io.github.otnn.xai.attribution.VarGrad;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Explanations of real networks, and what their document says. */
class ExplanationsTest {
    private static final Path ROOT = Path.of("").toAbsolutePath().getParent();
    private static final Baseline ZERO = Baseline.constant(0);

    private final CondensedNetwork network = Network.initialize(
                    Architecture.builder(Shape.of(8, 8, 2))
                            .add("conv", new SpectralConv2D(6, 3))
                            .add("sort", new GroupSort2())
                            .add("flatten", new Flatten())
                            .add("logits", new SpectralDense(3))
                            .build(),
                    DataType.FLOAT,
                    3)
            .condense();
    private final INDArray images = gaussian(DataType.FLOAT, 1, 5, 8, 8, 2);

    static List<IntFunction<Attribution>> methods() {
        NoiseSource noise = NoiseSource.gaussian(0.2, 1);
        ChannelReduction mean = ChannelReduction.MEAN;
        return List.of(
                Saliency::withDefaults,
                GradientInput::withDefaults,
                b -> new IntegratedGradients(PathRule.TRAPEZOID, 5, ZERO, mean, b),
                b -> new SmoothGrad(noise, 6, mean, b),
                b -> new VarGrad(noise, 6, VarGrad.Divisor.UNBIASED, mean, b),
                GradCam::withDefaults,
                GradCamPlusPlus::withDefaults,
                b -> Occlusion.square(3, 2, ZERO, b),
                b -> new Rise(MaskSource.smoothGrid(40, 4, 0.5, 1), MaskNormalization.maskSum(), ZERO, b),
                b -> new SobolIndices(4, 3, ZERO, 1, b),
                b -> new Hsic(20, 4, ZERO, 1, b),
                b -> new Lime(40, 3, 2, 45, ZERO, 1, b),
                b -> new KernelShap(60, 3, ZERO, 1, b));
    }

    @ParameterizedTest
    @MethodSource("methods")
    void batchSizeChangesNoMapOfANetworkAndNoMapChangesTheNetwork(IntFunction<Attribution> method) {
        Map<String, INDArray> before = weights();
        Differentiable function = network.splitAfter("conv");
        INDArray expected = method.apply(1000).explain(function, images, Score.margin(1));
        for (int batchSize : new int[] {1, 3, 32}) {
            assertClose(method.apply(batchSize).explain(function, images, Score.margin(1)), expected, 1e-6);
        }
        weights().forEach((name, weight) -> assertSameBits(weight, before.get(name)));
    }

    private Map<String, INDArray> weights() {
        Map<String, INDArray> weights = new LinkedHashMap<>();
        network.weightNames().forEach(name -> weights.put(name, network.weight(name)));
        return weights;
    }

    @Test
    void ownFunctionsAreExplainedOnceTheyAreWrittenDown() {
        INDArray points = Tensors.of(DataType.DOUBLE, new double[] {0, 0, 4, 3, 1, 2}, 3, 2);
        // own function
        INDArray centre = Tensors.of(DataType.DOUBLE, new double[] {1, 2}, 1, 2);
        Differentiable paraboloid = x -> {
            INDArray shifted = x.subRowVector(centre);
            INDArray output = shifted.mul(shifted).sum(true, 1); // [batch, 1]
            return new Pass() {
                @Override
                public INDArray output() {
                    return output;
                }

                @Override
                public INDArray inputGradient(INDArray cotangent) {
                    return shifted.mul(2).mulColumnVector(cotangent);
                }
            };
        };
        INDArray slopes = Saliency.withDefaults(64).explain(paraboloid, points, Score.binary());
        // end of own function
        assertThat(Tensors.toDoubles(slopes)).containsExactly(2, 4, 6, 2, 0, 0);
        INDArray shares = KernelShap.withDefaults(1, 64).explain(paraboloid, points, Score.binary());
        assertClose(Tensors.toDoubles(shares), new double[] {0, 0, 8, -3, -1, -4}, 1e-12);
    }

    @Test
    void functionOfTheDocumentIsTheOneAbove() throws IOException {
        String source = Files.readString(
                ROOT.resolve("otnn-examples/src/test/java/io/github/otnn/examples/ExplanationsTest.java"));
        String code = source.substring(
                source.indexOf("// own function\n") + "// own function\n".length(),
                source.indexOf("\n        // end of own function"));
        assertThat(document()).contains("```java\n" + code.stripIndent() + "\n```");
    }

    @Test
    void everyMethodIsInTheTable() throws IOException {
        String table = document();
        Path folder = ROOT.resolve("otnn-xai/src/main/java/io/github/otnn/xai/attribution");
        try (Stream<Path> sources = Files.list(folder)) {
            List<Path> methods = sources.filter(ExplanationsTest::isAttribution).toList();
            assertThat(methods)
                    .hasSizeGreaterThan(12)
                    .allSatisfy(method -> assertThat(table)
                            .contains("| `" + method.getFileName().toString().replace(".java", "") + "` |"));
        }
    }

    private static boolean isAttribution(Path source) {
        try {
            return Files.readString(source).replaceAll("\\s+", " ").contains("implements Attribution {");
        } catch (IOException cause) {
            throw new UncheckedIOException(cause);
        }
    }

    private static String document() throws IOException {
        return Files.readString(ROOT.resolve("docs/explanations.md"));
    }
}
