package io.github.otnn.layers;

import static io.github.otnn.core.testing.ArrayAssertions.assertClose;
import static io.github.otnn.core.testing.ArrayAssertions.assertSameBits;
import static io.github.otnn.core.testing.FiniteDifferences.gaussian;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.otnn.core.Differentiable;
import io.github.otnn.core.Pass;
import io.github.otnn.core.Shape;
import io.github.otnn.core.ShapeMismatchException;
import io.github.otnn.core.network.Architecture;
import io.github.otnn.core.network.CondensedNetwork;
import io.github.otnn.core.network.Network;
import io.github.otnn.core.samediff.SameDiffExport;
import io.github.otnn.core.samediff.SameDiffFunction;
import io.github.otnn.core.tensor.Tensors;
import io.github.otnn.core.testing.Tolerances;
import io.github.otnn.layers.architecture.ArchitectureOptions;
import io.github.otnn.layers.architecture.FashionVgg;
import io.github.otnn.layers.architecture.KochMlp;
import io.github.otnn.layers.architecture.LipschitzResNet50;
import io.github.otnn.layers.architecture.SmallCnn;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Networks as graphs of SameDiff, and graphs of SameDiff as functions that can be explained. */
class SameDiffTest {
    /** float32, sums in another order. */
    private static final double F32_REORDERED = 1e-5;

    private static final PrintStream OUTPUT = System.out;
    private static final ByteArrayOutputStream WRITTEN = new ByteArrayOutputStream();

    /** SameDiff tells of every operator that it differentiates. */
    @BeforeAll
    static void keepTheOutputReadable() {
        System.setOut(new PrintStream(WRITTEN, true, StandardCharsets.UTF_8));
    }

    @AfterAll
    static void showTheOutputAgain() {
        System.setOut(OUTPUT);
    }

    @ParameterizedTest
    @MethodSource("io.github.otnn.layers.LayerCase#all")
    void everyLayerComputesTheSame(LayerCase layerCase) {
        CondensedNetwork network = LayerContractTest.trained(layerCase);
        assertAgrees(network, F32_REORDERED);
        assertAgrees(network.as(DataType.DOUBLE), Tolerances.F64_REORDERED);
    }

    static Stream<Architecture> architectures() {
        ArchitectureOptions narrow = ArchitectureOptions.outputs(10).withWidthFactor(0.125);
        return Stream.of(
                FashionVgg.lipschitz(Shape.of(28, 28, 1), narrow),
                SmallCnn.lipschitz(Shape.of(12, 12, 1), narrow),
                KochMlp.lipschitz(Shape.of(2), ArchitectureOptions.outputs(1).withWidthFactor(0.25)),
                LipschitzResNet50.lipschitz(
                        Shape.of(32, 32, 3), ArchitectureOptions.outputs(2).withWidthFactor(0.03)));
    }

    @ParameterizedTest
    @MethodSource("architectures")
    void networksComputeTheSame(Architecture architecture) {
        assertAgrees(Network.initialize(architecture, DataType.FLOAT, 5).condense(), F32_REORDERED);
    }

    private static void assertAgrees(CondensedNetwork network, double tolerance) {
        Differentiable function =
                SameDiffFunction.of(SameDiffExport.of(network), SameDiffExport.INPUT, SameDiffExport.OUTPUT);
        for (int batch : new int[] {1, 3}) {
            INDArray input = gaussian(network.type(), 31, network.inputShape().batch(batch));
            INDArray cotangent = gaussian(
                    network.type(), 32, network.architecture().outputShape().batch(batch));
            try (Pass expected = network.evaluate(input);
                    Pass pass = function.evaluate(input)) {
                assertRelativelyClose(pass.output(), expected.output(), tolerance);
                assertRelativelyClose(pass.inputGradient(cotangent), expected.inputGradient(cotangent), tolerance);
            }
        }
    }

    private static void assertRelativelyClose(INDArray actual, INDArray expected, double tolerance) {
        double largest = expected.amaxNumber().doubleValue();
        double scale = largest == 0 ? 1 : 1 / largest;
        assertClose(actual.mul(scale), expected.mul(scale), tolerance);
    }

    @Test
    void functionOfAnySameDiffGraphHasItsGradients() {
        Differentiable function = SameDiffFunction.of(squares(), "x", "y");
        INDArray input = gaussian(DataType.DOUBLE, 1, 2, 3);
        INDArray cotangent = gaussian(DataType.DOUBLE, 2, 2, 3);
        try (Pass pass = function.evaluate(input)) {
            assertClose(pass.output(), input.mul(input), 1e-15);
            assertClose(pass.inputGradient(cotangent), input.mul(cotangent).mul(2), 1e-15);
            assertClose(
                    pass.inputGradient(cotangent.mul(3)), input.mul(cotangent).mul(6), 1e-14);
        }
    }

