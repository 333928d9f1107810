package io.github.otnn.core.io;

import io.github.otnn.core.train.TrainingListener;
import java.nio.file.Path;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * When a training run is stored, and what is kept of it. The end of the run is stored in any case, completed or stopped.
 *
 * @param directory folder of the files, of this run alone
 * @param everyEpochs after so many epochs; 0 for never
 * @param everySeconds and after so many seconds, between two steps; infinite for never, 0 for each step
 * @param keepLast files to keep, at least 1
 * @param cost whose smallest value makes {@code best.otnn}, asked after each epoch; null for no such file
 */
public record CheckpointSettings(
        Path directory,
        int everyEpochs,
        double everySeconds,
        int keepLast,
        @Nullable ToDoubleFunction<TrainingListener.EpochEvent> cost) {
    /** Checks the numbers. */
    public CheckpointSettings {
        if (everyEpochs < 0 || !(everySeconds >= 0) || keepLast < 1) {
            throw new IllegalArgumentException(
                    "CheckpointSettings: expected everyEpochs >= 0, everySeconds >= 0 and keepLast >= 1, got "
                            + everyEpochs + ", " + everySeconds + " and " + keepLast);
        }
    }

    /** After each epoch and each minute; the last two, and the one with the smallest training loss. */
    public static CheckpointSettings in(Path directory) {
        return new CheckpointSettings(directory, 1, 60, 2, TrainingListener.EpochEvent::meanLoss);
    }
}
