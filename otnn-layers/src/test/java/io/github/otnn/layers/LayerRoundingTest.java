package io.github.otnn.layers;

import static io.github.otnn.core.testing.FiniteDifferences.gaussian;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.otnn.core.network.CondensedNetwork;
import io.github.otnn.core.network.Network;
import io.github.otnn.core.network.Rounding;
import io.github.otnn.core.tensor.Tensors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Stated rounding against the difference of float32 and float64 with the same weights. */
class LayerRoundingTest {
    private static final int BATCH = 200;

    static Stream<LayerCase> known() {
        return LayerCase.all()
                .filter(layerCase ->
                        Double.isFinite(rounding(network(layerCase)).relative()));
    }

    @ParameterizedTest
    @MethodSource("known")
    void computedOutputsStayWithinTheProvenDistanceOfTheExactOnes(LayerCase layerCase) {
        CondensedNetwork narrow = network(layerCase);
        CondensedNetwork wide = narrow.as(DataType.DOUBLE);
        Rounding rounding = rounding(narrow);
        Rounding wideRounding = rounding(wide);
        assertThat(wideRounding.relative()).isLessThanOrEqualTo(rounding.relative());
        for (double size : new double[] {1, 1e6, 1e-18, 1e-22, 1e-40, 0}) {
            INDArray input =
                    gaussian(DataType.FLOAT, 1, layerCase.input().batch(BATCH)).muli(size);
            double[] norms = norms(input);
            double[] errors =
                    norms(narrow.predict(input).castTo(DataType.DOUBLE).subi(wide.predict(input)));
            for (int i = 0; i < BATCH; i++) {
                double relative = rounding.relative() + wideRounding.relative();
                assertThat(errors[i])
                        .isLessThanOrEqualTo(relative * norms[i] + rounding.absolute() + wideRounding.absolute());
            }
        }
    }

    @ParameterizedTest
    @MethodSource("known")
    void outputsGrowNoFasterThanBoundAndOffsetSay(LayerCase layerCase) {
        CondensedNetwork network = network(layerCase).as(DataType.DOUBLE);
        Rounding rounding = rounding(network);
        double bound = network.bound(network.architecture().stages().get(0)).vector();
        for (double size : new double[] {1, 1e-3, 0}) {
            INDArray input =
                    gaussian(DataType.DOUBLE, 2, layerCase.input().batch(BATCH)).muli(size);
            double[] norms = norms(input);
            double[] outputs = norms(network.predict(input));
            for (int i = 0; i < BATCH; i++) {
                assertThat(outputs[i]).isLessThanOrEqualTo((bound * norms[i] + rounding.offset()) * (1 + 1e-12));
            }
        }
    }

    private static Rounding rounding(CondensedNetwork network) {
        return network.rounding(network.architecture().stages().get(0));
    }

    private static CondensedNetwork network(LayerCase layerCase) {
        Network network = Network.initialize(layerCase.architecture(), DataType.FLOAT, 3);
        network.move(raw -> raw.addi(gaussian(DataType.FLOAT, 4, raw.length())));
        return network.condense();
    }

    private static double[] norms(INDArray rows) {
        double[] values = Tensors.toDoubles(rows);
        double[] norms = new double[BATCH];
        int perRow = values.length / BATCH;
        for (int i = 0; i < values.length; i++) {
            norms[i / perRow] += values[i] * values[i];
        }
        for (int i = 0; i < BATCH; i++) {
            norms[i] = Math.sqrt(norms[i]);
        }
        return norms;
    }
}
