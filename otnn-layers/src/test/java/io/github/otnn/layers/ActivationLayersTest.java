package io.github.otnn.layers;

import static io.github.otnn.core.testing.ArrayAssertions.assertClose;
import static io.github.otnn.core.testing.ArrayAssertions.assertSameBits;
import static io.github.otnn.core.testing.FiniteDifferences.dot;
import static io.github.otnn.core.testing.FiniteDifferences.gaussian;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.otnn.core.Pass;
import io.github.otnn.core.Shape;
import io.github.otnn.core.network.Architecture;
import io.github.otnn.core.network.CondensedNetwork;
import io.github.otnn.core.network.Layer;
import io.github.otnn.core.network.Network;
import io.github.otnn.core.network.Projection;
import io.github.otnn.core.tensor.Tensors;
import io.github.otnn.core.testing.FiniteDifferences;
import io.github.otnn.core.testing.Golden;
import io.github.otnn.core.testing.Tolerances;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What single activations promise beyond the contract of all layers. */
class ActivationLayersTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 6, 12})
    void sortingGroupsTwiceChangesNothing(int size) {
        INDArray input = gaussian(DataType.FLOAT, 1, 5, 12);
        CondensedNetwork network = network(new GroupSort(size), Shape.of(12), DataType.FLOAT);
        INDArray sorted = network.predict(input);
        double[] expected = Tensors.toDoubles(input);
        for (int start = 0; start < expected.length; start += size) {
            Arrays.sort(expected, start, start + size);
        }
        assertThat(Tensors.toDoubles(sorted)).isEqualTo(expected);
        assertSameBits(network.predict(sorted), sorted);
    }

    @Test
    void groupsOfTwoAndOfAllChannelsAreTheNamedSorts() {
        INDArray input = gaussian(DataType.FLOAT, 2, 3, 2, 5, 6);
        Shape shape = Shape.of(2, 5, 6);
        assertSameBits(
                network(new GroupSort(2), shape, DataType.FLOAT).predict(input),
                network(new GroupSort2(), shape, DataType.FLOAT).predict(input));
        assertSameBits(
                network(new GroupSort(6), shape, DataType.FLOAT).predict(input),
                network(new FullSort(), shape, DataType.FLOAT).predict(input));
    }

    @Test
    void equalChannelsOfAGroupKeepTheirOrder() {
        for (DataType type : new DataType[] {DataType.FLOAT, DataType.DOUBLE}) {
            INDArray input = Tensors.of(type, new double[] {1, 1, 0, 1}, 1, 4);
            INDArray cotangent = Tensors.of(type, new double[] {10, 20, 30, 40}, 1, 4);
            try (Pass pass = network(new GroupSort(4), Shape.of(4), type).evaluate(input)) {
                assertThat(Tensors.toDoubles(pass.inputGradient(cotangent))).containsExactly(20, 30, 10, 40);
            }
        }
    }

    @Test
    void maxMinKeepsTheNormAndHasNoGradientAtZero() {
        INDArray input = Tensors.of(DataType.DOUBLE, new double[] {3, -4, 0}, 1, 3);
        try (Pass pass = network(new MaxMin(), Shape.of(3), DataType.DOUBLE).evaluate(input)) {
            assertThat(Tensors.toDoubles(pass.output())).containsExactly(3, 0, 0, 0, 4, 0);
            INDArray gradient = pass.inputGradient(Tensors.of(DataType.DOUBLE, new double[] {1, 2, 3, 4, 5, 6}, 1, 6));
            assertThat(Tensors.toDoubles(gradient)).containsExactly(1, -5, 0);
        }
    }

    @Test
    void householderKeepsTheNormOfVectorsAndImagesAndTheirCotangents() {
        for (Shape shape : new Shape[] {Shape.of(8), Shape.of(3, 5, 6)}) {
            Network network = training(new Householder(), shape);
            network.move(raw -> raw.assign(gaussian(DataType.DOUBLE, 3, raw.length())));
            INDArray input = gaussian(DataType.DOUBLE, 4, shape.batch(2));
            try (Pass pass = network.condense().evaluate(input)) {
                assertThat(norm(pass.output())).isCloseTo(norm(input), within(1e-12));
                assertThat(norm(pass.inputGradient(input))).isCloseTo(norm(input), within(1e-12));
            }
        }
    }

    @Test
    void householderSortsTheHalvesAtItsStart() {
        INDArray input = Tensors.of(DataType.DOUBLE, new double[] {3, -1, 2, 5}, 1, 4);
        INDArray output =
                network(new Householder(), Shape.of(4), DataType.DOUBLE).predict(input);
        assertClose(Tensors.toDoubles(output), new double[] {2, -1, 3, 5}, 1e-15);
    }

    @Test
    void householderAngleGradientMatchesCentralDifferencesAtAnyAngle() {
        Network network = training(new Householder(), Shape.of(2, 10));
        INDArray angles = gaussian(DataType.DOUBLE, 5, 5).muli(3);
        INDArray input = gaussian(DataType.DOUBLE, 6, 4, 2, 10);
        INDArray cotangent = gaussian(DataType.DOUBLE, 7, 4, 2, 10);
        network.move(raw -> raw.assign(angles));
        network.clearGradients();
        network.forward(input);
        network.backward(cotangent);
        network.pullBackGradients();
        INDArray analytic = network.rawGradient().dup();
        INDArray expected = FiniteDifferences.gradient(
                at -> {
                    network.move(raw -> raw.assign(at));
                    return dot(network.forward(input), cotangent);
                },
                angles);
        assertThat(norm(expected)).isGreaterThan(0.1);
        assertClose(analytic, expected, Tolerances.F64_DIFFERENCE);
    }

    static Stream<Golden> trainableActivations() {
        return Golden.read(ActivationLayersTest.class, "layers.json")
                .get("layers")
                .elements()
                .filter(golden -> golden.get("type").text().matches("householder|layer_centering"));
    }

    @ParameterizedTest
    @MethodSource("trainableActivations")
    void weightGradientsMatchGoldenValues(Golden golden) {
        boolean centering = golden.get("type").text().equals("layer_centering");
        String name = centering ? "bias" : "theta";
        INDArray input = golden.get("input").array(DataType.DOUBLE);
        Network network = training(centering ? new LayerCentering() : new Householder(), Shape.ofSample(input.shape()));
        INDArray weight = golden.get("weights").get(name).array(DataType.DOUBLE);
        network.move(raw -> raw.assign(weight));
        network.clearGradients();
        assertClose(network.forward(input), golden.get("output"), Tolerances.F64_GOLDEN);
        network.backward(golden.get("cotangent").array(DataType.DOUBLE));
        network.pullBackGradients();
        assertClose(network.rawGradient(), golden.get("weight_gradients").get(name), Tolerances.F64_GOLDEN);
    }

    @Test
    void leakySlopesAreHeldEachByItselfNotByTheirNorm() {
        Network network = training(new LPReLU(), Shape.of(4));
        INDArray steep = Tensors.of(DataType.DOUBLE, new double[] {0.9, -0.9, 0.9, 0.9}, 4);
        network.move(raw -> raw.assign(steep));
        INDArray input = Tensors.of(DataType.DOUBLE, new double[] {-1, -1, -1, 2}, 1, 4);
        assertClose(Tensors.toDoubles(network.condense().predict(input)), new double[] {-0.9, 0.9, -0.9, 2}, 0);
        // a huge step: no slope may pass 1, whatever the others are
        INDArray huge = Tensors.of(DataType.DOUBLE, new double[] {1e6, -1e6, 1.5, 0.5}, 4);
        network.move(raw -> raw.assign(huge));
        CondensedNetwork condensed = network.condense();
        assertClose(Tensors.toDoubles(condensed.predict(input)), new double[] {-1, 1, -1, 2}, 0);
        assertThat(condensed.bound(condensed.architecture().stages().get(0)).vector())
                .isEqualTo(1);
    }

    @Test
    void importedSlopesBeyondOneShowInTheBound() {
        CondensedNetwork network = CondensedNetwork.of(
                Architecture.builder(Shape.of(2)).add("layer", new LPReLU()).build(),
                DataType.DOUBLE,
                java.util.Map.of("layer/slope", Tensors.of(DataType.DOUBLE, new double[] {0.5, -3}, 2)));
        assertThat(network.bound(network.architecture().stages().get(0)).vector())
                .isEqualTo(3);
    }

    @Test
    void clampedValuesKeepOnlyTheGradientThatLeadsBackInside() {
        Projection projection = new Clamped(1).bind(Shape.of(6), DataType.DOUBLE);
        INDArray raw = Tensors.of(DataType.DOUBLE, new double[] {5, 5, -5, -5, 0.5, 0.5}, 6);
        INDArray effective = Tensors.zeros(DataType.DOUBLE, 6);
        projection.project(raw, effective);
        assertThat(Tensors.toDoubles(effective)).containsExactly(1, 1, -1, -1, 0.5, 0.5);
        assertSameBits(raw, effective);
        INDArray gradient = Tensors.of(DataType.DOUBLE, new double[] {2, -2, 2, -2, 2, -2}, 6);
        INDArray back = Tensors.zeros(DataType.DOUBLE, 6);
        projection.pullback(raw, gradient, back);
        // descent moves against the gradient
        assertThat(Tensors.toDoubles(back)).containsExactly(2, 0, 0, -2, 2, -2);
    }

    @Test
    void aClampThatFloatsCannotHoldIsRoundedTowardsZero() {
        Projection projection = new Clamped(0.1).bind(Shape.of(1), DataType.FLOAT);
        INDArray effective = Tensors.zeros(DataType.FLOAT, 1);
        projection.project(Tensors.of(DataType.FLOAT, new double[] {7}, 1), effective);
        assertThat(effective.getDouble(0)).isLessThanOrEqualTo(0.1).isGreaterThan(0.0999999);
    }

    @Test
    void refusesWhatItCannotDivideAndSaysSo() {
        assertThatThrownBy(() -> new GroupSort(0)).hasMessage("GroupSort: groupSize must be >= 1, got 0");
        assertThatThrownBy(() -> new GroupSort(3).outputShape(Shape.of(2, 2, 4)))
                .hasMessage("GroupSort: expected a number of channels that 3 divides, got [batch, 2, 2, 4]");
        assertThatThrownBy(() -> new Householder().outputShape(Shape.of(5)))
                .hasMessage("Householder: expected an even number of channels, got [batch, 5]");
        assertThatThrownBy(() -> new Clamped(Double.NaN)).hasMessage("Clamped: expected a finite limit > 0, got NaN");
        Projection projection = new Clamped(1).bind(Shape.of(2), DataType.DOUBLE);
        INDArray raw = Tensors.of(DataType.DOUBLE, new double[] {0, Double.NaN}, 2);
        assertThatThrownBy(() -> projection.project(raw, raw))
                .hasMessage("Clamped: expected finite numbers, value 1 is NaN");
    }

    private static double norm(INDArray array) {
        return Math.sqrt(dot(array, array));
    }

    private static Network training(Layer layer, Shape input) {
        return Network.initialize(
                Architecture.builder(input).add("layer", layer).build(), DataType.DOUBLE, 1);
    }

    private static CondensedNetwork network(Layer layer, Shape input, DataType type) {
        return Network.initialize(
                        Architecture.builder(input).add("layer", layer).build(), type, 1)
                .condense();
    }
}
