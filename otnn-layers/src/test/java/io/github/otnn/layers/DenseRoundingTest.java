package io.github.otnn.layers;

import static io.github.otnn.core.testing.FiniteDifferences.gaussian;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.otnn.core.Shape;
import io.github.otnn.core.network.Architecture;
import io.github.otnn.core.network.CondensedNetwork;
import io.github.otnn.core.network.Layer;
import io.github.otnn.core.network.Network;
import io.github.otnn.core.network.Rounding;
import io.github.otnn.core.tensor.Tensors;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Proven rounding of dense layers against a float64 evaluation of the same float32 weights. */
class DenseRoundingTest {
    private static final double UNIT = 0x1p-24;

    static Stream<Layer> layers() {
        return Stream.of(new SpectralDense(40), new UnitNormDense(7), new FrobeniusDense(3), new FrobeniusDense(1, 5));
    }

    @ParameterizedTest
    @MethodSource("layers")
    void computedOutputStaysWithinTheProvenError(Layer layer) {
        int inputs = 300;
        Network network = Network.initialize(
                Architecture.builder(Shape.of(inputs)).add("dense", layer).build(), DataType.FLOAT, 3);
        network.move(raw -> raw.addi(gaussian(DataType.FLOAT, 4, raw.length()).muli(0.3)));
        CondensedNetwork condensed = network.condense();
        Rounding rounding = condensed.rounding(condensed.architecture().stages().get(0));
        double[] weight = Tensors.toDoubles(condensed.weight("dense/weight"));
        double[] bias = Tensors.toDoubles(condensed.weight("dense/bias"));
        assertThat(rounding.offset()).isCloseTo(norm(bias), within(1e-12));
        for (double factor : new double[] {1e-30, 1e-3, 1, 1e20}) {
            INDArray input = gaussian(DataType.FLOAT, 5, 1, inputs).muli(factor);
            double[] x = Tensors.toDoubles(input);
            double[] computed = Tensors.toDoubles(condensed.predict(input));
            double[] error = new double[computed.length];
            for (int j = 0; j < computed.length; j++) {
                double exact = bias[j];
                for (int i = 0; i < inputs; i++) {
                    exact += x[i] * weight[i * computed.length + j];
                }
                error[j] = Math.abs(computed[j] - exact);
            }
            double proven = rounding.relative() * norm(x) + rounding.absolute();
            assertThat(norm(error)).isLessThanOrEqualTo(proven);
            // worst case against typical case: a few hundred roundings, no more
            assertThat(proven).isLessThan(1e4 * UNIT * (norm(x) * norm(weight) + norm(bias)));
        }
    }

    @Test
    void equalsTheDerivedFormula() {
        // |W|_F = 5, |b| = 13, two inputs
        INDArray weight = Tensors.of(DataType.FLOAT, new double[] {3, 0, 0, 4}, 2, 2);
        INDArray bias = Tensors.of(DataType.FLOAT, new double[] {5, 12}, 2);
        Rounding rounding =
                new SpectralDense(2).rounding(Shape.of(2), Map.of("weight", weight, "bias", bias)::get, UNIT);
        double gamma = 2 * UNIT / (1 - 2 * UNIT);
        double relative = 5 * ((1 + UNIT) * gamma + UNIT);
        assertThat(rounding.relative()).isBetween(relative, relative * (1 + 1e-12));
        assertThat(rounding.absolute()).isBetween(13 * UNIT, 13 * UNIT * (1 + 1e-12));
        assertThat(rounding.offset()).isBetween(13.0, 13 * (1 + 1e-12));
    }

    @Test
    void underflowHasItsOwnTerm() {
        INDArray weight = Tensors.of(DataType.FLOAT, new double[] {1e-3}, 1, 1);
        INDArray bias = Tensors.zeros(DataType.FLOAT, 1);
        Rounding rounding =
                new FrobeniusDense(1).rounding(Shape.of(1), Map.of("weight", weight, "bias", bias)::get, UNIT);
        assertThat(rounding.absolute()).isBetween((double) Float.MIN_NORMAL, 20.0 * Float.MIN_NORMAL);
    }

    private static double norm(double[] values) {
        double squares = 0;
        for (double value : values) {
            squares += value * value;
        }
        return Math.sqrt(squares);
    }
}
