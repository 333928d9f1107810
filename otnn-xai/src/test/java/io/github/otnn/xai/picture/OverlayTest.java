package io.github.otnn.xai.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.otnn.core.tensor.Tensors;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

class OverlayTest {
    private final BufferedImage colours = image(0xFF0000, 0x00FF00, 0x0000FF, 0xC8C8C8);
    private final BufferedImage map = image(0x102030, 0xFFFFFF, 0x000000, 0x00551A);

    @Test
    void mixesTheMapWithTheGreyImage() {
        BufferedImage mixed = new Overlay(0.5).draw(colours, map);
        // grey levels 76.245, 149.685, 29.07 and 200
        assertThat(row(mixed)).containsExactly(0x2E363E, 0xCACACA, 0x0F0F0F, 0x648F71);
    }

    @Test
    void alphaGoesFromTheGreyImageToTheMap() {
        assertThat(row(new Overlay(1).draw(colours, map))).containsExactly(row(map));
        assertThat(row(new Overlay(0).draw(colours, map))).containsExactly(0x4C4C4C, 0x969696, 0x1D1D1D, 0xC8C8C8);
    }

    @Test
    void leavesBothPicturesUntouchedAndGivesEqualBytes(@TempDir Path folder) throws IOException {
        int[] before = row(colours);
        for (String name : new String[] {"a.png", "b.png"}) {
            PngFile.write(new Overlay(0.3).draw(colours, map), folder.resolve(name));
        }
        assertThat(row(colours)).containsExactly(before);
        assertThat(folder.resolve("a.png")).hasSameBinaryContentAs(folder.resolve("b.png"));
    }

    @Test
    void constantAndOneSidedMapsKeepZeroWhite() {
        INDArray dark = Tensors.zeros(DataType.FLOAT, 1, 1, 2, 1);
        BufferedImage image = SampleImage.zeroToOne(1).draw(dark, 0);
        HeatMap signed = new HeatMap(ColourMap.RED_WHITE_GREEN, 1);
        INDArray zero = Tensors.zeros(DataType.FLOAT, 1, 2);
        assertThat(row(new Overlay(0.5).draw(image, signed.draw(zero)))).containsExactly(0x808080, 0x808080);
        // no negative value at all: white stays 0, and half of the dark end is laid over black
        INDArray positive = Tensors.of(DataType.FLOAT, new double[] {0, 3}, 1, 2);
        assertThat(row(new Overlay(0.5).draw(image, signed.draw(positive)))).containsExactly(0x808080, 0x002B0D);
    }

    @Test
    void refusesOtherSizesAndShares() {
        assertThatThrownBy(() -> new Overlay(0.5).draw(colours, image(0)))
                .hasMessage(
                        "Overlay: expected a map of 4 x 1 pixels, as the image, got 1 x 1; draw both with one pixelSize");
        assertThatThrownBy(() -> new Overlay(1.5)).hasMessage("Overlay: alpha must be in [0, 1], got 1.5");
        assertThatThrownBy(() -> new Overlay(Double.NaN)).hasMessage("Overlay: alpha must be in [0, 1], got NaN");
    }

    private static BufferedImage image(int... pixels) {
        BufferedImage image = new BufferedImage(pixels.length, 1, BufferedImage.TYPE_INT_RGB);
        image.setRGB(0, 0, pixels.length, 1, pixels, 0, pixels.length);
        return image;
    }

    private static int[] row(BufferedImage image) {
        int[] row = image.getRGB(0, 0, image.getWidth(), 1, null, 0, image.getWidth());
        for (int i = 0; i < row.length; i++) {
            row[i] &= 0xFFFFFF;
        }
        return row;
    }
}
