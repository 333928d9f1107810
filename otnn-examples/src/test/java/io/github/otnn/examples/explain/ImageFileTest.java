package io.github.otnn.examples.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.otnn.core.Shape;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import javax.imageio.ImageIO;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageFileTest {
    private static final Shape GREY = Shape.of(1, 3, 1);
    private static final Shape COLOUR = Shape.of(1, 3, 3);

    @TempDir
    private Path folder;

    @Test
    void greyLevelsStayWhatTheyAre() throws IOException {
        for (int type : new int[] {BufferedImage.TYPE_BYTE_GRAY, BufferedImage.TYPE_USHORT_GRAY}) {
            BufferedImage image = new BufferedImage(3, 1, type);
            int unit = type == BufferedImage.TYPE_BYTE_GRAY ? 1 : 257;
            image.getRaster().setPixels(0, 0, 3, 1, new int[] {0, 128 * unit, 255 * unit});
            Path file = write(image, "png");
            assertThat(new ImageFile(file, GREY, false).pixels()).containsExactly(0, 128, 255);
            assertThat(new ImageFile(file, COLOUR, false).pixels())
                    .containsExactly(0, 0, 0, 128, 128, 128, 255, 255, 255);
        }
    }

    @Test
    void coloursBecomeGreyByTheirWeights() throws IOException {
        BufferedImage image = new BufferedImage(3, 1, BufferedImage.TYPE_INT_RGB);
        image.setRGB(0, 0, 3, 1, new int[] {0xFF0000, 0x00FF00, 0x808080}, 0, 3);
        Path file = write(image, "png");
        assertThat(new ImageFile(file, GREY, false).pixels()).containsExactly(76.245, 149.685, 128);
        assertThat(new ImageFile(file, COLOUR, false).pixels()).containsExactly(255, 0, 0, 0, 255, 0, 128, 128, 128);
    }

    @Test
    void whatIsTransparentStandsOnBlack() throws IOException {
        BufferedImage image = new BufferedImage(3, 1, BufferedImage.TYPE_INT_ARGB);
        image.setRGB(0, 0, 3, 1, new int[] {0x00FFFFFF, 0x33FFFFFF, 0xFFFFFFFF}, 0, 3);
        assertThat(new ImageFile(write(image, "png"), GREY, false).pixels())
                .containsExactly(new double[] {0, 51, 255}, Offset.offset(1e-9));
    }

    @Test
    void jpegIsReadToo() throws IOException {
        BufferedImage image = new BufferedImage(3, 1, BufferedImage.TYPE_INT_RGB);
        image.setRGB(0, 0, 3, 1, new int[] {0x646464, 0x646464, 0x646464}, 0, 3);
        assertThat(new ImageFile(write(image, "jpg"), GREY, false).pixels())
                .containsExactly(new double[] {100, 100, 100}, Offset.offset(2.0));
    }

    @Test
    void anotherSizeIsRefusedOrScaledByArea() throws IOException {
        BufferedImage image = new BufferedImage(6, 2, BufferedImage.TYPE_BYTE_GRAY);
        image.getRaster().setPixels(0, 0, 6, 2, new int[] {0, 40, 10, 10, 255, 255, 80, 120, 10, 10, 255, 255});
        Path file = write(image, "png");
        assertThatThrownBy(() -> new ImageFile(file, GREY, false).pixels())
                .hasMessage(file + ": the image has 6 x 2 pixels, the model takes 3 x 1; --resize scales it");
        assertThat(new ImageFile(file, GREY, true).pixels()).containsExactly(60, 10, 255);
    }

    @Test
    void filesThatAreNoSoundImageAreNamed() throws IOException {
        Path missing = folder.resolve("none.png");
        assertThatThrownBy(() -> new ImageFile(missing, GREY, false).pixels())
                .isInstanceOf(NoSuchFileException.class)
                .hasMessage(missing.toString());
        Path text = Files.writeString(folder.resolve("text.png"), "no image");
        assertThatThrownBy(() -> new ImageFile(text, GREY, false).pixels())
                .hasMessage(text + ": expected a PNG or JPEG image, got something else");
        Path gif = write(new BufferedImage(3, 1, BufferedImage.TYPE_BYTE_GRAY), "gif");
        assertThatThrownBy(() -> new ImageFile(gif, GREY, false).pixels())
                .hasMessage(gif + ": expected a PNG or JPEG image, got gif");
        Path whole = write(new BufferedImage(3, 1, BufferedImage.TYPE_BYTE_GRAY), "png");
        byte[] bytes = Files.readAllBytes(whole);
        Files.write(whole, Arrays.copyOf(bytes, 45));
        assertThatThrownBy(() -> new ImageFile(whole, GREY, false).pixels())
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith(whole + ": the image is damaged (");
    }

    @Test
    void scalingByAreaKeepsTheMean() {
        double[] values = {1, 7, 3, 5, 2, 6, 4, 8, 9, 0, 11, 10};
        double mean = Arrays.stream(values).average().orElseThrow();
        for (int[] size : new int[][] {{1, 1}, {2, 3}, {5, 7}, {8, 6}}) {
            assertThat(Arrays.stream(new AreaScaling(3, 4, 1).to(size[0], size[1], values))
                            .average()
                            .orElseThrow())
                    .isCloseTo(mean, Offset.offset(1e-12));
        }
        // two channels do not mix
        assertThat(new AreaScaling(1, 2, 2).to(1, 1, new double[] {1, 10, 3, 30}))
                .containsExactly(2, 20);
    }

    private Path write(BufferedImage image, String format) throws IOException {
        Path file = folder.resolve("image." + format);
        assertThat(ImageIO.write(image, format, file.toFile())).isTrue();
        return file;
    }
}
