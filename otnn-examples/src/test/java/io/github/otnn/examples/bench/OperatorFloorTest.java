package io.github.otnn.examples.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.otnn.core.Shape;
import io.github.otnn.core.network.Architecture;
import io.github.otnn.core.tensor.Tensors;
import io.github.otnn.layers.Flatten;
import io.github.otnn.layers.GroupSort2;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class OperatorFloorTest {
    @ParameterizedTest
    @EnumSource(
            value = BenchmarkNetwork.class,
            names = {"SMALL_CNN", "KOCH_MLP"})
    void everyWorkOfEveryVariantRunsOnOddBatches(BenchmarkNetwork network) {
        for (Variant variant : Variant.values()) {
            assertThatCode(() -> {
                        try (Work step = TrainingRun.of(variant, network, 3, 2);
                                Work forward = Predictions.forward(variant, network, 3, 2);
                                Work gradient = Predictions.withInputGradient(variant, network, 3, 2)) {
                            step.run();
                            forward.run();
                            gradient.run();
                        }
                    })
                    .as(variant.name())
                    .doesNotThrowAnyException();
        }
    }

    @ParameterizedTest
    @EnumSource(BenchmarkNetwork.class)
    void shapesOfTwinsAreTheSame(BenchmarkNetwork network) {
        assertThat(network.unconstrained().outputShape())
                .isEqualTo(network.lipschitz().outputShape());
    }

    @Test
    void layersPassOnTheirMemoryWhereShapesFit() {
        Shape square = Shape.of(4, 4);
        BareLayer first = new BareProduct(square, 3, null);
        BareLayer second = new BareProduct(square, 3, first);
        double[] untouched = Tensors.toDoubles(second.y());
        first.forward();
        second.forward();
        assertThat(Tensors.toDoubles(second.y())).isNotEqualTo(untouched);
        double[] gradient = Tensors.toDoubles(first.dy());
        second.gradients();
        assertThat(Tensors.toDoubles(first.dy())).isNotEqualTo(gradient);
        assertThat(BareLayer.shared(first, BareLayer::y, 3, 4)).isSameAs(first.y());
        assertThat(BareLayer.shared(first, BareLayer::y, 3, 5)).isNotSameAs(first.y());
    }

    @Test
    void networkWithoutOperationsHasNoFloor() {
        Architecture empty = Architecture.of(Shape.of(2, 2, 2), new GroupSort2(), new Flatten());
        assertThatThrownBy(() -> new OperatorFloor(empty, 1, 1))
                .hasMessage("operator floor: expected convolutions or dense layers, got none");
    }
}
