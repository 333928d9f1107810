package io.github.otnn.layers;

import static io.github.otnn.core.testing.ArrayAssertions.assertClose;
import static io.github.otnn.core.testing.ArrayAssertions.assertSameBits;
import static io.github.otnn.core.testing.FiniteDifferences.gaussian;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.otnn.core.Pass;
import io.github.otnn.core.Shape;
import io.github.otnn.core.network.Architecture;
import io.github.otnn.core.network.CondensedNetwork;
import io.github.otnn.core.network.Layer;
import io.github.otnn.core.network.Network;
import io.github.otnn.core.tensor.Tensors;
import io.github.otnn.core.testing.Tolerances;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Layers within layers share working memory: none may see what another left there. */
class NestedLayersTest {
    private static final Shape INPUT = Shape.of(4, 4, 2);
    private static final int BATCH = 3;

    static Stream<Architecture> networks() {
        Layer sort = new GroupSort2();
        Layer conv = new SpectralConv2D(2, 3);
        Layer views = new LipschitzResidual(List.of(Reshape.to(16, 2), Reshape.to(4, 4, 2)));
        Layer inner = residual(List.of(conv, new BatchCentering(), sort));
        Layer viewsOutside =
                residual(List.of(Reshape.to(16, 2), Reshape.to(4, 4, 2), conv, views, new BatchCentering()));
        Layer both = new LipschitzResidual(
                List.of(inner, conv, inner), List.of(viewsOutside, inner, views), LipschitzResidual.Mix.LEARNED);
        Layer sum = new ResidualSum(List.of(both, sort, both), List.of(inner, new BatchCentering()));
        return Stream.of(
                Architecture.of(INPUT, views),
                Architecture.of(INPUT, inner, inner, inner),
                Architecture.of(INPUT, views, both, views),
                Architecture.of(INPUT, both, sum, both, new Flatten(), new SpectralDense(3)),
                Architecture.of(INPUT, sum, residual(List.of(sum, sum)), new InvertibleDownSampling(2), new Flatten()),
                Architecture.of(INPUT, new BatchCentering(), views, new BatchCentering()));
    }

