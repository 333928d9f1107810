package io.github.otnn.layers;

import static io.github.otnn.core.testing.ArrayAssertions.assertClose;
import static io.github.otnn.core.testing.ArrayAssertions.assertSameBits;
import static io.github.otnn.core.testing.FiniteDifferences.dot;
import static io.github.otnn.core.testing.FiniteDifferences.gaussian;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.otnn.core.Pass;
import io.github.otnn.core.certify.LipschitzAudit;
import io.github.otnn.core.network.CondensedNetwork;
import io.github.otnn.core.network.LipschitzBound;
import io.github.otnn.core.network.Network;
import io.github.otnn.core.network.Parameter;
import io.github.otnn.core.tensor.Tensors;
import io.github.otnn.core.testing.FiniteDifferences;
import io.github.otnn.core.testing.Tolerances;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What every layer keeps, over all cases of {@link LayerCase}. */
class LayerContractTest {
    private static final Map<LayerCase, CondensedNetwork> TRAINED = new ConcurrentHashMap<>();
    private static final int BATCH = 3;

    @ParameterizedTest
    @MethodSource("io.github.otnn.layers.LayerCase#all")
    void outputHasTheAnnouncedShapeForAnyBatch(LayerCase layerCase) {
        CondensedNetwork network = network(layerCase, DataType.FLOAT).condense();
        for (int batch : new int[] {1, 2, 5}) {
            INDArray output = network.predict(input(layerCase, DataType.FLOAT, 1, batch));
            assertThat(output.shape())
                    .isEqualTo(network.architecture().outputShape().batch(batch));
        }
    }

    @ParameterizedTest
    @MethodSource("io.github.otnn.layers.LayerCase#all")
    void inputGradientMatchesCentralDifferences(LayerCase layerCase) {
        CondensedNetwork network = network(layerCase, DataType.DOUBLE).condense();
        INDArray input = input(layerCase, DataType.DOUBLE, 2, BATCH);
        INDArray cotangent = cotangent(network, DataType.DOUBLE);
        INDArray expected = FiniteDifferences.gradient(at -> dot(network.predict(at), cotangent), input);
        try (Pass pass = network.evaluate(input)) {
            assertClose(pass.inputGradient(cotangent), expected, Tolerances.F64_DIFFERENCE);
        }
    }

    @ParameterizedTest
    @MethodSource("io.github.otnn.layers.LayerCase#all")
    void rawWeightGradientsMatchCentralDifferences(LayerCase layerCase) {
        Network network = network(layerCase, DataType.DOUBLE);
        INDArray input = input(layerCase, DataType.DOUBLE, 3, BATCH);
        INDArray cotangent = cotangent(network.condense(), DataType.DOUBLE);
        step(network, input, cotangent);
        INDArray analytic = network.rawGradient().dup();
        INDArray start = network.rawWeights().dup();
        INDArray expected = FiniteDifferences.gradient(
                at -> {
                    network.move(raw -> raw.assign(at));
                    return dot(network.forward(input), cotangent);
                },
                start);
        if (!network.parameters().isEmpty()) {
            assertClose(analytic, expected, Tolerances.F64_DIFFERENCE);
        }
    }

    @ParameterizedTest
    @MethodSource("io.github.otnn.layers.LayerCase#all")
    void float32GradientsAgreeWithFloat64(LayerCase layerCase) {
        for (boolean twice : new boolean[] {false, true}) {
            INDArray[] gradients = new INDArray[2];
            for (DataType type : new DataType[] {DataType.FLOAT, DataType.DOUBLE}) {
                Network network = network(layerCase, type);
                if (network.parameters().isEmpty()) {
                    return;
                }
                INDArray cotangent = cotangent(network.condense(), type);
                network.clearGradients();
                for (int i = 0; i < (twice ? 2 : 1); i++) {
                    network.forward(input(layerCase, type, 20 + i, BATCH));
                    network.backward(cotangent);
                }
                network.pullBackGradients();
                gradients[type == DataType.FLOAT ? 0 : 1] = network.rawGradient();
            }
            assertClose(gradients[0], gradients[1], Tolerances.F32_GOLDEN);
        }
    }

