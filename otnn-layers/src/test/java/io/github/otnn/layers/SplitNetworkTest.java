package io.github.otnn.layers;

import static io.github.otnn.core.testing.ArrayAssertions.assertClose;
import static io.github.otnn.core.testing.ArrayAssertions.assertSameBits;
import static io.github.otnn.core.testing.FiniteDifferences.gaussian;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.otnn.core.Pass;
import io.github.otnn.core.Shape;
import io.github.otnn.core.SplitFunction;
import io.github.otnn.core.network.Architecture;
import io.github.otnn.core.network.CondensedNetwork;
import io.github.otnn.core.network.Network;
import io.github.otnn.core.testing.Tolerances;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

class SplitNetworkTest {
    private static final Architecture LAYERS = Architecture.builder(Shape.of(6, 6, 2))
            .add("conv", new SpectralConv2D(4, 3))
            .add("sort", new GroupSort2())
            .add("flatten", new Flatten())
            .add("logits", new UnitNormDense(3))
            .build();

    private final CondensedNetwork network =
            Network.initialize(LAYERS, DataType.DOUBLE, 5).condense();
    private final INDArray images = gaussian(DataType.DOUBLE, 2, 3, 6, 6, 2);

    @Test
    void partsInARowAreTheWhole() {
        for (String layer : List.of("conv", "sort", "flatten")) {
            SplitFunction split = network.splitAfter(layer);
            assertSameBits(split.predict(images), network.predict(images));
            INDArray cotangent = gaussian(DataType.DOUBLE, 4, 3, 3);
            try (Pass whole = network.evaluate(images);
                    Pass parts = split.evaluate(images)) {
                assertSameBits(parts.output(), whole.output());
                assertClose(parts.inputGradient(cotangent), whole.inputGradient(cotangent), Tolerances.F64_REORDERED);
            }
        }
    }

    @Test
    void firstPartGivesTheOutputOfItsLastLayer() {
        assertThat(network.splitAfter("conv").features().predict(images).shape())
                .containsExactly(3, 6, 6, 4);
        assertThat(network.splitAfter("flatten").features().predict(images).shape())
                .containsExactly(3, 144);
    }

    @Test
    void rejectsPlacesWithNothingBehind() {
        assertThatThrownBy(() -> network.splitAfter("logits"))
                .hasMessage("split after 'logits': expected one of the layers before the last, [conv, sort, flatten]");
        assertThatThrownBy(() -> network.splitAfter("conv2"))
                .hasMessage("split after 'conv2': expected one of the layers before the last, [conv, sort, flatten]");
    }
}
