package io.github.otnn.xai.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.otnn.core.tensor.Tensors;
import io.github.otnn.core.testing.ArrayAssertions;
import io.github.otnn.core.testing.FiniteDifferences;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

class HeatMapTest {
    private static final int WHITE = 0xFFFFFF;
    private final INDArray signed = Tensors.of(DataType.DOUBLE, new double[] {-4, 0, 2, 4, 1, -1}, 2, 3);

    @Test
    void fileReadBackHasTheColoursOfTheExtremes(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("map.png");
        PngFile.write(new HeatMap(ColourMap.RED_WHITE_GREEN, 5).draw(signed), file);
        BufferedImage read = ImageIO.read(file.toFile());
        assertThat(read.getWidth()).isEqualTo(15);
        assertThat(read.getHeight()).isEqualTo(10);
        assertThat(colour(read, 0, 0)).isEqualTo(0x8B0000);
        assertThat(colour(read, 7, 2)).isEqualTo(WHITE);
        assertThat(colour(read, 0, 9)).isEqualTo(0x00551A);
        assertThat(colour(read, 14, 4)).isEqualTo(0x1FA83C);
    }

    @Test
    void eachNumberBecomesASquareOfEqualPixels() {
        BufferedImage image = new HeatMap(ColourMap.VIRIDIS, 4).draw(signed);
        for (int y = 0; y < 8; y++) {
            for (int x = 0; x < 12; x++) {
                assertThat(colour(image, x, y)).isEqualTo(colour(image, x / 4 * 4, y / 4 * 4));
            }
        }
        assertThat(colour(image, 3, 3)).isEqualTo(0x440154);
        assertThat(colour(image, 3, 4)).isEqualTo(0xFDE725);
    }

    @Test
    void valuesBeyondGivenLimitsGetTheEndColours() {
        HeatMap map = new HeatMap(ColourMap.BLUE_WHITE_RED, ValueLimits.symmetric(2), 1);
        BufferedImage image = map.draw(signed);
        assertThat(colour(image, 0, 0)).isEqualTo(0x053061);
        assertThat(colour(image, 0, 1)).isEqualTo(0x67001F).isEqualTo(colour(image, 2, 0));
        assertThat(colour(image, 1, 1)).isEqualTo(0xCF4A3E);
    }

    @Test
    void constantMapHasOneColour() {
        INDArray zeros = Tensors.zeros(DataType.FLOAT, 2, 2);
        assertThat(colour(new HeatMap(ColourMap.BLUE_WHITE_RED, 1).draw(zeros), 1, 1))
                .isEqualTo(WHITE);
        assertThat(colour(new HeatMap(ColourMap.GREYS, 1).draw(zeros), 1, 1)).isZero();
        assertThat(colour(new HeatMap(ColourMap.VIRIDIS, 1).draw(zeros.add(7)), 0, 0))
                .isEqualTo(0x440154);
        assertThat(colour(new HeatMap(ColourMap.BLUE_WHITE_RED, 1).draw(zeros.sub(7)), 0, 0))
                .isEqualTo(0x053061);
    }

    @Test
    void drawsTheChosenSampleInEveryLayout() {
        INDArray maps = FiniteDifferences.gaussian(DataType.DOUBLE, 41, 3, 4, 5);
        INDArray fortran = maps.dup('f');
        HeatMap map = new HeatMap(ColourMap.VIRIDIS, 2);
        BufferedImage expected = map.draw(Tensors.rows(maps, 1, 2).reshape('c', 4, 5));
        assertThat(pixels(map.draw(maps, 1))).containsExactly(pixels(expected));
        assertThat(pixels(map.draw(fortran, 1))).containsExactly(pixels(expected));
        assertThat(pixels(map.draw(maps.reshape('c', 3, 4, 5, 1), 1))).containsExactly(pixels(expected));
        assertThat(pixels(map.draw(maps, 2))).isNotEqualTo(pixels(expected));
        ArrayAssertions.assertSameBits(fortran, maps);
    }

    @Test
    void rejectsValuesThatAreNoNumbersNamingTheirPlace() {
        INDArray map = signed.dup('c');
        map.putScalar(1, 2, Double.NaN);
        assertThatThrownBy(() -> new HeatMap(ColourMap.GREYS, 1).draw(map))
                .hasMessage("HeatMap: value at row 1, column 2 is NaN; expected finite values");
        INDArray maps = Tensors.zeros(DataType.FLOAT, 2, 3, 4);
        maps.putScalar(new long[] {1, 2, 0}, Float.NEGATIVE_INFINITY);
        assertThatThrownBy(() -> new HeatMap(ColourMap.GREYS, 1).draw(maps, 1))
                .hasMessage("HeatMap: value at row 2, column 0 is -Infinity; expected finite values");
    }

    @Test
    void rejectsWhatIsNoMap() {
        HeatMap map = new HeatMap(ColourMap.GREYS, 1);
        assertThatThrownBy(() -> map.draw(Tensors.zeros(DataType.FLOAT, 2, 3, 4)))
                .hasMessage("HeatMap: expected [height, width], got [2, 3, 4]");
        assertThatThrownBy(() -> map.draw(Tensors.zeros(DataType.FLOAT, 2, 3, 4, 3), 0))
                .hasMessage(
                        "HeatMap: expected [samples, height, width] or [samples, height, width, 1], got [2, 3, 4, 3]");
        assertThatThrownBy(() -> map.draw(Tensors.zeros(DataType.FLOAT, 2, 3, 4), 2))
                .hasMessage("HeatMap: sample 2 is outside the 2 samples given");
        assertThatThrownBy(() -> new HeatMap(ColourMap.GREYS, 0)).hasMessage("HeatMap: pixelSize must be >= 1, got 0");
    }

    @Test
    void rejectsLimitsThatWouldMoveTheWhiteOfZero() {
        assertThatThrownBy(() -> new HeatMap(ColourMap.BLUE_WHITE_RED, new ValueLimits(-1, 3), 1))
                .hasMessage("BLUE_WHITE_RED: expected limits symmetric around 0, so that white is 0, got -1.0 to 3.0; "
                        + "use ValueLimits.symmetric(3.0)");
    }

    private static int colour(BufferedImage image, int x, int y) {
        return image.getRGB(x, y) & 0xFFFFFF;
    }

    private static int[] pixels(BufferedImage image) {
        return image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
    }
}