    @ParameterizedTest
    @MethodSource("io.github.otnn.layers.LayerCase#all")
    void gradientsOfTwoBatchesAccumulate(LayerCase layerCase) {
        Network network = network(layerCase, DataType.DOUBLE);
        INDArray first = input(layerCase, DataType.DOUBLE, 4, BATCH);
        INDArray second = input(layerCase, DataType.DOUBLE, 5, BATCH);
        INDArray cotangent = cotangent(network.condense(), DataType.DOUBLE);
        if (network.parameters().isEmpty()) {
            return;
        }
        step(network, first, cotangent);
        INDArray sum = network.rawGradient().dup();
        step(network, second, cotangent);
        sum.addi(network.rawGradient());

        network.clearGradients();
        network.forward(first);
        network.backward(cotangent);
        network.forward(second);
        network.backward(cotangent);
        network.pullBackGradients();
        assertClose(network.rawGradient(), sum, Tolerances.F64_REORDERED);
    }

    @ParameterizedTest
    @MethodSource("io.github.otnn.layers.LayerCase#all")
    void vectorJacobianProductIsLinearInTheCotangent(LayerCase layerCase) {
        CondensedNetwork network = network(layerCase, DataType.DOUBLE).condense();
        INDArray input = input(layerCase, DataType.DOUBLE, 6, BATCH);
        INDArray a = cotangent(network, DataType.DOUBLE);
        INDArray b = gaussian(DataType.DOUBLE, 99, a.shape());
        try (Pass pass = network.evaluate(input)) {
            INDArray separately = pass.inputGradient(a).mul(2).addi(pass.inputGradient(b));
            assertClose(pass.inputGradient(a.mul(2).addi(b)), separately, Tolerances.F64_REORDERED);
        }
    }

    @ParameterizedTest
    @MethodSource("io.github.otnn.layers.LayerCase#all")
    void neverStretchesRandomPairsBeyondItsBound(LayerCase layerCase) {
        CondensedNetwork network = trained(layerCase);
        LipschitzBound bound = network.bound(network.architecture().stages().get(0));
        assertThat(bound.perOutput()).isLessThanOrEqualTo(layerCase.constant() * (1 + Tolerances.BOUND_SLACK));
        int pairs = 10_000;
        INDArray x = input(layerCase, DataType.FLOAT, 7, pairs);
        // half of the pairs close together, half far apart
        INDArray shift = input(layerCase, DataType.FLOAT, 8, pairs);
        Tensors.rows(shift, 0, pairs / 2).muli(1e-2);
        INDArray y = x.add(shift);
        double[] inputs = squaredNorms(y.sub(x));
        double[] outputs = squaredNorms(network.predict(y, 1000).subi(network.predict(x, 1000)));
        for (int i = 0; i < pairs; i++) {
            assertThat(Math.sqrt(outputs[i]))
                    .isLessThanOrEqualTo(bound.vector() * Math.sqrt(inputs[i])
                            + 2e-6 * Math.sqrt(layerCase.input().length()));
        }
    }

    @ParameterizedTest
    @MethodSource("io.github.otnn.layers.LayerCase#all")
    void vectorJacobianProductIsTheAdjointOfTheDirectionalDerivative(LayerCase layerCase) {
        CondensedNetwork network = network(layerCase, DataType.DOUBLE).condense();
        INDArray input = input(layerCase, DataType.DOUBLE, 30, BATCH);
        INDArray direction = input(layerCase, DataType.DOUBLE, 31, BATCH);
        INDArray cotangent = cotangent(network, DataType.DOUBLE);
        double step = 1e-6;
        INDArray derivative = network.predict(input.add(direction.mul(step)))
                .subi(network.predict(input.sub(direction.mul(step))))
                .divi(2 * step);
        try (Pass pass = network.evaluate(input)) {
            double scale = Math.sqrt(dot(direction, direction) * dot(cotangent, cotangent));
            assertThat(dot(pass.inputGradient(cotangent), direction))
                    .isCloseTo(dot(cotangent, derivative), within(Tolerances.F64_DIFFERENCE * scale));
        }
    }

