package io.github.otnn.layers.architecture;

import static io.github.otnn.core.testing.ArrayAssertions.assertSameBits;
import static io.github.otnn.core.testing.FiniteDifferences.gaussian;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.otnn.core.Pass;
import io.github.otnn.core.Shape;
import io.github.otnn.core.certify.Certifier;
import io.github.otnn.core.certify.LipschitzAudit;
import io.github.otnn.core.io.ModelDescription;
import io.github.otnn.core.io.ModelFile;
import io.github.otnn.core.io.Verification;
import io.github.otnn.core.network.Architecture;
import io.github.otnn.core.network.CondensedNetwork;
import io.github.otnn.core.network.Network;
import io.github.otnn.core.tensor.Tensors;
import io.github.otnn.core.testing.Tolerances;
import io.github.otnn.layers.ConvolutionScaling;
import io.github.otnn.layers.LayerCatalog;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

class ArchitecturesTest {
    private static final Shape FASHION = Shape.of(28, 28, 1);
    private static final ArchitectureOptions TEN = ArchitectureOptions.outputs(10);

    /** An architecture with its ordinary twin. */
    record Twins(String name, Architecture lipschitz, Architecture unconstrained) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Twins> narrow() {
        ArchitectureOptions three = ArchitectureOptions.outputs(3).withWidthFactor(0.05);
        ArchitectureOptions one = ArchitectureOptions.outputs(1);
        Shape image = Shape.of(14, 14, 1);
        Shape colour = Shape.of(37, 35, 3);
        Shape large = Shape.of(64, 64, 3);
        ArchitectureOptions byNorm =
                three.withScaling(ConvolutionScaling.OPERATOR_NORM).withHead(ArchitectureOptions.Head.JOINT);
        return Stream.of(
                new Twins("small cnn", SmallCnn.lipschitz(image, three), SmallCnn.unconstrained(image, three)),
                new Twins("by norm", SmallCnn.lipschitz(image, byNorm), SmallCnn.unconstrained(image, byNorm)),
                new Twins("demo cnn", DemoCnn.lipschitz(image, three), DemoCnn.unconstrained(image, three)),
                new Twins("fashion vgg", FashionVgg.lipschitz(image, three), FashionVgg.unconstrained(image, three)),
                new Twins("celeba vgg", CelebaVgg.lipschitz(colour, three), CelebaVgg.unconstrained(colour, three)),
                new Twins(
                        "resnet",
                        LipschitzResNet50.lipschitz(large, three),
                        LipschitzResNet50.unconstrained(large, three)),
                new Twins("koch", KochMlp.lipschitz(Shape.of(2), one), KochMlp.unconstrained(Shape.of(2), one)),
                new Twins(
                        "block mnist",
                        BlockMnistMlp.lipschitz(Shape.of(56, 28, 1), one.withWidthFactor(0.1)),
                        BlockMnistMlp.unconstrained(Shape.of(56, 28, 1), one.withWidthFactor(0.1))));
    }

    @Test
    void parameterCountsAreThePublishedOnes() {
        assertThat(FashionVgg.lipschitz(FASHION, TEN).parameterCount()).isEqualTo(4_734_826);
        Shape celeba = Shape.of(218, 178, 3);
        assertThat(CelebaVgg.lipschitz(celeba, ArchitectureOptions.outputs(22)).parameterCount())
                .isEqualTo(920_784 + 1_054_742);
        Shape imageNet = Shape.of(224, 224, 3);
        ArchitectureOptions thousand = ArchitectureOptions.outputs(1000);
        // 25,557,032 of the standard network, and the 26,560 biases of its convolutions
        assertThat(LipschitzResNet50.unconstrained(imageNet, thousand).parameterCount())
                .isEqualTo(25_557_032 + 26_560);
        assertThat(LipschitzResNet50.lipschitz(imageNet, thousand).parameterCount())
                .isBetween(24_000_000L, 26_000_000L);
        assertThat(LipschitzResNet50.lipschitz(imageNet, thousand.withWidthFactor(1.5))
                        .parameterCount())
                .isBetween(40_000_000L, 55_000_000L);
    }

    @Test
    void publishedShapesComeOut() {
        Architecture celeba = CelebaVgg.lipschitz(Shape.of(218, 178, 3), ArchitectureOptions.outputs(22));
        assertThat(stage(celeba, "pool5").output()).isEqualTo(Shape.of(6, 5, 128));
        Architecture resnet = LipschitzResNet50.lipschitz(Shape.of(224, 224, 3), ArchitectureOptions.outputs(1));
        assertThat(stage(resnet, "stem").output()).isEqualTo(Shape.of(112, 112, 64));
        assertThat(stage(resnet, "stem-down").output()).isEqualTo(Shape.of(56, 56, 256));
        assertThat(stage(resnet, "stage1-pool").output()).isEqualTo(Shape.of(28, 28, 256));
        assertThat(stage(resnet, "stage4-block3").output()).isEqualTo(Shape.of(7, 7, 2048));
    }

