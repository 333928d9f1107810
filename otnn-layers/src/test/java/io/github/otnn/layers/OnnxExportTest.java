package io.github.otnn.layers;

import static io.github.otnn.core.testing.ArrayAssertions.assertClose;
import static io.github.otnn.core.testing.FiniteDifferences.gaussian;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.otnn.core.Shape;
import io.github.otnn.core.graph.Arithmetic;
import io.github.otnn.core.graph.Operand;
import io.github.otnn.core.io.InputScale;
import io.github.otnn.core.io.ModelDescription;
import io.github.otnn.core.io.ModelFile;
import io.github.otnn.core.io.StoredAudit;
import io.github.otnn.core.network.Architecture;
import io.github.otnn.core.network.CondensedNetwork;
import io.github.otnn.core.network.Layer;
import io.github.otnn.core.network.LayerPass;
import io.github.otnn.core.network.LipschitzBound;
import io.github.otnn.core.network.Network;
import io.github.otnn.core.onnx.OnnxExport;
import io.github.otnn.core.onnx.OnnxSettings;
import io.github.otnn.layers.architecture.ArchitectureOptions;
import io.github.otnn.layers.architecture.FashionVgg;
import io.github.otnn.layers.architecture.KochMlp;
import io.github.otnn.layers.architecture.LipschitzResNet50;
import io.github.otnn.layers.architecture.SmallCnn;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import onnx.Onnx.ModelProto;
import onnx.Onnx.NodeProto;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Exported networks compute in ONNX Runtime what they compute here. */
class OnnxExportTest {
    /** float32, sums in another order. */
    private static final double F32_REORDERED = 1e-5;

    /** For networks whose bounds take longer than the rest of the test. */
    private static final StoredAudit NO_AUDIT = new StoredAudit(List.of(), 1, 1, 1);

    private static final List<OnnxSettings> BOTH_LAYOUTS =
            List.of(OnnxSettings.channelsFirst(), OnnxSettings.channelsLast());

    /** Operators for which the runtime has no kernels in float64. */
    private static final Set<String> FLOAT32_ONLY = Set.of("Convolution", "TransposedConvolution", "MeanPool");

    @ParameterizedTest
    @MethodSource("io.github.otnn.layers.LayerCase#all")
    void everyLayerComputesTheSame(LayerCase layerCase) {
        CondensedNetwork network = LayerContractTest.trained(layerCase);
        for (OnnxSettings settings : BOTH_LAYOUTS) {
            assertAgrees(network, settings, F32_REORDERED);
        }
    }

    @ParameterizedTest
    @MethodSource("io.github.otnn.layers.LayerCase#all")
    void everyLayerThatTheRuntimeHasInFloat64ComputesTheSame(LayerCase layerCase) {
        CondensedNetwork network = LayerContractTest.trained(layerCase).as(DataType.DOUBLE);
        if (network.graph().operators().stream().noneMatch(FLOAT32_ONLY::contains)) {
            assertAgrees(network, OnnxSettings.channelsFirst(), 1e-12);
        }
    }

    static Stream<Architecture> architectures() {
        ArchitectureOptions narrow = ArchitectureOptions.outputs(10).withWidthFactor(0.125);
        return Stream.of(
                FashionVgg.lipschitz(Shape.of(28, 28, 1), narrow),
                FashionVgg.unconstrained(Shape.of(14, 13, 3), narrow),
                SmallCnn.lipschitz(Shape.of(28, 28, 1), ArchitectureOptions.outputs(10)),
                SmallCnn.unconstrained(Shape.of(9, 12, 3), narrow),
                KochMlp.lipschitz(Shape.of(2), ArchitectureOptions.outputs(1)),
                LipschitzResNet50.lipschitz(Shape.of(32, 32, 3), narrow),
                LipschitzResNet50.unconstrained(Shape.of(32, 32, 3), narrow));
    }

    @ParameterizedTest
    @MethodSource("architectures")
    void networksComputeTheSame(Architecture architecture) {
        CondensedNetwork network =
                Network.initialize(architecture, DataType.FLOAT, 5).condense();
        for (OnnxSettings settings : BOTH_LAYOUTS) {
            assertAgrees(network, settings, F32_REORDERED);
        }
    }

    private static void assertAgrees(CondensedNetwork network, OnnxSettings settings, double tolerance) {
        ModelFile file = new ModelFile(network, ModelDescription.none(), NO_AUDIT, "test");
        try (OnnxRun run = new OnnxRun(OnnxExport.of(file, settings), settings)) {
            for (int batch : new int[] {1, 3}) {
                INDArray input =
                        gaussian(network.type(), 31, network.inputShape().batch(batch));
                INDArray expected = network.predict(input);
                // deep networks that were not trained make small logits: errors are relative to them
                double scale = 1 / expected.amaxNumber().doubleValue();
                assertClose(run.predict(input).mul(scale), expected.mul(scale), tolerance);
            }
        }
    }

    @Test
    void namesBoundsClassesAndScale() {
        ModelDescription description = ModelDescription.none()
                .withClassNames(List.of("left", "right"))
                .withInputScale(InputScale.dividedBy(255));
        ModelFile file = ModelFile.of(dense(), description);
        OnnxSettings settings = OnnxSettings.channelsLast();
        try (OnnxRun run = new OnnxRun(OnnxExport.of(file, settings), settings)) {
            assertThat(run.metadata())
                    .containsEntry(
                            "otnn.lipschitz.logit", String.valueOf(file.audit().logit()))
                    .containsEntry(
                            "otnn.lipschitz.vector", String.valueOf(file.audit().vector()))
                    .containsEntry(
                            "otnn.lipschitz.features",
                            String.valueOf(file.audit().features()))
                    .containsEntry("otnn.class.0", "left")
                    .containsEntry("otnn.class.1", "right")
                    .containsEntry("otnn.inputScale.offset", "0.0")
                    .containsEntry("otnn.inputScale.factor", String.valueOf(1.0 / 255))
                    .containsEntry("otnn.layout", "channels_last")
                    .containsEntry("otnn.library", file.library());
        }
    }

