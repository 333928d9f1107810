package io.github.otnn.examples.run;

import io.github.otnn.xai.Progress;
import java.io.PrintStream;
import java.util.Locale;
import java.util.function.LongSupplier;
import me.tongfei.progressbar.ProgressBar;
import org.jspecify.annotations.Nullable;

/**
 * Shows how far some work is, and ends it when the user wants that: on a terminal a bar with the time left, elsewhere a line
 * every ten seconds. Belongs to the working thread.
 */
public final class WorkProgress implements Progress, AutoCloseable {
    private static final double SECONDS_BETWEEN_LINES = 10;

    private final String task;
    private final PrintStream stream;
    private final int columns;
    private final StopSignal stop;
    private final LongSupplier nanoseconds;
    private final long start;
    private double lastLine;
    private @Nullable ProgressBar bar;

    /**
     * Creates the progress of one piece of work.
     *
     * @param task what is being done, a few words
     * @param stream where to show it
     * @param columns width of the terminal that the stream is, 0 if it is none
     * @param stop ends the work after the present step
     */
    public WorkProgress(String task, PrintStream stream, int columns, StopSignal stop) {
        this(task, stream, columns, stop, System::nanoTime);
    }

    WorkProgress(String task, PrintStream stream, int columns, StopSignal stop, LongSupplier nanoseconds) {
        this.nanoseconds = nanoseconds;
        this.start = nanoseconds.getAsLong();
        this.task = task;
        this.stream = stream;
        this.columns = columns;
        this.stop = stop;
    }

    @Override
    public void advance(long done, long total) {
        stop.check();
        if (columns > 0) {
            bar(total).stepTo(done);
            return;
        }
        double seconds = (nanoseconds.getAsLong() - start) / 1e9;
        if (seconds - lastLine >= SECONDS_BETWEEN_LINES && done > 0 && done < total) {
            lastLine = seconds;
            stream.printf(
                    Locale.ROOT,
                    "%s: %.0f %%, about %s left%n",
                    task,
                    100.0 * done / total,
                    Text.duration(seconds / done * (total - done)));
        }
    }

    private ProgressBar bar(long total) {
        if (bar == null) {
            bar = TerminalBar.of(task, total, stream, columns);
        }
        return bar;
    }

    /** Ends the bar, if there is one. */
    @Override
    public void close() {
        if (bar != null) {
            bar.close();
            bar = null;
        }
    }
}