    /** Where a backward pass may follow every output has memory of its own; in prediction two arrays in turn serve them all. */
    @ParameterizedTest
    @MethodSource("networks")
    void predictionsWithSharedMemoryAreThoseWithout(Architecture architecture) {
        CondensedNetwork network = condensed(architecture);
        INDArray large = gaussian(DataType.DOUBLE, 3, INPUT.batch(7));
        INDArray all = network.predict(large);
        for (int batch : new int[] {1, 5, 2, 7}) {
            INDArray part = Tensors.rows(large, 0, batch).dup('c');
            INDArray expected = layerByLayer(network, part);
            assertClose(network.predict(part), expected, Tolerances.F64_REORDERED);
            assertClose(Tensors.rows(all, 0, batch), expected, Tolerances.F64_REORDERED);
            try (Pass pass = network.evaluate(part)) {
                assertSameBits(pass.output(), network.predict(part));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("networks")
    void passesOpenSideBySideKeepTheirGradients(Architecture architecture) {
        CondensedNetwork network = condensed(architecture);
        INDArray x = gaussian(DataType.DOUBLE, 4, INPUT.batch(BATCH));
        INDArray z = gaussian(DataType.DOUBLE, 5, INPUT.batch(BATCH + 2));
        long outputs = architecture.outputShape().length();
        INDArray first = gaussian(DataType.DOUBLE, 6, architecture.outputShape().batch(BATCH));
        INDArray second =
                gaussian(DataType.DOUBLE, 7, architecture.outputShape().batch(BATCH));
        assertThat(outputs).isPositive();
        INDArray alone;
        try (Pass pass = network.evaluate(x)) {
            alone = pass.inputGradient(first);
        }
        INDArray kept = first.dup('c');
        try (Pass pass = network.evaluate(x);
                Pass other = network.evaluate(z)) {
            INDArray gradient = pass.inputGradient(first);
            INDArray before = gradient.dup('c');
            other.inputGradient(
                    gaussian(DataType.DOUBLE, 8, architecture.outputShape().batch(BATCH + 2)));
            pass.inputGradient(second);
            network.predict(z);
            assertSameBits(gradient, before);
            assertSameBits(pass.inputGradient(first), alone);
            gradient.assign(0);
            assertSameBits(first, kept);
        }
    }

    /** The directional derivative of <v, f> along d, which no kink of f is near enough to spoil. */
    @ParameterizedTest
    @MethodSource("networks")
    void inputGradientsMatchCentralDifferences(Architecture architecture) {
        CondensedNetwork network = condensed(architecture);
        INDArray x = gaussian(DataType.DOUBLE, 4, INPUT.batch(BATCH));
        INDArray v = gaussian(DataType.DOUBLE, 6, architecture.outputShape().batch(BATCH));
        INDArray d = gaussian(DataType.DOUBLE, 9, INPUT.batch(BATCH));
        double step = 1e-6;
        double difference = (Tensors.dot(network.predict(x.add(d.mul(step))), v)
                        - Tensors.dot(network.predict(x.sub(d.mul(step))), v))
                / (2 * step);
        try (Pass pass = network.evaluate(x)) {
            double derivative = Tensors.dot(pass.inputGradient(v), d);
            assertThat(Math.abs(derivative - difference))
                    .isLessThanOrEqualTo(Tolerances.F64_DIFFERENCE * (1 + Math.abs(difference)));
        }
    }

    @ParameterizedTest
    @MethodSource("networks")
    void eightThreadsAgreeBitForBit(Architecture architecture) {
        CondensedNetwork network = condensed(architecture);
        List<INDArray> inputs = new ArrayList<>();
        IntStream.range(0, 8).forEach(i -> inputs.add(gaussian(DataType.DOUBLE, i, INPUT.batch(1 + i % 3))));
        List<INDArray> alone = inputs.stream().map(network::predict).toList();
        List<INDArray> together = IntStream.range(0, 32)
                .parallel()
                .mapToObj(i -> network.predict(inputs.get(i % 8)))
                .toList();
        for (int i = 0; i < together.size(); i++) {
            assertSameBits(together.get(i), alone.get(i % 8));
        }
    }

    /** What a call that overflowed left in the working memory is in no later result. */
    @ParameterizedTest
    @EnumSource(
            value = DataType.class,
            names = {"FLOAT", "DOUBLE"})
    void callsAfterAnOverflowAreUnharmed(DataType type) {
        double huge = type == DataType.FLOAT ? 3e38 : 1.7e308;
        networks().forEach(architecture -> {
            CondensedNetwork network = condensed(architecture).as(type);
            INDArray x = gaussian(type, 3, INPUT.batch(BATCH));
            INDArray v = gaussian(type, 4, architecture.outputShape().batch(BATCH));
            INDArray expected = network.predict(x);
            INDArray gradient;
            try (Pass pass = network.evaluate(x)) {
                gradient = pass.inputGradient(v);
            }
            INDArray overflowing = x.dup('c');
            overflowing.assign(huge);
            network.predict(overflowing);
            try (Pass pass = network.evaluate(overflowing)) {
                INDArray infinite = v.dup('c');
                infinite.assign(huge);
                pass.inputGradient(infinite);
            }
            assertSameBits(network.predict(x), expected);
            try (Pass pass = network.evaluate(x)) {
                assertSameBits(pass.inputGradient(v), gradient);
            }
        });
    }

    @Test
    void resultsOfLayersThatOnlyPassOnAreNotTheCallersArrays() {
        for (Layer layer : List.of(new Flatten(), new BatchCentering(), Reshape.to(2, 16))) {
            CondensedNetwork network = condensed(Architecture.of(INPUT, layer));
            INDArray x = gaussian(DataType.DOUBLE, 3, INPUT.batch(2));
            INDArray kept = x.dup('c');
            network.predict(x).assign(7);
            try (Pass pass = network.evaluate(x)) {
                pass.output().assign(8);
                INDArray v = gaussian(
                        DataType.DOUBLE, 4, network.architecture().outputShape().batch(2));
                INDArray before = v.dup('c');
                pass.inputGradient(v).assign(9);
                assertSameBits(v, before);
            }
            assertSameBits(x, kept);
        }
    }

    @Test
    void wrongShapesWithinBranchesSayWhere() {
        Layer residual = residual(List.of(new SpectralConv2D(4, 3), new SpectralDense(3)));
        assertThatThrownBy(() -> Architecture.builder(INPUT).add("block", residual(List.of(residual))))
                .hasMessageContaining("layer 0 'block'")
                .hasMessageContaining("layer 0 of 'branch'")
                .hasMessageContaining("layer 1 of 'branch'")
                .hasMessageContaining("[batch, 4, 4, 4]")
                .hasMessageContaining("put Flatten before it");
        assertThatThrownBy(() -> Architecture.builder(INPUT).add("block", residual(List.of(new SpectralConv2D(4, 3)))))
                .hasMessageContaining("layer 0 'block'")
                .hasMessageContaining("expected a branch that ends in the shortcut's shape [batch, 4, 4, 2]")
                .hasMessageContaining("got [batch, 4, 4, 4]");
    }

    private static INDArray layerByLayer(CondensedNetwork network, INDArray input) {
        INDArray current = input;
        for (Architecture.Stage stage : network.architecture().stages()) {
            java.util.Map<String, INDArray> own = new java.util.HashMap<>();
            stage.layer()
                    .parameters(stage.input())
                    .forEach(spec -> own.put("only/" + spec.name(), network.weight(stage.name() + "/" + spec.name())));
            stage.layer()
                    .state(stage.input())
                    .forEach(spec -> own.put("only/" + spec.name(), network.weight(stage.name() + "/" + spec.name())));
            CondensedNetwork only = CondensedNetwork.of(
                    Architecture.builder(stage.input())
                            .add("only", stage.layer())
                            .build(),
                    DataType.DOUBLE,
                    own);
            try (Pass pass = only.evaluate(current)) {
                current = pass.output();
            }
        }
        return current;
    }

    private static Layer residual(List<Layer> branch) {
        return new LipschitzResidual(branch);
    }

    /** Trained for a step, so that biases, mixes and running means are not what they were at the start. */
    private static CondensedNetwork condensed(Architecture architecture) {
        Network network = Network.initialize(architecture, DataType.DOUBLE, 1);
        if (!network.parameters().isEmpty()) {
            network.clearGradients();
            network.forward(gaussian(DataType.DOUBLE, 1, INPUT.batch(BATCH)).addi(1));
            network.backward(
                    gaussian(DataType.DOUBLE, 2, architecture.outputShape().batch(BATCH)));
            network.pullBackGradients();
            network.move(raw -> raw.subi(network.rawGradient().mul(0.1)));
        }
        return network.condense();
    }
}