    @ParameterizedTest
    @MethodSource("io.github.otnn.layers.LayerCase#all")
    void eightThreadsAgreeBitForBit(LayerCase layerCase) {
        CondensedNetwork network = network(layerCase, DataType.FLOAT).condense();
        INDArray input = input(layerCase, DataType.FLOAT, 32, BATCH);
        INDArray expected = network.predict(input);
        List<INDArray> results = Collections.synchronizedList(new ArrayList<>());
        ExecutorService pool = Executors.newFixedThreadPool(8);
        try {
            List<Callable<Boolean>> tasks = Collections.nCopies(16, () -> results.add(network.predict(input)));
            for (Future<Boolean> done : pool.invokeAll(tasks)) {
                done.get();
            }
        } catch (InterruptedException | ExecutionException failure) {
            throw new AssertionError(failure);
        } finally {
            pool.shutdown();
        }
        assertThat(results).hasSize(16).allSatisfy(result -> assertSameBits(result, expected));
    }

    /** A layer can be written down as text and made again: a record of numbers, enums, records and lists of these. */
    @ParameterizedTest
    @MethodSource("io.github.otnn.layers.LayerCase#all")
    void settingsAreValuesThatMakeAnEqualLayer(LayerCase layerCase) {
        assertThat(Settings.rebuilt(layerCase.layer()))
                .isEqualTo(layerCase.layer())
                .isNotSameAs(layerCase.layer());
    }

    @ParameterizedTest
    @MethodSource("io.github.otnn.layers.LayerCase#all")
    void leavesInputsUntouchedAndIgnoresTheirMemoryLayout(LayerCase layerCase) {
        CondensedNetwork network = network(layerCase, DataType.FLOAT).condense();
        INDArray input = input(layerCase, DataType.FLOAT, 9, BATCH);
        INDArray before = input.dup();
        INDArray expected = network.predict(input);
        try (Pass pass = network.evaluate(input)) {
            assertSameBits(pass.output(), expected);
            pass.inputGradient(pass.output());
        }
        assertSameBits(input, before);
        assertSameBits(network.predict(input.dup('f')), expected);
        INDArray within = input(layerCase, DataType.FLOAT, 10, BATCH + 2);
        Tensors.rows(within, 1, BATCH + 1).assign(input);
        assertSameBits(network.predict(Tensors.rows(within, 1, BATCH + 1)), expected);
        assertClose(network.predict(input.castTo(DataType.DOUBLE)), expected, 0);
    }

    @ParameterizedTest
    @MethodSource("io.github.otnn.layers.LayerCase#all")
    void equalSeedsGiveEqualBits(LayerCase layerCase) {
        INDArray input = input(layerCase, DataType.FLOAT, 11, BATCH);
        assertSameBits(
                trained(layerCase, 3).condense().predict(input),
                trained(layerCase, 3).condense().predict(input));
    }

    @ParameterizedTest
    @MethodSource("io.github.otnn.layers.LayerCase#all")
    void zeroInputGivesFiniteGradients(LayerCase layerCase) {
        CondensedNetwork network = network(layerCase, DataType.FLOAT).condense();
        INDArray zero = Tensors.zeros(DataType.FLOAT, layerCase.input().batch(BATCH));
        try (Pass pass = network.evaluate(zero)) {
            Tensors.requireFinite("gradient", pass.inputGradient(cotangent(network, DataType.FLOAT)));
        }
    }

