package io.github.otnn.core.io;

import io.github.otnn.core.train.TrainingListener;
import io.github.otnn.core.train.TrainingPosition;
import io.github.otnn.core.train.TrainingState;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stores a training run every now and then, so that one that was killed goes on where it was.
 *
 * <pre>{@code
 * try (Checkpoints checkpoints = Checkpoints.open(CheckpointSettings.in(folder), LayerCatalog.standard())) {
 *     Trainer trainer = new Trainer(network, loss, updater, settings, checkpoints);
 *     Optional<TrainingState> stored = checkpoints.latest();
 *     TrainingSummary summary = stored.isPresent() ? trainer.resume(stored.get(), data) : trainer.fit(data);
 * }
 * }</pre>
 *
 * Files are {@code checkpoint-STEPS.otnn} and {@code best.otnn}, each whole whatever happens. A run that begins anew leaves those of the
 * run before until it has written its first. A file that cannot be written, as on a full disk, is a warning in the log: training
 * goes on. Belongs to the training thread; a lock keeps others out of the folder.
 */
public final class Checkpoints implements TrainingListener, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Checkpoints.class);
    private static final String PREFIX = "checkpoint-";
    private static final String SUFFIX = ".otnn";
    private static final String BEST = "best.otnn";
    private static final String LOCK = ".lock";

    private final CheckpointSettings settings;
    private final RecordCatalog catalog;
    private final FileChannel lock;
    private boolean wroteOne;
    private long lastWrite = System.nanoTime();
    private double lastCost = Double.NaN;
    private double bestCost = Double.POSITIVE_INFINITY;
    private boolean better;

    private Checkpoints(CheckpointSettings settings, RecordCatalog catalog, FileChannel lock) {
        this.settings = settings;
        this.catalog = catalog;
        this.lock = lock;
    }

    /**
     * Opens the folder and removes what a killed process left half-written.
     *
     * @param catalog the layers of the network
     * @throws IOException if the folder cannot be created or written to, or another run uses it
     */
    public static Checkpoints open(CheckpointSettings settings, RecordCatalog catalog) throws IOException {
        Path folder = settings.directory();
        Files.createDirectories(folder);
        FileChannel lock = FileChannel.open(folder.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            if (!isFree(lock)) {
                throw new IOException("another run stores its checkpoints in " + folder
                        + "; wait until it has ended, or choose another folder");
            }
            AtomicFile.removeStrays(folder, "." + PREFIX, Instant.MAX);
            AtomicFile.removeStrays(folder, "." + BEST, Instant.MAX);
        } catch (IOException cause) {
            lock.close();
            throw cause;
        }
        return new Checkpoints(settings, catalog, lock);
    }

    private static boolean isFree(FileChannel lock) throws IOException {
        try {
            return lock.tryLock() != null;
        } catch (OverlappingFileLockException runOfThisProcess) {
            return false;
        }
    }

    /**
     * The newest state in the folder that can be read; empty if there are no files.
     *
     * @throws IOException if there are files, but none can be read
     */
    public Optional<TrainingState> latest() throws IOException {
        IOException first = null;
        for (Path file : newestFirst()) {
            try {
                return Optional.of(TrainingFile.read(file, catalog));
            } catch (IOException damaged) {
                LOG.warn("{}; trying an older one", damaged.getMessage());
                first = first == null ? damaged : first;
            }
        }
        if (first != null) {
            throw first;
        }
        return Optional.empty();
    }

    @Override
    public void onResume(TrainingPosition position) {
        // the files are those of this run
        wroteOne = true;
        Path best = settings.directory().resolve(BEST);
        if (settings.cost() != null && Files.exists(best)) {
            try {
                bestCost = TrainingFile.cost(best);
            } catch (IOException damaged) {
                LOG.warn("{}; the next best one replaces it", damaged.getMessage());
            }
        }
    }

    @Override
    public void onEpoch(EpochEvent event) {
        if (settings.cost() != null) {
            lastCost = settings.cost().applyAsDouble(event);
            better = lastCost < bestCost;
        }
    }

    @Override
    public void onPause(PauseEvent event) {
        TrainingPosition position = event.position();
        boolean epochDue =
                settings.everyEpochs() > 0 && position.batch() == 0 && position.epoch() % settings.everyEpochs() == 0;
        boolean timeDue = (System.nanoTime() - lastWrite) / 1e9 >= settings.everySeconds();
        if (!epochDue && !timeDue && !event.last() && !better) {
            return;
        }
        TrainingState state = event.state().get();
        try {
            if (epochDue || timeDue || event.last()) {
                String name = PREFIX + String.format("%010d", position.steps()) + SUFFIX;
                TrainingFile.write(state, lastCost, settings.directory().resolve(name), catalog);
                prune(name);
                lastWrite = System.nanoTime();
            }
            if (better) {
                better = false;
                bestCost = lastCost;
                TrainingFile.write(state, lastCost, settings.directory().resolve(BEST), catalog);
            }
        } catch (IOException cause) {
            LOG.warn("cannot store the training run in {}; it goes on", settings.directory(), cause);
        } finally {
            state.close();
        }
    }

    /** Keeps the newest files of this run, and none of a run before it. */
    private void prune(String newest) throws IOException {
        List<Path> files = newestFirst();
        int kept = 0;
        for (Path file : files) {
            boolean own = wroteOne && file.getFileName().toString().compareTo(newest) <= 0;
            boolean keep = file.getFileName().toString().equals(newest) || own && kept < settings.keepLast();
            if (keep) {
                kept++;
            } else {
                Files.deleteIfExists(file);
            }
        }
        if (!wroteOne && !better) {
            Files.deleteIfExists(settings.directory().resolve(BEST));
        }
        wroteOne = true;
    }

    private List<Path> newestFirst() throws IOException {
        try (Stream<Path> files = Files.list(settings.directory())) {
            return files.filter(file -> file.getFileName().toString().matches(PREFIX + "[0-9]{10}\\" + SUFFIX))
                    .sorted(Comparator.comparing(Path::getFileName).reversed())
                    .toList();
        }
    }

    /** Removes all files of the run, as when it is complete and its model is stored. */
    public void removeAll() throws IOException {
        for (Path file : newestFirst()) {
            Files.deleteIfExists(file);
        }
        Files.deleteIfExists(settings.directory().resolve(BEST));
    }

    /** Lets others use the folder; removes it if it is empty. */
    @Override
    public void close() throws IOException {
        Path file = settings.directory().resolve(LOCK);
        try (Stream<Path> files = Files.list(settings.directory())) {
            boolean empty = files.allMatch(file::equals);
            if (empty) {
                Files.deleteIfExists(file);
                Files.deleteIfExists(settings.directory());
            }
        } finally {
            lock.close();
        }
    }
}
