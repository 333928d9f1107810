package io.github.otnn.layers;

import static io.github.otnn.core.testing.ArrayAssertions.assertClose;
import static io.github.otnn.core.testing.ArrayAssertions.assertSameBits;
import static io.github.otnn.core.testing.FiniteDifferences.dot;
import static io.github.otnn.core.testing.FiniteDifferences.gaussian;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.otnn.core.Shape;
import io.github.otnn.core.network.Architecture;
import io.github.otnn.core.network.CondensedNetwork;
import io.github.otnn.core.network.Layer;
import io.github.otnn.core.network.Network;
import io.github.otnn.core.network.Parameter;
import io.github.otnn.core.network.Workers;
import io.github.otnn.core.tensor.Tensors;
import io.github.otnn.core.testing.FiniteDifferences;
import io.github.otnn.core.testing.Golden;
import io.github.otnn.core.testing.Tolerances;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Layers that see the batch in training and running statistics in prediction. */
class BatchStatisticsTest {
    static Stream<Golden> centeringInTraining() {
        return Golden.read(BatchStatisticsTest.class, "layers.json")
                .get("layers")
                .elements()
                .filter(golden -> golden.get("name").text().startsWith("batch_centering_training"));
    }

    static Stream<Layer> statisticsLayers() {
        return Stream.of(
                new BatchCentering(),
                new BatchNormalization(),
                new LipschitzResidual(List.of(new BatchCentering()), List.of(), LipschitzResidual.Mix.LEARNED));
    }

    @ParameterizedTest
    @MethodSource("centeringInTraining")
    void centeringInTrainingMatchesGoldenValues(Golden golden) {
        INDArray input = golden.get("input").array(DataType.DOUBLE);
        InputRecorder recorder = new InputRecorder();
        Network network = network(recorder, new BatchCentering(), Shape.ofSample(input.shape()));
        set(network, "layer/bias", golden.get("weights").get("bias").array(DataType.DOUBLE));
        assertClose(network.forward(input), golden.get("output"), Tolerances.golden(DataType.DOUBLE));
        network.backward(golden.get("cotangent").array(DataType.DOUBLE));
        network.pullBackGradients();
        assertClose(recorder.cotangent(), golden.get("input_gradient"), Tolerances.golden(DataType.DOUBLE));
        assertClose(
                network.rawGradient(), golden.get("weight_gradients").get("bias"), Tolerances.golden(DataType.DOUBLE));
    }

    @Test
    void runningMeanOfTwoBatchesMatchesGoldenValues() {
        Golden inference = Golden.read(BatchStatisticsTest.class, "layers.json")
                .get("layers")
                .elements()
                .filter(golden -> golden.get("name").text().equals("batch_centering_inference"))
                .findFirst()
                .orElseThrow();
        List<Golden> batches = centeringInTraining().limit(2).toList();
        Shape shape = Shape.of(3, 3, 3);
        // the first batch replaces the start, the second one weighs as much as it
        Network first = network(new InputRecorder(), new BatchCentering(1), shape);
        INDArray mean = runningMeanAfter(first, batches.get(0));
        INDArray other = runningMeanAfter(network(new InputRecorder(), new BatchCentering(1), shape), batches.get(1));
        INDArray expected = inference.get("running_mean").array(DataType.DOUBLE);
        assertClose(mean.add(other).divi(2), expected, Tolerances.golden(DataType.DOUBLE));

        Network halves = network(new InputRecorder(), new BatchCentering(0.5), shape);
        runningMeanAfter(halves, batches.get(0));
        assertClose(
                runningMeanAfter(halves, batches.get(1)),
                mean.mul(0.25).addi(other.mul(0.5)),
                Tolerances.golden(DataType.DOUBLE));
    }

    @ParameterizedTest
    @MethodSource("statisticsLayers")
    void inputGradientInTrainingMatchesCentralDifferences(Layer layer) {
        InputRecorder recorder = new InputRecorder();
        Network network = network(recorder, layer, Shape.of(2, 3, 4));
        INDArray input = gaussian(DataType.DOUBLE, 5, 3, 2, 3, 4);
        INDArray cotangent = gaussian(DataType.DOUBLE, 6, 3, 2, 3, 4);
        network.forward(input);
        network.backward(cotangent);
        INDArray expected = FiniteDifferences.gradient(at -> dot(network.forward(at), cotangent), input);
        assertClose(recorder.cotangent(), expected, Tolerances.F64_DIFFERENCE);
    }

    @ParameterizedTest
    @MethodSource("statisticsLayers")
    void predictionNeverMovesTheStatistics(Layer layer) {
        Network network = network(new InputRecorder(), layer, Shape.of(2, 3, 4));
        train(network, Workers.none());
        CondensedNetwork condensed = network.condense();
        INDArray probe = gaussian(DataType.DOUBLE, 8, 3, 2, 3, 4);
        INDArray before = condensed.predict(probe);
        condensed.predict(gaussian(DataType.DOUBLE, 9, 5, 2, 3, 4));
        // a forward pass without a step leaves them too
        network.forward(gaussian(DataType.DOUBLE, 10, 5, 2, 3, 4));
        network.clearGradients();
        assertSameBits(condensed.predict(probe), before);
        assertSameBits(network.condense().predict(probe), before);
    }

