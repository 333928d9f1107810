package io.github.otnn.layers;

import static io.github.otnn.core.testing.FiniteDifferences.gaussian;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.otnn.core.Shape;
import io.github.otnn.core.network.Architecture;
import io.github.otnn.core.network.CondensedNetwork;
import io.github.otnn.core.network.Layer;
import io.github.otnn.core.network.Network;
import io.github.otnn.core.network.Parametrization;
import io.github.otnn.core.testing.Tolerances;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Constants of spectral convolutions after training steps, against the operator written out as a matrix. */
class ConvolutionNormsTest {
    @Test
    void twoHundredTrainedConvolutionsKeepTheirConstant() {
        SplittableRandom random = new SplittableRandom(5);
        int cases = 0;
        double worst = 1;
        while (cases < 200) {
            ConvolutionWindow window = window(random);
            Shape input = Shape.of(random.nextInt(1, 9), random.nextInt(1, 9), random.nextInt(1, 4));
            if (!window.rows().fits(input.size(0)) || !window.columns().fits(input.size(1))) {
                continue;
            }
            // whose first projection costs most of the time: a quarter of the cases
            boolean operatorNorm = cases++ % 4 == 0;
            SpectralConv2D layer = new SpectralConv2D(random.nextInt(1, 10), window)
                    .withScaling(operatorNorm ? ConvolutionScaling.OPERATOR_NORM : ConvolutionScaling.OVERLAP_BOUND);
            CondensedNetwork network = trained(input, layer, 3).condense();
            double bound = network.bound(network.architecture().stages().get(0)).vector();
            double norm = WrittenOut.norm(network);
            String setting = layer.describe(input) + " on " + input + " " + layer.scaling();
            assertThat(bound).as(setting).isBetween(norm * (1 - Tolerances.BOUND_SLACK), 1 + Tolerances.BOUND_SLACK);
            // windows that read nothing but the border make an operator of zeros
            if (operatorNorm && norm > 0) {
                worst = Math.min(worst, norm);
            }
        }
        assertThat(worst).as("smallest norm with OPERATOR_NORM").isGreaterThan(0.9);
    }

    @ParameterizedTest
    @CsvSource({"14,3,1,SAME", "14,3,2,SAME", "15,5,1,VALID", "16,3,1,CIRCULAR", "14,2,1,SAME_UPPER", "18,3,3,SAME"})
    void operatorNormUsesTheWholeConstantOnImages(int size, int kernel, int stride, Padding padding) {
        Shape input = Shape.of(size, size, 2);
        SpectralConv2D layer = new SpectralConv2D(3, kernel, stride, padding);
        CondensedNetwork scaled = trained(input, layer.withScaling(ConvolutionScaling.OPERATOR_NORM), 3)
                .condense();
        assertThat(WrittenOut.norm(scaled)).isBetween(0.99, 1 + Tolerances.BOUND_SLACK);
        assertThat(WrittenOut.norm(trained(input, layer, 3).condense())).isLessThan(1 + Tolerances.BOUND_SLACK);
    }

    @Test
    void trainingNetworkWithOperatorNormStaysNearOneWhileItMoves() {
        Shape input = Shape.of(10, 9, 3);
        SpectralConv2D layer = new SpectralConv2D(6, 3).withScaling(ConvolutionScaling.OPERATOR_NORM);
        Network network = trained(input, layer, 20);
        // the iteration takes a few projections to catch up with steps as long as those
        for (int projection = 0; projection < 30; projection++) {
            network.move(
                    raw -> raw.addi(gaussian(DataType.FLOAT, 9, raw.length()).muli(1e-3)));
        }
        CondensedNetwork asTrained = CondensedNetwork.of(
                network.architecture(),
                DataType.FLOAT,
                java.util.Map.of(
                        "layer/kernel",
                        network.parameters().get(0).effective(),
                        "layer/bias",
                        network.parameters().get(1).effective()));
        assertThat(WrittenOut.norm(asTrained)).isBetween(1 - 1e-4, 1.02);
    }

    @Test
    void operatorNormRejectsWhatItCannotScale() {
        ConvolutionWindow window = ConvolutionWindow.square(3);
        assertThatThrownBy(() -> new OperatorNormScaled(Parametrization.none(), window, 4, 4))
                .hasMessage(
                        "OperatorNormScaled: expected a constraint of the kernel, got none; use SpectralOrthogonal");
        assertThatThrownBy(() ->
                        new OperatorNormScaled(SpectralOrthogonal.kept(), window.withPadding(Padding.VALID), 2, 4))
                .hasMessage("OperatorNormScaled: expected an image of at least 3 x 3 for 3x3 VALID, got 2 x 4");
    }

    static Network trained(Shape input, Layer layer, int steps) {
        Architecture architecture =
                Architecture.builder(input).add("layer", layer).build();
        Network network = Network.initialize(architecture, DataType.FLOAT, 7);
        INDArray batch = gaussian(DataType.FLOAT, 3, input.batch(4));
        INDArray cotangent =
                gaussian(DataType.FLOAT, 4, architecture.outputShape().batch(4));
        for (int step = 0; step < steps; step++) {
            network.clearGradients();
            network.forward(batch);
            network.backward(cotangent);
            network.pullBackGradients();
            network.move(raw -> raw.subi(network.rawGradient().mul(0.1)));
        }
        return network;
    }

    private static ConvolutionWindow window(SplittableRandom random) {
        Padding[] paddings = Padding.values();
        return new ConvolutionWindow(
                random.nextInt(1, 5),
                random.nextInt(1, 5),
                random.nextInt(1, 4),
                random.nextInt(1, 4),
                random.nextInt(1, 3),
                random.nextInt(1, 3),
                paddings[random.nextInt(paddings.length)]);
    }
}
