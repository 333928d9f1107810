package io.github.otnn.xai.metric;

import io.github.otnn.xai.attribution.PixelGrid;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** Encodes grey pictures of one size as baseline JPEG, with the encoder of the JDK. */
final class GreyJpeg {
    private static final int MARKER = 0xff;
    private static final int START_OF_SCAN = 0xda;

    private final BufferedImage image;
    private final float quality;

    GreyJpeg(PixelGrid grid, float quality) {
        this.image = new BufferedImage(grid.columns(), grid.rows(), BufferedImage.TYPE_BYTE_GRAY);
        this.quality = quality;
    }

    /**
     * Bytes of an encoded picture.
     *
     * @param file all
     * @param data those of the image behind the last header, without the two that end the file
     */
    record Size(int file, int data) {}

    /** Sizes of a picture, row by row. */
    Size size(byte[] grey) {
        image.getRaster().setDataElements(0, 0, image.getWidth(), image.getHeight(), grey);
        byte[] file = encoded();
        return new Size(file.length, file.length - startOfData(file) - 2);
    }

    private byte[] encoded() {
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
            ImageWriteParam settings = writer.getDefaultWriteParam();
            settings.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
            settings.setCompressionQuality(quality);
            writer.setOutput(out);
            writer.write(null, new IIOImage(image, null, null), settings);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        } finally {
            writer.dispose();
        }
        return bytes.toByteArray();
    }

    /** Steps over the segments: a marker of two bytes, then a length that counts itself. */
    private static int startOfData(byte[] file) {
        int at = 2;
        while (true) {
            if ((file[at] & 0xff) != MARKER) {
                throw new IllegalStateException("JPEG: expected a marker at byte " + at + ", got " + (file[at] & 0xff));
            }
            int marker = file[at + 1] & 0xff;
            at += 2 + ((file[at + 2] & 0xff) << 8 | file[at + 3] & 0xff);
            if (marker == START_OF_SCAN) {
                return at;
            }
        }
    }
}