    @Test
    void statisticsOfReplicasAreMeansOverAllTheirSamples() {
        Network network = network(new InputRecorder(), new BatchCentering(1), Shape.of(2));
        INDArray three = Tensors.of(DataType.DOUBLE, new double[] {1, 2, 3, 4, 5, 6}, 3, 2);
        INDArray one = Tensors.of(DataType.DOUBLE, new double[] {11, 12}, 1, 2);
        network.clearGradients();
        network.replica(0).forward(three);
        network.replica(0).backward(three);
        network.replica(1).forward(one);
        network.replica(1).backward(one);
        network.pullBackGradients();
        assertClose(Tensors.toDoubles(network.condense().weight("layer/runningMean")), new double[] {5, 6}, 1e-12);
    }

    @Test
    void normalizationInPredictionUsesRunningMeanAndUnbiasedVariance() {
        Network network = network(new InputRecorder(), new BatchNormalization(1, 1e-5), Shape.of(1));
        INDArray batch = Tensors.of(DataType.DOUBLE, new double[] {1, 3}, 2, 1);
        network.forward(batch);
        network.backward(batch);
        network.pullBackGradients();
        INDArray predicted = network.condense().predict(batch);
        double expected = 1 / Math.sqrt(2 + 1e-5);
        assertClose(Tensors.toDoubles(predicted), new double[] {-expected, expected}, 1e-12);
    }

    /** A step that fails on the way leaves what it saw; the next one starts with clearGradients. */
    @Test
    void whatAFailedStepSawIsForgottenWithItsGradients() {
        Network network = network(new InputRecorder(), new BatchCentering(1), Shape.of(2));
        INDArray batch = Tensors.of(DataType.DOUBLE, new double[] {1, 2, 3, 4}, 2, 2);
        network.clearGradients();
        network.forward(batch.mul(100));
        network.replica(1).forward(batch.mul(1000));
        assertThatThrownBy(() -> network.backward(Tensors.zeros(DataType.DOUBLE, 2, 3)))
                .hasMessageContaining("cotangent");
        network.clearGradients();
        network.forward(batch);
        network.backward(batch);
        network.pullBackGradients();
        assertClose(Tensors.toDoubles(network.condense().weight("layer/runningMean")), new double[] {2, 3}, 1e-12);
    }

    @Test
    void replicasMadeLateOrLeftOutOfAStepAddNothingToIt() {
        Network network = network(new InputRecorder(), new BatchCentering(1), Shape.of(1));
        INDArray batch = Tensors.of(DataType.DOUBLE, new double[] {1, 3}, 2, 1);
        for (int step = 0; step < 3; step++) {
            network.clearGradients();
            network.forward(batch);
            network.backward(batch);
            if (step == 1) {
                network.replica(4).forward(batch.mul(2));
                network.replica(4).backward(batch);
            }
            network.pullBackGradients();
            double expected = step == 1 ? 3 : 2;
            assertThat(network.condense().weight("layer/runningMean").getDouble(0))
                    .isEqualTo(expected);
            // d bias = sum of the cotangent
            assertThat(network.parameters().get(0).rawGradient().getDouble(0)).isEqualTo(step == 1 ? 8 : 4);
        }
    }

    @Test
    void statisticsThatOverflowedAreNotCondensed() {
        Architecture architecture = Architecture.builder(Shape.of(1))
                .add("layer", new BatchNormalization())
                .build();
        Network network = Network.initialize(architecture, DataType.FLOAT, 1);
        INDArray batch = Tensors.of(DataType.FLOAT, new double[] {3e30, -3e30}, 2, 1);
        network.forward(batch);
        network.backward(batch);
        network.pullBackGradients();
        assertThatThrownBy(network::condense)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("running array 'layer/runningVariance'");
    }

    @Test
    void momentumOutsideItsRangeIsRefused() {
        assertThatThrownBy(() -> new BatchCentering(0))
                .hasMessage("BatchCentering: momentum must be in (0, 1], got 0.0");
        assertThatThrownBy(() -> new BatchNormalization(0.1, -1)).hasMessageContaining("epsilon > 0, got 0.1, -1.0");
    }

    private static Network network(InputRecorder recorder, Layer layer, Shape input) {
        Architecture architecture = Architecture.builder(input)
                .add("recorder", recorder)
                .add("layer", layer)
                .build();
        return Network.initialize(architecture, DataType.DOUBLE, 1);
    }

    private static void train(Network network, Workers workers) {
        network.clearGradients();
        network.forward(gaussian(DataType.DOUBLE, 7, 4, 2, 3, 4));
        network.backward(gaussian(DataType.DOUBLE, 11, 4, 2, 3, 4));
        network.pullBackGradients(workers);
        network.move(raw -> raw.subi(network.rawGradient().mul(0.1)), workers);
    }

    private static INDArray runningMeanAfter(Network network, Golden batch) {
        INDArray input = batch.get("input").array(DataType.DOUBLE);
        network.clearGradients();
        network.forward(input);
        network.backward(batch.get("cotangent").array(DataType.DOUBLE));
        network.pullBackGradients();
        return network.condense().weight("layer/runningMean");
    }

    private static void set(Network network, String name, INDArray value) {
        Parameter parameter = network.parameters().stream()
                .filter(candidate -> candidate.name().equals(name))
                .findFirst()
                .orElseThrow();
        network.move(raw -> parameter.raw().assign(value));
    }
}