    @ParameterizedTest
    @MethodSource("narrow")
    void modelComesBackWithEqualLogitsAndEqualBytes(Twins twins) throws Exception {
        for (Architecture architecture : List.of(twins.lipschitz, twins.unconstrained)) {
            CondensedNetwork network =
                    Network.initialize(architecture, DataType.FLOAT, 5).condense();
            byte[] bytes = ModelFile.of(network, ModelDescription.none()).toBytes(LayerCatalog.standard());
            ModelFile read = ModelFile.fromBytes(bytes, LayerCatalog.standard(), Verification.VERIFY);
            INDArray input =
                    gaussian(DataType.FLOAT, 6, architecture.inputShape().batch(2));
            assertSameBits(read.network().predict(input), network.predict(input));
            assertThat(read.toBytes(LayerCatalog.standard())).isEqualTo(bytes);
        }
    }

    @ParameterizedTest
    @MethodSource("narrow")
    void trainsAndKeepsItsConstant(Twins twins) {
        Network network = Network.initialize(twins.lipschitz(), DataType.FLOAT, 5);
        step(network);
        CondensedNetwork condensed = network.condense();
        LipschitzAudit audit = Certifier.of(condensed).audit();
        assertThat(audit.logitBound()).isLessThanOrEqualTo(1 + 10 * Tolerances.BOUND_SLACK);
        INDArray input = input(twins.lipschitz());
        try (Pass pass = condensed.evaluate(input)) {
            INDArray cotangent = pass.output().mul(0);
            cotangent.getColumn(0).addi(1);
            INDArray gradient = pass.inputGradient(cotangent);
            Tensors.requireFinite("gradient", gradient);
            for (int i = 0; i < 2; i++) {
                assertThat(Tensors.rows(gradient, i, i + 1).norm2Number().doubleValue())
                        .isLessThanOrEqualTo(audit.logitBound() * (1 + 1e-5));
            }
        }
        assertThat(condensed.summary()).contains("total", "parameters", "bound");
    }

    @ParameterizedTest
    @MethodSource("narrow")
    void twinTrainsAndHasTheSameShapes(Twins twins) {
        assertThat(twins.unconstrained().outputShape())
                .isEqualTo(twins.lipschitz().outputShape());
        Network network = Network.initialize(twins.unconstrained(), DataType.FLOAT, 5);
        step(network);
        Tensors.requireFinite("output", network.condense().predict(input(twins.unconstrained())));
    }

    @Test
    void aHundredTimesNarrowerOrWiderIsRefusedOnlyWhereItMakesNoSense() {
        assertThat(ArchitectureOptions.outputs(1).withWidthFactor(1e-9).width(64))
                .isEqualTo(2);
        assertThat(ArchitectureOptions.outputs(1).withWidthFactor(0.5).width(15))
                .isEqualTo(8);
        assertThatThrownBy(() -> ArchitectureOptions.outputs(0))
                .hasMessage("ArchitectureOptions: outputs must be >= 1, got 0");
        assertThatThrownBy(() -> TEN.withWidthFactor(Double.NaN)).hasMessageContaining("width factor");
    }

    @Test
    void aNetworkHeldToAnotherConstantReachesIt() {
        Architecture scaled = SmallCnn.lipschitz(Shape.of(8, 8, 1), TEN).scaledBy(0.25);
        LipschitzAudit audit =
                LipschitzAudit.of(Network.initialize(scaled, DataType.FLOAT, 1).condense());
        LipschitzAudit plain =
                LipschitzAudit.of(Network.initialize(SmallCnn.lipschitz(Shape.of(8, 8, 1), TEN), DataType.FLOAT, 1)
                        .condense());
        assertThat(audit.vectorBound() / plain.vectorBound()).isBetween(0.2499 * 1, 0.2501 * 1);
    }

    private static Architecture.Stage stage(Architecture architecture, String name) {
        return architecture.stages().stream()
                .filter(stage -> stage.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static INDArray input(Architecture architecture) {
        return gaussian(DataType.FLOAT, 9, architecture.inputShape().batch(2));
    }

    private static void step(Network network) {
        network.clearGradients();
        INDArray output = network.forward(input(network.architecture()));
        network.backward(output.dup());
        network.pullBackGradients();
        network.move(raw -> raw.subi(network.rawGradient().mul(0.01)));
    }
}
