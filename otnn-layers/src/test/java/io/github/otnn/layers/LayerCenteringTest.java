package io.github.otnn.layers;

import static io.github.otnn.core.testing.ArrayAssertions.assertClose;
import static io.github.otnn.core.testing.ArrayAssertions.assertSameBits;
import static io.github.otnn.core.testing.FiniteDifferences.gaussian;

import io.github.otnn.core.Pass;
import io.github.otnn.core.Shape;
import io.github.otnn.core.network.Architecture;
import io.github.otnn.core.network.Network;
import io.github.otnn.core.tensor.Tensors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

class LayerCenteringTest {
    static Stream<Shape> shapes() {
        return Stream.of(Shape.of(6), Shape.of(3, 5, 2), Shape.of(4, 3));
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void samplesOfABatchNeverMix(Shape shape) {
        Network network = network(shape);
        INDArray batch = gaussian(DataType.DOUBLE, 1, shape.batch(4));
        INDArray cotangent = gaussian(DataType.DOUBLE, 2, shape.batch(4));
        INDArray trained = network.forward(batch).dup();
        try (Pass whole = network.condense().evaluate(batch)) {
            assertSameBits(whole.output(), trained);
            INDArray gradient = whole.inputGradient(cotangent);
            for (int i = 0; i < 4; i++) {
                try (Pass alone = network.condense()
                        .evaluate(Tensors.rows(batch, i, i + 1).dup())) {
                    assertSameBits(alone.output(), Tensors.rows(whole.output(), i, i + 1));
                    INDArray part = Tensors.rows(cotangent, i, i + 1).dup();
                    assertSameBits(alone.inputGradient(part), Tensors.rows(gradient, i, i + 1));
                }
            }
        }
    }

    @Test
    void imagesLoseTheMeanOfEachChannelAndVectorsThatOfAllFeatures() {
        INDArray image = Tensors.of(DataType.DOUBLE, new double[] {1, 10, 3, 30}, 1, 1, 2, 2);
        Network images = network(Shape.of(1, 2, 2));
        images.move(raw -> raw.assign(Tensors.of(DataType.DOUBLE, new double[] {5, 7}, 2)));
        assertClose(Tensors.toDoubles(images.forward(image)), new double[] {5 - 1, 7 - 10, 5 + 1, 7 + 10}, 1e-15);
        INDArray vector = Tensors.of(DataType.DOUBLE, new double[] {1, 2, 6}, 1, 3);
        Network vectors = network(Shape.of(3));
        vectors.move(raw -> raw.assign(Tensors.of(DataType.DOUBLE, new double[] {10, 20, 30}, 3)));
        assertClose(Tensors.toDoubles(vectors.forward(vector)), new double[] {8, 19, 33}, 1e-15);
    }

    private static Network network(Shape shape) {
        return Network.initialize(
                Architecture.builder(shape).add("layer", new LayerCentering()).build(), DataType.DOUBLE, 1);
    }
}
