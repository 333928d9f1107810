package io.github.otnn.layers;

import static io.github.otnn.core.testing.ArrayAssertions.assertSameBits;
import static io.github.otnn.core.testing.FiniteDifferences.gaussian;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.otnn.core.Pass;
import io.github.otnn.core.Shape;
import io.github.otnn.core.network.Architecture;
import io.github.otnn.core.network.CondensedNetwork;
import io.github.otnn.core.network.Network;
import io.github.otnn.core.tensor.Tensors;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Layers that only move values. */
class RearrangingLayersTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void downAndUpSamplingAreExactInverses(int block) {
        Shape shape = Shape.of(6, 12, 5);
        CondensedNetwork network = Network.initialize(
                        Architecture.builder(shape)
                                .add("down", new InvertibleDownSampling(block))
                                .add("up", new InvertibleUpSampling(block))
                                .build(),
                        DataType.FLOAT,
                        1)
                .condense();
        INDArray input = gaussian(DataType.FLOAT, 1, shape.batch(3));
        INDArray cotangent = gaussian(DataType.FLOAT, 2, shape.batch(3));
        try (Pass pass = network.evaluate(input)) {
            assertSameBits(pass.output(), input);
            assertSameBits(pass.inputGradient(cotangent), cotangent);
        }
    }

    @Test
    void downSamplingPutsTheBlockOfEachChannelSideBySide() {
        INDArray image = Tensors.of(DataType.DOUBLE, new double[] {0, 10, 1, 11, 2, 12, 3, 13}, 1, 2, 2, 2);
        CondensedNetwork network = Network.initialize(
                        Architecture.builder(Shape.of(2, 2, 2))
                                .add("down", new InvertibleDownSampling(2))
                                .build(),
                        DataType.DOUBLE,
                        1)
                .condense();
        assertThat(Tensors.toDoubles(network.predict(image))).containsExactly(0, 1, 2, 3, 10, 11, 12, 13);
    }

    @Test
    void reshapeKeepsTheOrderOfValues() {
        INDArray input = gaussian(DataType.FLOAT, 3, 2, 3, 4);
        CondensedNetwork network = Network.initialize(
                        Architecture.builder(Shape.of(3, 4))
                                .add("shape", Reshape.to(2, 2, 3))
                                .build(),
                        DataType.FLOAT,
                        1)
                .condense();
        INDArray output = network.predict(input);
        assertThat(output.shape()).containsExactly(2, 2, 2, 3);
        assertThat(Tensors.toDoubles(output)).isEqualTo(Tensors.toDoubles(input));
    }

    @Test
    void refusesSizesThatDoNotFit() {
        assertThatThrownBy(() -> new InvertibleDownSampling(2).outputShape(Shape.of(4, 5, 1)))
                .hasMessage("InvertibleDownSampling: expected input [batch, height, width, channels] with height and"
                        + " width that 2 divides, got [batch, 4, 5, 1]");
        assertThatThrownBy(() -> new InvertibleUpSampling(2).outputShape(Shape.of(4, 5, 6)))
                .hasMessage("InvertibleUpSampling: expected input [batch, height, width, channels] with channels that"
                        + " 4 divides, got [batch, 4, 5, 6]");
        assertThatThrownBy(() -> new InvertibleUpSampling(0))
                .hasMessage("InvertibleUpSampling: block must be >= 1, got 0");
        assertThatThrownBy(() -> Reshape.to(2, 3).outputShape(Shape.of(7)))
                .hasMessage("Reshape: expected samples of 6 values for [2, 3], got [batch, 7] with 7");
        assertThatThrownBy(() -> new Reshape(List.of(2L, 0L)))
                .hasMessage("Shape: expected positive axis sizes, got [2, 0]");
    }
}
