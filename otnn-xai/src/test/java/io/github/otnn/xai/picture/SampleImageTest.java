package io.github.otnn.xai.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.otnn.core.tensor.Tensors;
import java.awt.image.BufferedImage;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

class SampleImageTest {
    @Test
    void drawsGreyAndColourBetweenTheLimits() {
        INDArray grey = Tensors.of(DataType.FLOAT, new double[] {9, 9, 0, 0.2}, 2, 1, 2, 1);
        BufferedImage image = SampleImage.zeroToOne(3).draw(grey, 1);
        assertThat(image.getWidth()).isEqualTo(6);
        assertThat(image.getRGB(2, 2)).isEqualTo(0xFF000000);
        assertThat(image.getRGB(3, 0)).isEqualTo(0xFF333333);
        INDArray colour = Tensors.of(DataType.DOUBLE, new double[] {1, 0, -1, -7, 0, 7}, 1, 2, 1, 3);
        BufferedImage drawn = new SampleImage(ValueLimits.symmetric(1), 1).draw(colour, 0);
        assertThat(drawn.getRGB(0, 0)).isEqualTo(0xFFFF8000);
        assertThat(drawn.getRGB(0, 1)).isEqualTo(0xFF0080FF);
    }

    @Test
    void rejectsWhatIsNoImage() {
        SampleImage image = SampleImage.zeroToOne(1);
        assertThatThrownBy(() -> image.draw(Tensors.zeros(DataType.FLOAT, 1, 4, 4, 2), 0))
                .hasMessage("SampleImage: expected [samples, height, width, 1] or [samples, height, width, 3], got "
                        + "[1, 4, 4, 2]");
        INDArray broken = Tensors.zeros(DataType.FLOAT, 1, 4, 5, 3);
        broken.putScalar(new long[] {0, 1, 4, 2}, Float.NaN);
        assertThatThrownBy(() -> image.draw(broken, 0))
                .hasMessage("SampleImage: value at row 1, column 4 is NaN; expected finite values");
        assertThatThrownBy(() -> SampleImage.zeroToOne(0)).hasMessage("SampleImage: pixelSize must be >= 1, got 0");
    }
}
