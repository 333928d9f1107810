package io.github.otnn.examples.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.otnn.core.Shape;
import io.github.otnn.core.io.InputScale;
import io.github.otnn.core.tensor.Tensors;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;

class PixelScaleTest {
    private final PixelScale perChannel =
            new PixelScale(new InputScale(List.of(100.0, 10.0, 0.0), List.of(0.02, -0.5, 1.0)));
    private final double[] pixels = {0, 0, 0, 100, 30, 255};

    @Test
    void subtractsAndMultipliesByChannelAndBack() {
        INDArray input = perChannel.toInput(pixels, 1, Shape.of(1, 2, 3));
        assertThat(input.shape()).containsExactly(1, 1, 2, 3);
        assertThat(Tensors.toDoubles(input)).containsExactly(new double[] {-2, 5, 0, 0, -10, 255}, Offset.offset(1e-6));
        assertThat(Tensors.toDoubles(perChannel.toOriginal(input))).containsExactly(pixels, Offset.offset(1e-4));
    }

    @Test
    void keepsMovedInputsWithinPixels() {
        assertThat(perChannel.clip(0, -9, 0)).isEqualTo(-2);
        assertThat(perChannel.clip(0, 9, 0)).isEqualTo((float) 3.1);
        // a negative factor turns the range round
        assertThat(perChannel.clip(4, 9, 0)).isEqualTo(5);
        assertThat(perChannel.clip(4, -999, 0)).isEqualTo(-122.5);
        assertThat(perChannel.clip(5, 17, 0)).isEqualTo(17);
    }

    @Test
    void everyPixelIsInsideItsOwnLimits() {
        for (double divisor : new double[] {255, 3, 0.7}) {
            PixelScale scale = new PixelScale(InputScale.dividedBy(divisor));
            double[] levels = new double[256];
            for (int i = 0; i < levels.length; i++) {
                levels[i] = i;
            }
            scale.requireInside(scale.toInput(levels, 1, Shape.of(256)), 0);
        }
    }

    @Test
    void refusesAScaleForOtherChannels() {
        assertThatThrownBy(() -> perChannel.toInput(new double[4], 1, Shape.of(2, 2, 1)))
                .hasMessage(
                        "the model's input scale has 3 numbers, its input 1 channels; expected one number, or one for"
                                + " each channel");
    }
}