    @Test
    void equalNetworksGiveEqualBytes() {
        byte[] first = OnnxExport.of(dense(), OnnxSettings.channelsFirst()).toBytes();
        assertThat(OnnxExport.of(dense(), OnnxSettings.channelsFirst()).toBytes())
                .isEqualTo(first);
    }

    @Test
    void writesTheSameBytesToAFileAndNothingBesideIt(@TempDir Path folder) throws IOException {
        OnnxExport export = OnnxExport.of(dense(), OnnxSettings.channelsFirst());
        Path file = folder.resolve("new").resolve("model.onnx");
        export.write(file);
        assertThat(Files.readAllBytes(file)).isEqualTo(export.toBytes());
        try (Stream<Path> files = Files.list(file.getParent())) {
            assertThat(files).containsExactly(file);
        }
    }

    @Test
    void movesNoAxisInsideAConvolutionalNetwork() throws IOException {
        ArchitectureOptions narrow = ArchitectureOptions.outputs(10).withWidthFactor(0.125);
        Architecture small = SmallCnn.lipschitz(Shape.of(28, 28, 3), narrow);
        assertThat(operators(small, OnnxSettings.channelsFirst())).doesNotContain("Transpose");
        assertThat(operators(small, OnnxSettings.channelsLast())).containsOnlyOnce("Transpose");
        Architecture residual = LipschitzResNet50.lipschitz(Shape.of(32, 32, 3), narrow);
        // the one of the invertible down-sampling
        assertThat(operators(residual, OnnxSettings.channelsFirst())).containsOnlyOnce("Transpose");
    }

    @Test
    void flatImagesAreReorderedWhereNoMatrixDoesIt() {
        for (Layer behind :
                List.of(new MaxMin(), new GroupSort2(), new Abs(), Reshape.to(6, 8), new LayerCentering())) {
            Architecture architecture = Architecture.of(Shape.of(4, 4, 3), new Flatten(), behind);
            CondensedNetwork network =
                    Network.initialize(architecture, DataType.FLOAT, 5).condense();
            for (OnnxSettings settings : BOTH_LAYOUTS) {
                assertAgrees(network, settings, F32_REORDERED);
            }
        }
    }

    @Test
    void networkOfNoOperatorsPassesItsInputOn() {
        Architecture flat = Architecture.of(Shape.of(5), new Flatten());
        assertAgrees(
                Network.initialize(flat, DataType.FLOAT, 5).condense(), OnnxSettings.channelsFirst(), F32_REORDERED);
    }

    @Test
    void refusesALayerThatDoesNotSayWhatItComputes() {
        Architecture architecture = Architecture.of(Shape.of(4), new SpectralDense(4), new Silent());
        CondensedNetwork network =
                Network.initialize(architecture, DataType.FLOAT, 5).condense();
        assertThatThrownBy(() -> OnnxExport.of(network, OnnxSettings.channelsFirst()))
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessageContaining("layer 'silent1': Silent does not say what it computes")
                .hasMessageContaining("implement express in " + Silent.class.getName());
    }

    @Test
    void refusesALayerThatSaysAnotherShape() {
        Architecture architecture = Architecture.of(Shape.of(4), new Shrinking());
        CondensedNetwork network =
                Network.initialize(architecture, DataType.FLOAT, 5).condense();
        assertThatThrownBy(network::graph)
                .hasMessageContaining("primitive operators of layer 'shrinking1' (Shrinking)")
                .hasMessageContaining("[4]")
                .hasMessageContaining("[2]");
    }

    private static List<String> operators(Architecture architecture, OnnxSettings settings) throws IOException {
        CondensedNetwork network =
                Network.initialize(architecture, DataType.FLOAT, 5).condense();
        ModelFile file = new ModelFile(network, ModelDescription.none(), NO_AUDIT, "test");
        return ModelProto.parseFrom(OnnxExport.of(file, settings).toBytes()).getGraph().getNodeList().stream()
                .map(NodeProto::getOpType)
                .toList();
    }

    private static CondensedNetwork dense() {
        Architecture architecture =
                Architecture.of(Shape.of(3), new SpectralDense(4), new GroupSort2(), new UnitNormDense(2));
        return Network.initialize(architecture, DataType.FLOAT, 5).condense();
    }

    /** An own layer that cannot be exported. */
    private record Silent() implements PassedOn {}

    /** An own layer that says something else than it does. */
    private record Shrinking() implements PassedOn {
        @Override
        public Operand express(Operand input, Function<String, INDArray> weights) {
            return input.slice(0, 0, 2).combine(Arithmetic.ADD, 1);
        }
    }

    /** The identity. */
    private interface PassedOn extends Layer {
        @Override
        default Shape outputShape(Shape input) {
            return input;
        }

        @Override
        default INDArray forward(INDArray input, LayerPass pass) {
            return input;
        }

        @Override
        default INDArray backward(INDArray input, INDArray output, INDArray cotangent, LayerPass pass) {
            return cotangent;
        }

        @Override
        default LipschitzBound bound(Shape input, Function<String, INDArray> weights) {
            return LipschitzBound.of(1, "identity");
        }

        @Override
        default String describe(Shape input) {
            return getClass().getSimpleName();
        }
    }
}
