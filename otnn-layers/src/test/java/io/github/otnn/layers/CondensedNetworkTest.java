package io.github.otnn.layers;

import static io.github.otnn.core.testing.ArrayAssertions.assertClose;
import static io.github.otnn.core.testing.ArrayAssertions.assertSameBits;
import static io.github.otnn.core.testing.FiniteDifferences.gaussian;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.otnn.core.Pass;
import io.github.otnn.core.Shape;
import io.github.otnn.core.ShapeMismatchException;
import io.github.otnn.core.certify.Certifier;
import io.github.otnn.core.network.Architecture;
import io.github.otnn.core.network.CondensedNetwork;
import io.github.otnn.core.network.Network;
import io.github.otnn.core.network.Workers;
import io.github.otnn.core.tensor.Tensors;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

class CondensedNetworkTest {
    @Test
    void eightThreadsAgreeWithOneBitForBit() throws Exception {
        CondensedNetwork network =
                Network.initialize(smallCnn(), DataType.FLOAT, 1).condense();
        List<INDArray> inputs = new ArrayList<>();
        List<INDArray> outputs = new ArrayList<>();
        List<INDArray> gradients = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            INDArray input = gaussian(DataType.FLOAT, i, 1 + i % 5, 12, 12, 1);
            inputs.add(input);
            try (Pass pass = network.evaluate(input)) {
                outputs.add(pass.output());
                gradients.add(pass.inputGradient(pass.output()));
            }
        }
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Future<?>> running = new ArrayList<>();
            for (int thread = 0; thread < 8; thread++) {
                int offset = thread;
                running.add(threads.submit(() -> {
                    for (int i = 0; i < 48; i++) {
                        int k = (i * 7 + offset) % inputs.size();
                        assertSameBits(network.predict(inputs.get(k)), outputs.get(k));
                        try (Pass pass = network.evaluate(inputs.get(k))) {
                            assertSameBits(pass.output(), outputs.get(k));
                            assertSameBits(pass.inputGradient(pass.output()), gradients.get(k));
                        }
                    }
                }));
            }
            for (Future<?> one : running) {
                one.get();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void staysAsItIsWhileTheNetworkTrainsOn() {
        Network network = Network.initialize(smallCnn(), DataType.FLOAT, 1);
        INDArray input = gaussian(DataType.FLOAT, 3, 2, 12, 12, 1);
        INDArray rawBefore = network.rawWeights().dup();
        CondensedNetwork before = network.condense();
        INDArray expected = before.predict(input);
        Certifier.of(before);
        assertSameBits(network.rawWeights(), rawBefore);

        network.move(raw -> raw.addi(gaussian(DataType.FLOAT, 4, raw.length())));
        assertSameBits(before.predict(input), expected);
        assertThat(network.condense().predict(input).distance2(expected)).isGreaterThan(1e-3);
    }

    @Test
    void condensesTheWeightsOfTheLastStepWithoutAForwardPass() {
        Network network = Network.initialize(smallCnn(), DataType.FLOAT, 1);
        INDArray input = gaussian(DataType.FLOAT, 3, 2, 12, 12, 1);
        network.move(raw -> raw.addi(gaussian(DataType.FLOAT, 4, raw.length())));
        INDArray condensed = network.condense().predict(input);
        assertClose(network.forward(input), condensed, 1e-6);
    }

    @Test
    void handedOutArraysOutliveThePassAndLaterCalls() {
        CondensedNetwork network =
                Network.initialize(smallCnn(), DataType.FLOAT, 1).condense();
        INDArray input = gaussian(DataType.FLOAT, 3, 2, 12, 12, 1);
        Pass pass = network.evaluate(input);
        INDArray output = pass.output();
        INDArray gradient = pass.inputGradient(output);
        INDArray outputCopy = output.dup();
        INDArray gradientCopy = gradient.dup();
        pass.close();
        network.predict(gaussian(DataType.FLOAT, 5, 7, 12, 12, 1));
        assertSameBits(output, outputCopy);
        assertSameBits(gradient, gradientCopy);
        assertThatThrownBy(() -> pass.inputGradient(output))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("inputGradient: the pass is closed");
        pass.close();
    }

    @Test
    void gradientIsThatOfTheInputAtEvaluationEvenIfTheArrayChangesLater() {
        CondensedNetwork network =
                Network.initialize(smallCnn(), DataType.FLOAT, 1).condense();
        INDArray input = gaussian(DataType.FLOAT, 3, 2, 12, 12, 1);
        INDArray expected;
        try (Pass pass = network.evaluate(input)) {
            expected = pass.inputGradient(pass.output());
        }
        try (Pass pass = network.evaluate(input)) {
            input.muli(-3);
            assertSameBits(pass.inputGradient(pass.output()), expected);
        }
    }

    @Test
    void predictingInBatchesChangesNothing() {
        CondensedNetwork network =
                Network.initialize(smallCnn(), DataType.FLOAT, 1).condense();
        INDArray input = gaussian(DataType.FLOAT, 3, 11, 12, 12, 1);
        INDArray whole = network.predict(input);
        for (int batchSize : new int[] {1, 3, 11, 100}) {
            assertClose(network.predict(input, batchSize), whole, 1e-6);
        }
        assertThatThrownBy(() -> network.predict(input, 0)).hasMessage("predict: batchSize must be >= 1, got 0");
    }

    @Test
    void workersShareTheSamplesOfABatch() {
        CondensedNetwork network =
                Network.initialize(smallCnn(), DataType.FLOAT, 1).condense();
        INDArray input = gaussian(DataType.FLOAT, 3, 11, 12, 12, 1);
        INDArray whole = network.predict(input);
        ExecutorService executor = Executors.newFixedThreadPool(3);
        try {
            for (int count : new int[] {1, 2, 4, 3}) {
                Workers workers = new Workers(executor, count);
                INDArray shared = network.predict(input, workers);
                assertClose(shared, whole, 1e-6);
                assertSameBits(network.predict(input, workers), shared);
                assertSameBits(
                        network.predict(Tensors.rows(input, 0, 1), workers),
                        network.predict(Tensors.rows(input, 0, 1)));
            }
            input.putScalar(new int[] {10, 3, 3, 0}, Double.NaN);
            assertThatThrownBy(() -> network.predict(input, new Workers(executor, 2)))
                    .hasMessageContaining("got NaN at [10, 3, 3, 0]");
        } finally {
            executor.shutdown();
        }
    }

    @Test
    void rejectsBadInputSayingWhatCame() {
        CondensedNetwork network =
                Network.initialize(smallCnn(), DataType.FLOAT, 1).condense();
        INDArray input = gaussian(DataType.FLOAT, 3, 2, 12, 12, 1);
        assertThatThrownBy(() -> network.predict(gaussian(DataType.FLOAT, 3, 2, 12, 13, 1)))
                .isInstanceOf(ShapeMismatchException.class)
                .hasMessage("network input: expected input [batch, 12, 12, 1], got [2, 12, 13, 1]");
        input.putScalar(new int[] {1, 2, 3, 0}, Float.NaN);
        assertThatThrownBy(() -> network.evaluate(input))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("network input: expected finite values, got NaN at [1, 2, 3, 0]");
        assertThatThrownBy(() -> {
                    try (Pass pass = network.evaluate(gaussian(DataType.FLOAT, 3, 2, 12, 12, 1))) {
                        pass.inputGradient(Tensors.zeros(DataType.FLOAT, 2, 3));
                    }
                })
                .hasMessage("cotangent: expected [2, 4], got [2, 3]");
    }

    @Test
    void rejectsMissingForeignAndMisshapenWeights() {
        CondensedNetwork network =
                Network.initialize(smallCnn(), DataType.FLOAT, 1).condense();
        Map<String, INDArray> weights = new HashMap<>();
        for (String name :
                List.of("conv/kernel", "conv/bias", "dense/weight", "dense/bias", "head/weight", "head/bias")) {
            weights.put(name, network.weight(name));
        }
        INDArray input = gaussian(DataType.FLOAT, 3, 2, 12, 12, 1);
        assertSameBits(CondensedNetwork.of(smallCnn(), DataType.FLOAT, weights).predict(input), network.predict(input));

        INDArray head = weights.remove("head/bias");
        assertThatThrownBy(() -> CondensedNetwork.of(smallCnn(), DataType.FLOAT, weights))
                .hasMessageContaining("weight 'head/bias' is missing");
        weights.put("head/bias", Tensors.zeros(DataType.FLOAT, 5));
        assertThatThrownBy(() -> CondensedNetwork.of(smallCnn(), DataType.FLOAT, weights))
                .hasMessage("weight 'head/bias': expected [4], got [5]");
        weights.put("head/bias", head);
        weights.put("head/extra", head);
        assertThatThrownBy(() -> CondensedNetwork.of(smallCnn(), DataType.FLOAT, weights))
                .hasMessageContaining("weight 'head/extra' belongs to no layer");
    }

    @Test
    void namesTheLayerThatCannotTakeItsInputWhenTheNetworkIsBuilt() {
        assertThatThrownBy(() -> Architecture.builder(Shape.of(28, 28, 1)).add("fc1", new SpectralDense(10)))
                .isInstanceOf(ShapeMismatchException.class)
                .hasMessage("layer 0 'fc1': dense layer: expected input [batch, features], "
                        + "got [batch, 28, 28, 1]; put Flatten before it");
        assertThatThrownBy(() -> Architecture.of(Shape.of(9), new SpectralDense(7), new GroupSort2()))
                .hasMessage("layer 1 'groupSort21' after 'spectralDense1' (SpectralDense 9 -> 7): GroupSort2: "
                        + "expected an even number of channels, got [batch, 7]");
        assertThatThrownBy(() -> Architecture.builder(Shape.of(4))
                        .add("same", new Flatten())
                        .add("same", new Flatten()))
                .hasMessage("layer name 'same' is used twice");
        assertThatThrownBy(() -> Architecture.of(Shape.of(2, 2, 1), new SpectralConv2D(4, 3, 1, Padding.VALID)))
                .hasMessageContaining("an image of at least 3 x 3");
    }

    static Architecture smallCnn() {
        return Architecture.builder(Shape.of(12, 12, 1))
                .add("conv", new SpectralConv2D(8, 3))
                .add("sort", new GroupSort2())
                .add("pool", new L2NormPooling2D(2))
                .add("flat", new Flatten())
                .add("dense", new SpectralDense(16))
                .add("full", new FullSort())
                .add("head", new UnitNormDense(4))
                .build();
    }
}