    @Test
    void functionLeavesTheGraphAndItsInputsAlone() {
        SameDiff graph = squares();
        int variables = graph.variables().size();
        INDArray transposed = gaussian(DataType.DOUBLE, 1, 3, 2).transpose();
        INDArray before = transposed.dup('c');
        INDArray cotangent = gaussian(DataType.DOUBLE, 2, 3, 2).transpose();
        INDArray cotangentBefore = cotangent.dup('c');
        try (Pass pass = SameDiffFunction.of(graph, "x", "y").evaluate(transposed)) {
            INDArray gradient = pass.inputGradient(cotangent);
            assertClose(gradient, before.mul(cotangentBefore).mul(2), 1e-15);
        }
        assertSameBits(transposed, before);
        assertSameBits(cotangent, cotangentBefore);
        assertThat(graph.variables()).hasSize(variables);
        assertThat(graph.hasGradientFunction()).isFalse();
    }

    @Test
    void exportedGraphDoesNotShareWeightsWithTheNetwork() {
        CondensedNetwork network = dense();
        INDArray input = gaussian(DataType.FLOAT, 1, 2, 3);
        INDArray before = network.predict(input);
        SameDiff graph = SameDiffExport.of(network);
        graph.variables().stream()
                .map(SDVariable::getArr)
                .filter(Objects::nonNull)
                .forEach(array -> array.assign(7));
        assertSameBits(network.predict(input), before);
    }

    @Test
    void fourThreadsAgreeBitForBit() throws Exception {
        Differentiable function = SameDiffFunction.of(SameDiffExport.of(dense()), "input", "output");
        INDArray input = gaussian(DataType.FLOAT, 1, 5, 3);
        INDArray cotangent = gaussian(DataType.FLOAT, 2, 5, 2);
        INDArray expected = function.evaluate(input).inputGradient(cotangent);
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<INDArray>> gradients = new ArrayList<>();
            for (int i = 0; i < 12; i++) {
                gradients.add(threads.submit(() -> function.evaluate(input).inputGradient(cotangent)));
            }
            for (Future<INDArray> gradient : gradients) {
                assertSameBits(gradient.get(), expected);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void functionRefusesWhatTheGraphCannotTake() {
        SameDiff graph = squares();
        assertThatThrownBy(() -> SameDiffFunction.of(graph, "x", "logits"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("SameDiffFunction: the graph has no variable 'logits'");
        assertThatThrownBy(() -> SameDiffFunction.of(graph, "y", "y"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("SameDiffFunction: expected 'y' to be a placeholder, got ARRAY");
        Differentiable function = SameDiffFunction.of(graph, "x", "y");
        assertThatThrownBy(() -> function.evaluate(Tensors.zeros(DataType.DOUBLE, 2, 4)))
                .isInstanceOf(ShapeMismatchException.class)
                .hasMessageContaining("'x'")
                .hasMessageContaining("[batch, 3]")
                .hasMessageContaining("[2, 4]");
        assertThatThrownBy(() -> function.evaluate(Tensors.of(DataType.DOUBLE, new double[] {1, 2, Double.NaN}, 1, 3)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("NaN at [0, 2]");
        Pass pass = function.evaluate(Tensors.zeros(DataType.DOUBLE, 2, 3));
        assertThatThrownBy(() -> pass.inputGradient(Tensors.zeros(DataType.DOUBLE, 1, 3)))
                .isInstanceOf(ShapeMismatchException.class)
                .hasMessageContaining("cotangent");
        pass.close();
        assertThatThrownBy(() -> pass.inputGradient(Tensors.zeros(DataType.DOUBLE, 2, 3)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("inputGradient: the pass is closed");
    }

    @Test
    void functionRefusesAnOutputThatIsNotOfTheSamples() {
        SameDiff graph = squares();
        graph.getVariable("y").sum().rename("sum");
        Differentiable function = SameDiffFunction.of(graph, "x", "sum");
        assertThatThrownBy(() -> function.evaluate(Tensors.zeros(DataType.DOUBLE, 2, 3)))
                .isInstanceOf(ShapeMismatchException.class)
                .hasMessageContaining("'sum'")
                .hasMessageContaining("[2, outputs]");
    }

    /** Documented as what nobody can turn off; if a new version is silent, the documentation may say so. */
    @Test
    void sameDiffItselfTellsOfEachOperatorOnceAndOnlyWhereGradientsAreAskedFor() {
        Differentiable function = SameDiffFunction.of(squares(), "x", "y");
        WRITTEN.reset();
        Pass pass = function.evaluate(Tensors.zeros(DataType.DOUBLE, 2, 3));
        assertThat(WRITTEN.toString(StandardCharsets.UTF_8)).isEmpty();
        pass.inputGradient(Tensors.zeros(DataType.DOUBLE, 2, 3));
        assertThat(WRITTEN.toString(StandardCharsets.UTF_8)).contains("Added differentiated op");
        WRITTEN.reset();
        pass.inputGradient(Tensors.zeros(DataType.DOUBLE, 2, 3));
        assertThat(WRITTEN.toString(StandardCharsets.UTF_8)).isEmpty();
    }

    /** y = x^2. */
    private static SameDiff squares() {
        SameDiff graph = SameDiff.create();
        SDVariable x = graph.placeHolder("x", DataType.DOUBLE, -1, 3);
        graph.math().square("y", x);
        return graph;
    }

    private static CondensedNetwork dense() {
        Architecture architecture =
                Architecture.of(Shape.of(3), new SpectralDense(4), new GroupSort2(), new UnitNormDense(2));
        return Network.initialize(architecture, DataType.FLOAT, 5).condense();
    }
}
