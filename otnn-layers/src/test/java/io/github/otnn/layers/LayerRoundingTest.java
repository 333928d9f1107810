package io.github.otnn.layers;

import static io.github.otnn.core.testing.FiniteDifferences.gaussian;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.otnn.core.Shape;
import io.github.otnn.core.network.Architecture;
import io.github.otnn.core.network.Chain;
import io.github.otnn.core.network.CondensedNetwork;
import io.github.otnn.core.network.Layer;
import io.github.otnn.core.network.Network;
import io.github.otnn.core.network.ParameterSpec;
import io.github.otnn.core.network.Rounding;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What layers state of their rounding, over all cases of {@link LayerCase} and for layers within layers. */
class LayerRoundingTest {
    private static final int BATCH = 32;

    /** Biases are far from 0, and some scales reach where squares of float32 vanish. */
    @ParameterizedTest
    @MethodSource("io.github.otnn.layers.LayerCase#all")
    void roundingBoundCoversTheDifferenceBetweenFloatAndDouble(LayerCase layerCase) {
        CondensedNetwork narrow = LayerContractTest.trained(layerCase);
        CondensedNetwork wide = narrow.as(DataType.DOUBLE);
        Architecture.Stage stage = narrow.architecture().stages().get(0);
        Rounding rounding = narrow.rounding(stage);
        Rounding rest = wide.rounding(stage);
        double lipschitz = narrow.bound(stage).vector();
        assertThat(rounding.isKnown() && rest.isKnown()).isTrue();
        // a statement that covers everything states nothing
        assertThat(rounding.relative()).isLessThan(1e-3 * layerCase.constant());
        assertThat(rest.relative()).isLessThan(1e-12 * layerCase.constant());
        for (double scale : new double[] {0, 1e-30, 1e-21, 1e-3, 1, 1e4, 1e15}) {
            INDArray input = LayerContractTest.input(layerCase, DataType.FLOAT, 33, BATCH);
            input.muli(scale);
            INDArray exact = wide.predict(input);
            double[] errors = LayerContractTest.squaredNorms(
                    narrow.predict(input).castTo(DataType.DOUBLE).subi(exact));
            double[] outputs = LayerContractTest.squaredNorms(exact);
            double[] inputs = LayerContractTest.squaredNorms(input);
            for (int i = 0; i < BATCH; i++) {
                double norm = Math.sqrt(inputs[i]);
                assertThat(Math.sqrt(errors[i]))
                        .as("scale %s", scale)
                        .isLessThanOrEqualTo(rounding.errorAt(norm) + rest.errorAt(norm));
                assertThat(Math.sqrt(outputs[i]))
                        .as("scale %s", scale)
                        .isLessThanOrEqualTo((lipschitz * norm + rounding.offset()) * (1 + 1e-12) + rest.errorAt(norm));
            }
        }
    }

    @Test
    void roundingOfAChainIsThatOfTheSameLayersInANetwork() {
        Shape input = Shape.of(6, 6, 2);
        List<Layer> layers = List.of(new SpectralConv2D(4, 3), new GroupSort2(), new L2NormPooling2D(2), new Flatten());
        Chain chain = new Chain("branch", layers);
        Map<String, INDArray> weights = new HashMap<>();
        for (ParameterSpec spec : chain.parameters(input)) {
            weights.put(spec.name(), gaussian(DataType.FLOAT, 3, spec.shape().sizes()));
        }
        Rounding whole = chain.rounding(input, weights::get, 0x1p-24);
        Rounding wide = chain.rounding(input, weights::get, 0x1p-53);
        assertThat(whole.isKnown()).isTrue();
        assertThat(whole.relative() / wide.relative()).isBetween(0.99 * 0x1p29, 1.01 * 0x1p29);

        CondensedNetwork network = CondensedNetwork.of(
                Architecture.builder(input)
                        .add("conv", layers.get(0))
                        .add("sort", layers.get(1))
                        .add("pool", layers.get(2))
                        .add("flat", layers.get(3))
                        .build(),
                DataType.FLOAT,
                Map.of("conv/kernel", weights.get("branch0.kernel"), "conv/bias", weights.get("branch0.bias")));
        Rounding first = network.rounding(network.architecture().stages().get(0));
        Rounding pool = network.rounding(network.architecture().stages().get(2));
        double lipschitz = network.bound(network.architecture().stages().get(0)).vector();
        double relative = first.relative() + pool.relative() * (lipschitz + first.relative());
        assertThat(whole.relative()).isBetween(relative * (1 - 1e-14), relative * (1 + 1e-14));
        assertThat(whole.offset()).isBetween(first.offset(), first.offset() * (1 + 1e-14));
        assertThat(new Chain("none", List.of()).rounding(input, weights::get, 0x1p-24))
                .isEqualTo(Rounding.none());
    }

    /** Batches of 1 and 64 may take different algorithms of the backend: the bound covers them all. */
    @Test
    void wideConvolutionsStayWithinTheirBoundForEveryBatchSize() {
        Architecture architecture = Architecture.of(Shape.of(14, 14, 32), new SpectralConv2D(64, 3));
        CondensedNetwork narrow =
                Network.initialize(architecture, DataType.FLOAT, 3).condense();
        Rounding rounding = narrow.rounding(architecture.stages().get(0));
        INDArray input = gaussian(DataType.FLOAT, 4, 64, 14, 14, 32);
        INDArray exact = narrow.as(DataType.DOUBLE).predict(input, 16);
        for (int batch : new int[] {1, 16, 64}) {
            double[] errors = LayerContractTest.squaredNorms(
                    narrow.predict(input, batch).castTo(DataType.DOUBLE).subi(exact));
            double[] inputs = LayerContractTest.squaredNorms(input);
            for (int i = 0; i < errors.length; i++) {
                double norm = Math.sqrt(inputs[i]);
                assertThat(Math.sqrt(errors[i])).isLessThanOrEqualTo(rounding.errorAt(norm));
                // 1.3e-7 is what direct sums do; a transformed convolution (Winograd), outside of the proof, does worse
                assertThat(Math.sqrt(errors[i])).isLessThanOrEqualTo(4e-7 * norm);
            }
        }
    }
}
