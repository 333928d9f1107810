package io.github.otnn.xai.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.otnn.core.tensor.Tensors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

class ValueLimitsTest {
    private final INDArray values = Tensors.of(DataType.DOUBLE, new double[] {-3, 0.5, 1, 2}, 2, 2);

    @Test
    void areSymmetricForSignedColoursAndTightForOthers() {
        assertThat(ValueLimits.of(values, ColourMap.BLUE_WHITE_RED)).isEqualTo(new ValueLimits(-3, 3));
        assertThat(ValueLimits.of(values, ColourMap.VIRIDIS)).isEqualTo(new ValueLimits(-3, 2));
    }

    @Test
    void letTheMostExtremeValuesGo() {
        double[] ramp = IntStream.rangeClosed(0, 1000).mapToDouble(i -> i).toArray();
        ramp[1000] = 1e6;
        INDArray skewed = Tensors.of(DataType.DOUBLE, ramp, 1001, 1);
        assertThat(ValueLimits.of(skewed, ColourMap.VIRIDIS, 99.9)).isEqualTo(new ValueLimits(1, 999));
        assertThat(ValueLimits.of(skewed, ColourMap.RED_WHITE_GREEN, 99.5)).isEqualTo(new ValueLimits(-995, 995));
    }

    @Test
    void placeValuesBetweenThemAndHoldTheOthers() {
        ValueLimits limits = ValueLimits.symmetric(2);
        assertThat(limits.position(0, ColourMap.BLUE_WHITE_RED)).isEqualTo(0.5);
        assertThat(limits.position(-2, ColourMap.BLUE_WHITE_RED)).isZero();
        assertThat(limits.position(1, ColourMap.BLUE_WHITE_RED)).isEqualTo(0.75);
        assertThat(limits.position(99, ColourMap.BLUE_WHITE_RED)).isEqualTo(1);
        assertThat(limits.position(-99, ColourMap.BLUE_WHITE_RED)).isZero();
    }

    @Test
    void zeroIsTheMiddleForEverySymmetricBound() {
        for (double bound = Double.MIN_VALUE; bound < 1e300; bound *= 7.3) {
            ValueLimits limits = ValueLimits.symmetric(bound);
            assertThat(limits.position(0, ColourMap.BLUE_WHITE_RED)).isEqualTo(0.5);
            assertThat(limits.position(bound, ColourMap.BLUE_WHITE_RED)).isEqualTo(1);
        }
    }

    @Test
    void rejectLimitsThatAreNoInterval() {
        assertThatThrownBy(() -> new ValueLimits(1, 0))
                .hasMessage("ValueLimits: expected finite low <= high, got 1.0, 0.0");
        assertThatThrownBy(() -> ValueLimits.symmetric(Double.NaN))
                .hasMessage("ValueLimits: expected finite low <= high, got NaN, NaN");
        assertThatThrownBy(() -> ValueLimits.of(values, ColourMap.GREYS, 40))
                .hasMessage("ValueLimits: percent must be in (50, 100], got 40.0");
        assertThatThrownBy(() -> ValueLimits.of(Tensors.zeros(DataType.DOUBLE, 0, 2), ColourMap.GREYS))
                .hasMessage("ValueLimits: expected at least one value, got none");
        assertThatThrownBy(() -> ValueLimits.of(values.div(0), ColourMap.GREYS))
                .hasMessage("ValueLimits: expected finite values, got -Infinity at [0, 0]");
    }
}
