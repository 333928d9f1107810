package io.github.otnn.examples.run;

import io.github.otnn.core.train.TrainingListener;
import io.github.otnn.core.train.TrainingPosition;
import io.github.otnn.core.train.TrainingSummary;
import java.io.PrintStream;
import java.util.Locale;
import me.tongfei.progressbar.ProgressBar;
import org.jspecify.annotations.Nullable;

/**
 * Shows how far a training run is, and ends it when the user wants that: on a terminal a bar with the time left and the loss,
 * elsewhere a line for each epoch. Belongs to the training thread.
 */
public final class TrainingProgress implements TrainingListener, AutoCloseable {
    private final String task;
    private final PrintStream stream;
    private final int columns;
    private final StopSignal stop;
    private @Nullable ProgressBar bar;
    private double seconds;
    private int timedEpochs;

    /**
     * Creates the listener of one training run.
     *
     * @param task what is being trained, a few words
     * @param stream where to show it
     * @param columns width of the terminal that the stream is, 0 if it is none
     * @param stop ends the run after the present step
     */
    public TrainingProgress(String task, PrintStream stream, int columns, StopSignal stop) {
        this.task = task;
        this.stream = stream;
        this.columns = columns;
        this.stop = stop;
    }

    @Override
    public void onStart(int epochs, int stepsPerEpoch) {
        seconds = 0;
        timedEpochs = 0;
        if (columns > 0) {
            bar = TerminalBar.of(task, (long) epochs * stepsPerEpoch, stream, columns);
        } else {
            stream.printf(Locale.ROOT, "%s: %d epochs of %d steps%n", task, epochs, stepsPerEpoch);
        }
    }

    @Override
    public void onResume(TrainingPosition position) {
        if (bar != null) {
            bar.stepTo(position.steps());
        } else {
            stream.printf(
                    Locale.ROOT,
                    "%s: goes on after epoch %d and %d steps of the next%n",
                    task,
                    position.epoch(),
                    position.batch());
        }
    }

    @Override
    public void onBatch(BatchEvent event) {
        if (bar != null) {
            bar.setExtraMessage(String.format(Locale.ROOT, " loss %.4g", event.loss()));
            bar.step();
        }
    }

    @Override
    public void onEpoch(EpochEvent event) {
        seconds += event.seconds();
        timedEpochs++;
        if (bar == null) {
            int done = event.epoch() + 1;
            int left = event.epochs() - done;
            stream.printf(
                    Locale.ROOT,
                    "%s: epoch %d of %d, loss %.4g, %s%s%n",
                    task,
                    done,
                    event.epochs(),
                    event.meanLoss(),
                    Text.duration(event.seconds()),
                    left == 0 ? "" : ", about " + Text.duration(seconds / timedEpochs * left) + " left");
        }
    }

    @Override
    public void onFinish(TrainingSummary summary) {
        close();
    }

    @Override
    public boolean shouldStop() {
        return stop.raised();
    }

    /** Ends the bar, if there is one; for runs that fail. */
    @Override
    public void close() {
        if (bar != null) {
            bar.close();
            bar = null;
        }
    }
}
