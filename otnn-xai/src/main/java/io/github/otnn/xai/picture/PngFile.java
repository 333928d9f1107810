package io.github.otnn.xai.picture;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriter;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.metadata.IIOMetadataNode;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** Writes PNG files whole or not at all. Equal images and parameters give equal bytes. Thread-safe. */
public final class PngFile {
    private static final String METADATA_FORMAT = "javax_imageio_png_1.0";

    private PngFile() {}

    /**
     * Writes an image, replacing a file of that name only when the new one is complete.
     *
     * @param path file in an existing folder
     * @throws IOException saying which file and why, when nothing was written and no other file was left behind
     */
    public static void write(BufferedImage image, Path path) throws IOException {
        write(image, path, Map.of());
    }

    /**
     * The same with text inside the file, so that a picture says how it was made.
     *
     * @param parameters text by name, such as {@code seed} and {@code t}; names of 1 to 79 ASCII characters
     */
    public static void write(BufferedImage image, Path path, Map<String, String> parameters) throws IOException {
        byte[] bytes = encode(image, parameters);
        Path target = path.toAbsolutePath();
        Path folder = target.getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            throw new IOException("cannot write picture " + target + ": folder " + folder
                    + " does not exist or is no folder; create it first");
        }
        if (Files.isDirectory(target)) {
            throw new IOException("cannot write picture " + target + ": a folder has this name");
        }
        try {
            replace(target, folder, bytes);
        } catch (IOException cause) {
            throw new IOException(
                    "cannot write picture " + target + " (" + cause
                            + "); is the folder writable and the disk not full?",
                    cause);
        }
    }

    private static void replace(Path target, Path folder, byte[] bytes) throws IOException {
        // named by hand: createTempFile would make a file that only its owner can read
        Path temporary = folder.resolve(".picture-" + UUID.randomUUID() + ".part");
        try {
            Files.write(temporary, bytes, StandardOpenOption.CREATE_NEW);
            try {
                Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
            } catch (AtomicMoveNotSupportedException unsupported) {
                Files.move(temporary, target, StandardCopyOption.REPLACE_EXISTING);
            }
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    private static byte[] encode(BufferedImage image, Map<String, String> parameters) throws IOException {
        ImageWriter writer = ImageIO.getImageWritersByFormatName("png").next();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (MemoryCacheImageOutputStream stream = new MemoryCacheImageOutputStream(bytes)) {
            IIOMetadata metadata =
                    writer.getDefaultImageMetadata(ImageTypeSpecifier.createFromRenderedImage(image), null);
            if (!parameters.isEmpty()) {
                metadata.mergeTree(METADATA_FORMAT, textChunks(parameters));
            }
            writer.setOutput(stream);
            writer.write(new IIOImage(image, null, metadata));
        } finally {
            writer.dispose();
        }
        return bytes.toByteArray();
    }

    private static IIOMetadataNode textChunks(Map<String, String> parameters) {
        IIOMetadataNode chunks = new IIOMetadataNode("iTXt");
        for (Map.Entry<String, String> parameter : new TreeMap<>(parameters).entrySet()) {
            if (!parameter.getKey().matches("[!-~]([ -~]{0,77}[!-~])?")) {
                throw new IllegalArgumentException("picture parameter '" + parameter.getKey()
                        + "': expected a name of 1 to 79 ASCII characters without spaces at its ends");
            }
            IIOMetadataNode chunk = new IIOMetadataNode("iTXtEntry");
            chunk.setAttribute("keyword", parameter.getKey());
            chunk.setAttribute("compressionFlag", "FALSE");
            chunk.setAttribute("compressionMethod", "0");
            chunk.setAttribute("languageTag", "");
            chunk.setAttribute("translatedKeyword", "");
            chunk.setAttribute("text", parameter.getValue());
            chunks.appendChild(chunk);
        }
        IIOMetadataNode root = new IIOMetadataNode(METADATA_FORMAT);
        root.appendChild(chunks);
        return root;
    }
}
