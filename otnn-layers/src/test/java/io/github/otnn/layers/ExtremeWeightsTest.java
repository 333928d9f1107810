package io.github.otnn.layers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.otnn.core.Shape;
import io.github.otnn.core.certify.CertifiedRadius;
import io.github.otnn.core.certify.Certifier;
import io.github.otnn.core.certify.LipschitzAudit;
import io.github.otnn.core.network.Architecture;
import io.github.otnn.core.network.CondensedNetwork;
import io.github.otnn.core.network.Layer;
import io.github.otnn.core.network.Rounding;
import io.github.otnn.core.tensor.Tensors;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Proofs hold for weights whose squares vanish or overflow, and for values that only layers within layers see. */
class ExtremeWeightsTest {
    private static final double VANISHING = 1e-170;

    @Test
    void columnsWhoseSquaresVanishStillHaveNormsAndDistances() {
        CondensedNetwork network = CondensedNetwork.of(
                only(Shape.of(2), new Dense(2)),
                DataType.DOUBLE,
                Map.of("0/weight", doubleRows(2, VANISHING, 0, 0, VANISHING), "0/bias", doubles(1e-200, 0)));
        Architecture.Stage stage = network.architecture().stages().get(0);
        assertThat(network.bound(stage).perOutput()).isBetween(VANISHING, VANISHING * (1 + 1e-12));
        assertThat(network.differenceBounds()[0][1]).isBetween(1.414 * VANISHING, 1.415 * VANISHING);
        Rounding rounding = network.rounding(stage);
        assertThat(rounding.relative()).isGreaterThan(0x1p-53 * VANISHING);
        assertThat(rounding.offset()).isGreaterThanOrEqualTo(1e-200);
        // half a pixel of the first input decides
        double radius = Certifier.of(network).radiusIgnoringRounding(new double[] {VANISHING, 0}, 0);
        assertThat(radius).isLessThan(1);
    }

    @Test
    void biasesWhoseSquaresVanishHaveANormInEveryLayer() {
        Shape input = Shape.of(1, 1, 1);
        for (Layer layer :
                List.of(new Conv2D(1, ConvolutionWindow.square(1)), new BatchCentering(), new LayerCentering())) {
            Map<String, INDArray> weights = layer instanceof Conv2D
                    ? Map.of(
                            "0/kernel",
                            Tensors.of(DataType.DOUBLE, new double[] {1}, 1, 1, 1, 1),
                            "0/bias",
                            doubles(VANISHING))
                    : layer instanceof BatchCentering
                            ? Map.of("0/bias", doubles(VANISHING), "0/runningMean", doubles(0))
                            : Map.of("0/bias", doubles(VANISHING));
            CondensedNetwork network = CondensedNetwork.of(only(input, layer), DataType.DOUBLE, weights);
            assertThat(network.rounding(network.architecture().stages().get(0)).offset())
                    .as(layer.toString())
                    .isGreaterThanOrEqualTo(VANISHING);
        }
    }

    /** Between the two layers values are 1e25 times as large as before and behind: there they overflow first. */
    @Test
    void overflowWithinABranchLimitsTheInputsThatAreCertified() {
        List<Layer> branch = List.of(new Dense(2), new Dense(2));
        for (Layer layer : List.of(
                new LipschitzResidual(branch),
                new LipschitzResidual(List.of(new LipschitzResidual(branch))),
                new ResidualSum(branch, List.of()))) {
            String prefix = layer.equals(new LipschitzResidual(List.of(new LipschitzResidual(branch))))
                    ? "0/branch0.branch"
                    : "0/branch";
            INDArray zeros = Tensors.zeros(DataType.FLOAT, 2);
            CondensedNetwork network = CondensedNetwork.of(
                    only(Shape.of(2), layer),
                    DataType.FLOAT,
                    Map.of(
                            prefix + "0.weight",
                            floatRows(2, 1e25, 0, 0, 1e25),
                            prefix + "0.bias",
                            zeros,
                            prefix + "1.weight",
                            floatRows(2, 1e-25, 0, 0, 1e-25),
                            prefix + "1.bias",
                            zeros));
            LipschitzAudit audit = LipschitzAudit.of(network);
            assertThat(audit.vectorBound()).isLessThan(2.001);
            INDArray largest = floatRows(1, 1e15, 0);
            assertThat(network.predict(largest).getDouble(0)).isInfinite();
            assertThat(audit.largestInput())
                    .as(layer.toString())
                    .isLessThan(1e14)
                    .isPositive();
        }
    }