    @ParameterizedTest
    @MethodSource("io.github.otnn.layers.LayerCase#all")
    void staysWithinItsBoundAfterAHugeStep(LayerCase layerCase) {
        Network network = network(layerCase, DataType.FLOAT);
        if (network.parameters().isEmpty()) {
            return;
        }
        network.move(raw -> raw.muli(1000).addi(input(raw.length())));
        CondensedNetwork condensed = network.condense();
        LipschitzBound bound = condensed.bound(condensed.architecture().stages().get(0));
        assertThat(bound.perOutput()).isLessThanOrEqualTo(layerCase.constant() * (1 + Tolerances.BOUND_SLACK));
    }

    /** Its twin was never condensed nor audited, and must stay a twin, bit for bit. */
    @ParameterizedTest
    @MethodSource("io.github.otnn.layers.LayerCase#all")
    void condensingAndAuditingLeaveTheTrainingNetworkAlone(LayerCase layerCase) {
        Network network = network(layerCase, DataType.FLOAT);
        Network twin = network(layerCase, DataType.FLOAT);
        CondensedNetwork first = network.condense();
        LipschitzAudit.of(first).describe();
        CondensedNetwork second = network.condense();
        INDArray input = input(layerCase, DataType.FLOAT, 5, BATCH);
        assertSameBits(second.predict(input), first.predict(input));
        for (Network each : List.of(network, twin)) {
            step(each, input, cotangent(first, DataType.FLOAT));
            each.move(raw -> raw.subi(each.rawGradient().mul(0.1)));
        }
        assertSameBits(network.rawWeights(), twin.rawWeights());
        assertSameBits(network.rawGradient(), twin.rawGradient());
        for (int i = 0; i < network.parameters().size(); i++) {
            assertSameBits(
                    network.parameters().get(i).effective(),
                    twin.parameters().get(i).effective());
        }
    }

    private static INDArray input(long length) {
        return gaussian(DataType.FLOAT, 12, length).muli(10);
    }

    private static Network network(LayerCase layerCase, DataType type) {
        Network network = Network.initialize(layerCase.architecture(), type, 42);
        // biases start at zero: a check that never sees another value would miss them
        for (Parameter parameter : network.parameters()) {
            if (parameter.name().endsWith("bias")) {
                network.move(raw -> parameter
                        .raw()
                        .assign(gaussian(type, 13, parameter.shape().sizes())));
            }
        }
        return network;
    }

    /** After 25 steps of gradient descent; the same network for all tests. */
    static CondensedNetwork trained(LayerCase layerCase) {
        return TRAINED.computeIfAbsent(layerCase, key -> trained(layerCase, 25).condense());
    }

    private static Network trained(LayerCase layerCase, int steps) {
        Network network = network(layerCase, DataType.FLOAT);
        if (network.parameters().isEmpty()) {
            return network;
        }
        INDArray input = input(layerCase, DataType.FLOAT, 14, BATCH);
        INDArray cotangent = cotangent(network.condense(), DataType.FLOAT);
        for (int i = 0; i < steps; i++) {
            step(network, input, cotangent);
            network.move(raw -> raw.subi(network.rawGradient().mul(0.1)));
        }
        return network;
    }

    private static void step(Network network, INDArray input, INDArray cotangent) {
        network.clearGradients();
        network.forward(input);
        network.backward(cotangent);
        network.pullBackGradients();
    }

    static INDArray input(LayerCase layerCase, DataType type, long seed, int batch) {
        return gaussian(type, seed, layerCase.input().batch(batch));
    }

    private static INDArray cotangent(CondensedNetwork network, DataType type) {
        return gaussian(type, 77, network.architecture().outputShape().batch(BATCH));
    }

    static double[] squaredNorms(INDArray rows) {
        double[] values = Tensors.toDoubles(rows);
        double[] squares = new double[(int) rows.size(0)];
        int perRow = values.length / squares.length;
        for (int i = 0; i < values.length; i++) {
            squares[i / perRow] += values[i] * values[i];
        }
        return squares;
    }
}
