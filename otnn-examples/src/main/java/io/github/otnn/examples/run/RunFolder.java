package io.github.otnn.examples.run;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.stream.Stream;

/**
 * The folder that a run writes its results to. They become visible all together and complete: files are written to a hidden
 * folder {@code .unfinished} inside, and {@link #publish} moves them to their place. A run that fails or is stopped leaves
 * the results of the run before it as they were; what a killed run left behind goes when the next one starts.
 *
 * <p>One run at a time: a lock says so. Belongs to one thread; only {@link #close()} may be called by another one.
 */
public final class RunFolder implements AutoCloseable {
    /** Name of the file with the numbers. It is moved last, so where it is the other files are complete. */
    public static final String METRICS = "metrics.json";

    /** Name of the file for people. */
    public static final String REPORT = "report.html";

    private static final String UNFINISHED = ".unfinished";
    private static final String LOCK = ".lock";

    private final Path target;
    private final Path unfinished;
    private final Deque<Path> createdFolders;
    private final FileChannel lock;
    private final StopSignal stop;
    private final Runnable closing = this::close;
    private boolean closed;

    private RunFolder(Path target, Deque<Path> createdFolders, FileChannel lock, StopSignal stop) {
        this.target = target;
        this.unfinished = target.resolve(UNFINISHED);
        this.createdFolders = createdFolders;
        this.lock = lock;
        this.stop = stop;
        stop.beforeEnd(closing);
    }

    /**
     * Creates the folder, makes sure that files can be written there, and removes what a killed run left.
     *
     * @param target folder, created together with its parents where it is missing
     * @param stop a run that is stopped publishes nothing
     * @throws IOException if the folder cannot be created or written to, or another run is writing to it
     */
    public static RunFolder open(Path target, StopSignal stop) throws IOException {
        Path folder = target.toAbsolutePath().normalize();
        Deque<Path> created = new ArrayDeque<>();
        FileChannel lock;
        try {
            createFolders(folder.resolve(UNFINISHED), created);
            lock = FileChannel.open(
                    folder.resolve(UNFINISHED).resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        } catch (IOException cause) {
            removeEmpty(created);
            throw new IOException(
                    "cannot write to folder " + folder + " (" + reason(cause) + "); choose another one with --out",
                    cause);
        }
        try {
            if (!isFree(lock)) {
                throw new IOException("another run is writing to " + folder
                        + "; wait until it has ended, or choose another folder with --out");
            }
            emptyUnfinished(folder.resolve(UNFINISHED));
        } catch (IOException cause) {
            lock.close();
            throw cause;
        }
        return new RunFolder(folder, created, lock, stop);
    }

    /** The folder, absolute. */
    public Path path() {
        return target;
    }

    /**
     * Where to write a result now; after {@link #publish} it is in the run folder under this name.
     *
     * @param name letters, digits, {@code . _ -}; no folders
     */
    public Path file(String name) {
        if (!name.matches("[A-Za-z0-9][A-Za-z0-9._-]*")) {
            throw new IllegalArgumentException(
                    "result file: expected a name of letters, digits, '.', '_' and '-', got '" + name + "'");
        }
        return unfinished.resolve(name);
    }

    /**
     * Writes the numbers and the report, and makes every file of the run visible.
     *
     * @throws StoppedException if the run is to stop; nothing becomes visible then
     * @throws IOException if a file cannot be written
     */
    public synchronized void publish(Metrics metrics, HtmlReport report) throws IOException {
        stop.check();
        if (closed) {
            throw new IllegalStateException("publish: the run folder " + target + " is closed");
        }
        Files.write(file(REPORT), report.toHtml().getBytes(StandardCharsets.UTF_8));
        Files.write(file(METRICS), metrics.toJson().getBytes(StandardCharsets.UTF_8));
        stop.check();
        Files.deleteIfExists(target.resolve(METRICS));
        for (Path file : results()) {
            Files.move(file, target.resolve(file.getFileName()), StandardCopyOption.ATOMIC_MOVE);
        }
        createdFolders.clear();
    }

    /** Removes what was not published, and lets the next run in. May be called twice. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        stop.forget(closing);
        try (lock) {
            emptyUnfinished(unfinished);
        } catch (IOException leftForTheNextRun) {
            return;
        }
        Deque<Path> emptyNow = new ArrayDeque<>(List.of(unfinished.resolve(LOCK), unfinished));
        emptyNow.addAll(createdFolders);
        removeEmpty(emptyNow);
    }

    /** Files of the run, the one with the numbers last. */
    private List<Path> results() throws IOException {
        try (Stream<Path> files = Files.list(unfinished)) {
            return files.filter(file -> !file.endsWith(LOCK))
                    .sorted(Comparator.comparing((Path file) -> file.endsWith(METRICS))
                            .thenComparing(Path::getFileName))
                    .toList();
        }
    }

    private static boolean isFree(FileChannel lock) throws IOException {
        try {
            return lock.tryLock() != null;
        } catch (OverlappingFileLockException runOfThisProcess) {
            return false;
        }
    }

    /** Creates the missing folders and remembers them, innermost first. */
    private static void createFolders(Path folder, Deque<Path> created) throws IOException {
        List<Path> missing = new ArrayList<>();
        for (Path next = folder; next != null && Files.notExists(next); next = next.getParent()) {
            missing.add(0, next);
        }
        for (Path next : missing) {
            try {
                Files.createDirectory(next);
                created.push(next);
            } catch (FileAlreadyExistsException createdByAnotherRun) {
                if (!Files.isDirectory(next)) {
                    throw createdByAnotherRun;
                }
            }
        }
    }

    private static void emptyUnfinished(Path unfinished) throws IOException {
        List<Path> deepestFirst;
        try (Stream<Path> files = Files.walk(unfinished)) {
            deepestFirst = files.filter(file -> !file.equals(unfinished) && !file.endsWith(LOCK))
                    .sorted(Comparator.reverseOrder())
                    .toList();
        }
        for (Path file : deepestFirst) {
            Files.deleteIfExists(file);
        }
    }

    private static void removeEmpty(Deque<Path> paths) {
        for (Path path : paths) {
            try {
                Files.deleteIfExists(path);
            } catch (IOException inUse) {
                return;
            }
        }
    }

    private static String reason(IOException cause) {
        if (cause instanceof AccessDeniedException) {
            return "permission denied";
        }
        if (cause instanceof FileSystemException failure && failure.getReason() != null) {
            return failure.getFile() + ": " + failure.getReason();
        }
        return cause.getClass().getSimpleName() + ": " + cause.getMessage();
    }
}
