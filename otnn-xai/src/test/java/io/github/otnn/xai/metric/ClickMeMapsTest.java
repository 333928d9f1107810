package io.github.otnn.xai.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.otnn.core.tensor.Tensors;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

class ClickMeMapsTest {
    private static double[] prepared(double[] clicks, int side, int size) {
        INDArray one = Tensors.of(DataType.DOUBLE, clicks, 1, side, side);
        return Tensors.toDoubles(ClickMeMaps.prepare(one, size));
    }

    @Test
    void oneClickBecomesTheKernelHalfAPixelAside() {
        double[] click = new double[64 * 64];
        click[30 * 64 + 20] = 1;
        double[] map = prepared(click, 64, 64);
        double sum = 0;
        double row = 0;
        double column = 0;
        double low = 1;
        double high = 0;
        for (int p = 0; p < map.length; p++) {
            sum += map[p];
            row += p / 64 * map[p];
            column += p % 64 * map[p];
            low = map[p] > 0 ? Math.min(low, map[p]) : low;
            high = Math.max(high, map[p]);
        }
        assertThat(sum).isCloseTo(1, within(1e-12));
        assertThat(Arrays.stream(map).filter(v -> v > 0).count()).isEqualTo(100);
        // corner exp(-50 / 200) over centre
        assertThat(low / high).isCloseTo(Math.exp(-0.25), within(1e-12));
        // mean of k - 5 under the weights is -0.46, and the kernel's centre stands one behind the pixel
        assertThat(row / sum).isCloseTo(30 - 0.54, within(0.005));
        assertThat(column / sum).isCloseTo(20 - 0.54, within(0.005));
    }

    @Test
    void evenMapsStayEvenAwayFromTheBorder() {
        double[] even = new double[256 * 256];
        Arrays.fill(even, 3);
        double[] map = prepared(even, 256, 224);
        assertThat(map).hasSize(224 * 224);
        assertThat(map[112 * 224 + 112]).isCloseTo(3, within(1e-12));
        // at the corner only 6 x 6 of the 10 x 10 weights meet the map
        assertThat(map[0]).isBetween(0.3 * 3, 0.45 * 3);
    }

    @Test
    void samplesKeepTheirOrderAndType() {
        float[] two = new float[2 * 8 * 8];
        two[0] = 1;
        two[127] = 1;
        INDArray maps = ClickMeMaps.prepare(Tensors.of(two, 2, 8, 8), 16);
        assertThat(maps.dataType()).isEqualTo(DataType.FLOAT);
        float[] values = Tensors.toFloats(maps);
        assertThat(values[0]).isPositive();
        assertThat(values[255]).isZero();
        assertThat(values[511]).isPositive();
        assertThat(values[256]).isZero();
    }

    @Test
    void rejectsWhatAreNoMaps() {
        assertThatThrownBy(() -> ClickMeMaps.prepare(Tensors.zeros(DataType.DOUBLE, 2, 4), 8))
                .hasMessage("ClickMe maps: expected [samples, height, width], got [2, 4]");
        assertThatThrownBy(() -> ClickMeMaps.prepare(Tensors.zeros(DataType.DOUBLE, 1, 2, 4), 0))
                .hasMessage("ClickMe maps: size must be >= 1, got 0");
    }
}
