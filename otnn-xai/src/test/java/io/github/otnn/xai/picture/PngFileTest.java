package io.github.otnn.xai.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.metadata.IIOMetadataNode;
import javax.imageio.stream.ImageInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.NodeList;

class PngFileTest {
    private final BufferedImage image = image(7, 5);

    @TempDir
    private Path folder;

    @Test
    void readsBackPixelForPixelAndReplacesAnOlderFile() throws IOException {
        Path file = folder.resolve("picture.png");
        Files.writeString(file, "older");
        PngFile.write(image, file);
        BufferedImage read = ImageIO.read(file.toFile());
        for (int y = 0; y < 5; y++) {
            for (int x = 0; x < 7; x++) {
                assertThat(read.getRGB(x, y)).isEqualTo(image.getRGB(x, y));
            }
        }
        assertThat(filesIn(folder)).containsExactly("picture.png");
    }

    @Test
    void carriesItsParameters() throws IOException {
        Map<String, String> parameters = Map.of("seed", "42", "score", "logit of class 3, \u03bb = 10");
        PngFile.write(image, folder.resolve("a.png"), parameters);
        assertThat(textIn(folder.resolve("a.png"))).isEqualTo(parameters);
        PngFile.write(image, folder.resolve("b.png"), new TreeMap<>(parameters));
        assertThat(Files.readAllBytes(folder.resolve("a.png"))).isEqualTo(Files.readAllBytes(folder.resolve("b.png")));
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void isReadableLikeAnyFileOfItsFolder() throws IOException {
        Path ordinary = Files.writeString(folder.resolve("ordinary"), "");
        Path file = folder.resolve("picture.png");
        PngFile.write(image, file);
        assertThat(Files.getPosixFilePermissions(file)).isEqualTo(Files.getPosixFilePermissions(ordinary));
    }

    @Test
    void saysThatTheFolderIsMissing() {
        Path file = folder.resolve("missing").resolve("picture.png");
        assertThatThrownBy(() -> PngFile.write(image, file))
                .isInstanceOf(IOException.class)
                .hasMessage("cannot write picture " + file + ": folder " + file.getParent()
                        + " does not exist or is no folder; create it first");
    }

    @Test
    void leavesNothingBehindWhenItFails() throws IOException {
        Path taken = Files.createDirectory(folder.resolve("taken.png"));
        assertThatThrownBy(() -> PngFile.write(image, taken))
                .hasMessage("cannot write picture " + taken + ": a folder has this name");
        String endless = "x".repeat(300) + ".png";
        assertThatThrownBy(() -> PngFile.write(image, folder.resolve(endless)))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("cannot write picture " + folder.resolve(endless))
                .hasMessageEndingWith("is the folder writable and the disk not full?");
        assertThatThrownBy(() -> PngFile.write(image, folder.resolve("a.png"), Map.of(" seed", "1")))
                .hasMessage(
                        "picture parameter ' seed': expected a name of 1 to 79 ASCII characters without spaces at its "
                                + "ends");
        assertThat(filesIn(folder)).containsExactly("taken.png");
    }

    private static Map<String, String> textIn(Path file) throws IOException {
        ImageReader reader = ImageIO.getImageReadersByFormatName("png").next();
        try (ImageInputStream stream = ImageIO.createImageInputStream(file.toFile())) {
            reader.setInput(stream);
            IIOMetadataNode root = (IIOMetadataNode) reader.getImageMetadata(0).getAsTree("javax_imageio_png_1.0");
            NodeList entries = root.getElementsByTagName("iTXtEntry");
            Map<String, String> text = new TreeMap<>();
            for (int i = 0; i < entries.getLength(); i++) {
                IIOMetadataNode entry = (IIOMetadataNode) entries.item(i);
                text.put(entry.getAttribute("keyword"), entry.getAttribute("text"));
            }
            return text;
        } finally {
            reader.dispose();
        }
    }

    private static Stream<String> filesIn(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).toList().stream();
        }
    }

    private static BufferedImage image(int width, int height) {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                image.setRGB(x, y, x * 30 << 16 | y * 50 << 8 | x * y);
            }
        }
        return image;
    }
}