    @Test
    void branchOfSmallWeightsIsNotLimited() {
        CondensedNetwork network = CondensedNetwork.of(
                only(Shape.of(1), new LipschitzResidual(List.of(new Dense(1)))),
                DataType.FLOAT,
                Map.of(
                        "0/branch0.weight", floatRows(1, 1),
                        "0/branch0.bias", Tensors.zeros(DataType.FLOAT, 1)));
        assertThat(LipschitzAudit.of(network).largestInput()).isBetween(0x1p59, 0x1p60);
    }

    @Test
    void residualOfLargeOutputsCountsUnderflowOfEveryValue() {
        Shape input = Shape.of(100, 100, 64);
        for (Layer layer :
                List.of(new LipschitzResidual(List.of(new Abs())), new ResidualSum(List.of(new Abs()), List.of()))) {
            Rounding rounding = layer.rounding(input, name -> floats(0), 0x1p-24);
            assertThat(rounding.absolute()).as(layer.toString()).isGreaterThan(800 * Float.MIN_NORMAL);
        }
    }

    @Test
    void mixOfAnyLogitHasABoundThatIsANumber() {
        Layer layer = new LipschitzResidual(List.of(new Abs()), List.of(), LipschitzResidual.Mix.LEARNED);
        for (double logit : new double[] {-1e30, -800, -100, 0, 100, 1e30}) {
            CondensedNetwork network =
                    CondensedNetwork.of(only(Shape.of(2), layer), DataType.FLOAT, Map.of("0/mix", floats(logit)));
            Certifier certifier = Certifier.of(network);
            assertThat(certifier.audit().vectorBound()).isEqualTo(1);
            INDArray output = network.predict(floatRows(1, -1, 2));
            assertThat(output.getDouble(1)).isEqualTo(2);
            assertThat(output.getDouble(0)).isBetween(-1.0, 1.0);
        }
    }

    /** 1e38 / sqrt(1e-5) is no float: the layer multiplies by infinity. */
    @Test
    void nothingIsProvenOfFactorsThatOverflow() {
        CondensedNetwork network = CondensedNetwork.of(
                only(Shape.of(2), new BatchNormalization()),
                DataType.FLOAT,
                Map.of(
                        "0/scale", floats(1e38, 1),
                        "0/bias", floats(0, 0),
                        "0/runningMean", floats(0, 0),
                        "0/runningVariance", floats(0, 1)));
        assertThat(network.predict(floatRows(1, 1e-30, 0)).getDouble(0)).isInfinite();
        assertThat(LipschitzAudit.of(network).largestInput()).isZero();
        assertThat(LipschitzAudit.of(network.as(DataType.DOUBLE)).largestInput())
                .isPositive();
    }

    @Test
    void distancesWhoseProductVanishesGiveNoInfiniteRadius() {
        double[][] distances = {{0, 1e-200}, {1e-200, 0}};
        assertThat(CertifiedRadius.pairwise(new double[] {1e-300, 0}, 0, distances, 1e-200))
                .isLessThan(Double.POSITIVE_INFINITY);
    }

    @Test
    void negativeRunningVarianceIsRefusedByName() {
        CondensedNetwork network = CondensedNetwork.of(
                only(Shape.of(2), new BatchNormalization()),
                DataType.FLOAT,
                Map.of(
                        "0/scale", floats(1, 1),
                        "0/bias", floats(0, 0),
                        "0/runningMean", floats(0, 0),
                        "0/runningVariance", floats(1, -1)));
        assertThatThrownBy(() -> LipschitzAudit.of(network))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("BatchNormalization: expected a running variance >= 0, channel 1 has -1.0");
        assertThatThrownBy(() -> network.predict(floatRows(1, 1, 1))).hasMessageContaining("channel 1 has -1.0");
    }

    private static Architecture only(Shape input, Layer layer) {
        return Architecture.builder(input).add("0", layer).build();
    }

    private static INDArray doubles(double... values) {
        return Tensors.of(DataType.DOUBLE, values, values.length);
    }

    private static INDArray doubleRows(int rows, double... values) {
        return Tensors.of(DataType.DOUBLE, values, rows, values.length / rows);
    }

    private static INDArray floats(double... values) {
        return Tensors.of(DataType.FLOAT, values, values.length);
    }

    private static INDArray floatRows(int rows, double... values) {
        return Tensors.of(DataType.FLOAT, values, rows, values.length / rows);
    }
}
