package io.github.otnn.examples.run;

import io.github.otnn.core.data.LabelledData;
import io.github.otnn.core.io.CheckpointSettings;
import io.github.otnn.core.io.Checkpoints;
import io.github.otnn.core.train.Trainer;
import io.github.otnn.core.train.TrainingListener;
import io.github.otnn.core.train.TrainingState;
import io.github.otnn.core.train.TrainingSummary;
import io.github.otnn.layers.LayerCatalog;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A training run that goes on where it was stopped or killed. Belongs to the training thread. */
public final class StoredRun implements AutoCloseable {
    private static final String FOLDER = "checkpoints";

    private final @Nullable Checkpoints checkpoints;
    private final boolean resume;
    private final PrintStream messages;

    private StoredRun(@Nullable Checkpoints checkpoints, boolean resume, PrintStream messages) {
        this.checkpoints = checkpoints;
        this.resume = resume;
        this.messages = messages;
    }

    /** Stores nothing. */
    public static StoredRun none() {
        return new StoredRun(null, false, System.err);
    }

    /**
     * Stores the run in the folder {@code checkpoints} of its results.
     *
     * @param seconds most time between two checkpoints
     * @param resume whether to go on with what is there
     * @throws IOException if nothing can be written there
     */
    public static StoredRun in(Path results, double seconds, boolean resume, PrintStream messages) throws IOException {
        CheckpointSettings settings = new CheckpointSettings(results.resolve(FOLDER), 1, seconds, 2, null);
        return new StoredRun(Checkpoints.open(settings, LayerCatalog.standard()), resume, messages);
    }

    /** To be handed to the trainer, behind the other listeners. */
    public TrainingListener listener() {
        return checkpoints != null ? checkpoints : new TrainingListener() {};
    }

    /**
     * Trains from the beginning or from the last checkpoint.
     *
     * @throws StoppedException if the run was stopped, and what it has learnt is stored
     * @throws IOException if there are checkpoints, but none can be read
     */
    public TrainingSummary train(Trainer trainer, LabelledData data) throws IOException {
        TrainingSummary summary = resumeOrFit(trainer, data);
        if (summary.stopped() && checkpoints != null) {
            throw new StoppedException("stopped before it was complete; --resume goes on from there");
        }
        return summary;
    }

    private TrainingSummary resumeOrFit(Trainer trainer, LabelledData data) throws IOException {
        if (resume && checkpoints != null) {
            Optional<TrainingState> stored = checkpoints.latest();
            if (stored.isPresent()) {
                try (TrainingState state = stored.get()) {
                    return trainer.resume(state, data);
                }
            }
            messages.println("no checkpoint to go on from: the run begins anew");
        }
        return trainer.fit(data);
    }

    /** Removes the checkpoints of a run that is complete. */
    public void complete() throws IOException {
        if (checkpoints != null) {
            checkpoints.removeAll();
        }
    }

    @Override
    public void close() throws IOException {
        if (checkpoints != null) {
            checkpoints.close();
        }
    }
}
