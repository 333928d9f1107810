package io.github.otnn.examples.explain;

import io.github.otnn.core.Shape;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Locale;
import java.util.Set;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;

/**
 * Reads a PNG or JPEG file as the pixels that a model takes: grey or red, green, blue, from 0 to 255. Colours become grey by
 * .299 red + .587 green + .114 blue, grey becomes three equal colours; what is transparent stands on black.
 *
 * @param file to read
 * @param input shape that the model takes, {@code height x width x channels} with 1 or 3 channels
 * @param resize whether an image of another size is scaled; else it is refused
 */
record ImageFile(Path file, Shape input, boolean resize) {
    private static final Set<String> FORMATS = Set.of("png", "jpeg");
    private static final long MOST_PIXELS = 100_000_000;

    /**
     * Values in the order row, column, channel.
     *
     * @throws IOException if the file is missing, damaged, no PNG or JPEG, or of another size
     */
    double[] pixels() throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new NoSuchFileException(file.toString());
        }
        BufferedImage image = decode();
        int channels = (int) input.channels();
        double[] pixels = values(image, channels);
        AreaScaling scaling = new AreaScaling(image.getHeight(), image.getWidth(), channels);
        return scaling.to((int) input.size(0), (int) input.size(1), pixels);
    }

    private BufferedImage decode() throws IOException {
        try (ImageInputStream stream = ImageIO.createImageInputStream(file.toFile())) {
            Iterator<ImageReader> readers = ImageIO.getImageReaders(stream);
            if (!readers.hasNext()) {
                throw new IOException(file + ": expected a PNG or JPEG image, got something else");
            }
            ImageReader reader = readers.next();
            try {
                String format = reader.getFormatName().toLowerCase(Locale.ROOT);
                if (!FORMATS.contains(format)) {
                    throw new IOException(file + ": expected a PNG or JPEG image, got " + format);
                }
                reader.setInput(stream, true, true);
                return decode(reader);
            } finally {
                reader.dispose();
            }
        }
    }

    private BufferedImage decode(ImageReader reader) throws IOException {
        BufferedImage image;
        try {
            requireSize(reader.getWidth(0), reader.getHeight(0));
            image = reader.read(0);
        } catch (WrongSizeException refused) {
            throw refused;
        } catch (IOException | RuntimeException cause) {
            // decoders meet damaged files with all kinds of exceptions
            throw new IOException(file + ": the image is damaged (" + cause.getMessage() + ")", cause);
        }
        return image;
    }

    private void requireSize(int width, int height) throws WrongSizeException {
        boolean same = height == input.size(0) && width == input.size(1);
        if (!same && !resize) {
            throw new WrongSizeException(file + ": the image has " + width + " x " + height
                    + " pixels, the model takes " + input.size(1) + " x " + input.size(0) + "; --resize scales it");
        }
        if ((long) width * height > MOST_PIXELS) {
            throw new WrongSizeException(
                    file + ": expected at most " + MOST_PIXELS + " pixels, the image has " + width + " x " + height);
        }
    }

    private static double[] values(BufferedImage image, int channels) {
        int width = image.getWidth();
        double[] values = new double[width * image.getHeight() * channels];
        boolean grey = image.getRaster().getNumBands() <= 2 && !(image.getColorModel() instanceof IndexColorModel);
        for (int i = 0; i < values.length / channels; i++) {
            int x = i % width;
            int y = i / width;
            if (grey) {
                double level = greyLevel(image.getRaster(), x, y);
                Arrays.fill(values, i * channels, (i + 1) * channels, level);
            } else {
                put(image.getRGB(x, y), values, i * channels, channels);
            }
        }
        return values;
    }

    /** The stored level: Java's getRGB would take grey for linear light and brighten it. */
    private static double greyLevel(Raster raster, int x, int y) {
        double level = 255.0
                * raster.getSample(x, y, 0)
                / ((1 << raster.getSampleModel().getSampleSize(0)) - 1);
        if (raster.getNumBands() == 1) {
            return level;
        }
        return level
                * raster.getSample(x, y, 1)
                / ((1 << raster.getSampleModel().getSampleSize(1)) - 1);
    }

    private static void put(int argb, double[] values, int at, int channels) {
        double opacity = (argb >>> 24) / 255.0;
        double red = opacity * (argb >> 16 & 0xFF);
        double green = opacity * (argb >> 8 & 0xFF);
        double blue = opacity * (argb & 0xFF);
        if (channels == 1) {
            // as integers first: equal colours give that level exactly
            values[at] = (299 * red + 587 * green + 114 * blue) / 1000;
        } else {
            values[at] = red;
            values[at + 1] = green;
            values[at + 2] = blue;
        }
    }

    private static final class WrongSizeException extends IOException {
        private static final long serialVersionUID = 1L;

        WrongSizeException(String message) {
            super(message);
        }
    }
}
