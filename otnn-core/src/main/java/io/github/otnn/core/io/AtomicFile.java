package io.github.otnn.core.io;

import java.io.BufferedOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes a file so that under its name there is always a whole one: the old, or the new. A process that is killed leaves at most
 * a temporary file beside it.
 */
public final class AtomicFile {
    private static final Logger LOG = LoggerFactory.getLogger(AtomicFile.class);
    private static final String TEMPORARY = ".tmp";

    /** Temporary files of this age belong to nobody any more. */
    private static final Duration STRAY = Duration.ofHours(1);

    private AtomicFile() {}

    /** What a file will hold. */
    public interface Content {
        /** Writes all of it. */
        void write(OutputStream out) throws IOException;
    }

    /**
     * Writes to a temporary file in the same folder, waits until the disk has it, and moves it to its place. Streams, not channels:
     * those would be closed by an interrupt of the thread.
     *
     * @param target replaced if it is there; folders are created
     * @throws IOException if it cannot be written; the file is then what it was
     */
    public static void write(Path target, Content content) throws IOException {
        Path file = target.toAbsolutePath();
        Path folder = file.getParent();
        if (folder == null || file.getFileName() == null || Files.isDirectory(file)) {
            throw new FileSystemException(target.toString(), null, "expected the name of a file");
        }
        Files.createDirectories(folder);
        removeStrays(folder, "." + file.getFileName() + ".", Instant.now().minus(STRAY));
        // not by createTempFile, which nobody else may read
        Path temporary = folder.resolve("." + file.getFileName() + "."
                + ProcessHandle.current().pid() + "-" + Long.toHexString(System.nanoTime()) + TEMPORARY);
        if (!temporary.toFile().createNewFile()) {
            throw new FileAlreadyExistsException(temporary.toString());
        }
        try {
            try (FileOutputStream stream = new FileOutputStream(temporary.toFile());
                    OutputStream buffered = new BufferedOutputStream(stream, 1 << 16)) {
                content.write(buffered);
                buffered.flush();
                stream.getFD().sync();
            }
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(temporary);
        }
        syncFolder(folder);
    }

    /** The move itself reaches the disk too, where the platform lets a folder be opened. */
    private static void syncFolder(Path folder) {
        // an interrupt would close the channel instead of letting it work
        boolean interrupted = Thread.interrupted();
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException notHere) {
            LOG.trace("cannot sync folder {}", folder, notHere);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Removes temporary files that a killed process left. */
    static void removeStrays(Path folder, String prefix, Instant olderThan) throws IOException {
        List<Path> strays;
        try (Stream<Path> files = Files.list(folder)) {
            strays = files.filter(file -> {
                        String name = file.getFileName().toString();
                        return name.startsWith(prefix) && name.endsWith(TEMPORARY);
                    })
                    .toList();
        }
        for (Path stray : strays) {
            if (Files.exists(stray)
                    && Files.getLastModifiedTime(stray).toInstant().isBefore(olderThan)) {
                Files.deleteIfExists(stray);
            }
        }
    }
}
