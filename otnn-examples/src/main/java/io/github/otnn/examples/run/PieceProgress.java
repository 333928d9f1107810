package io.github.otnn.examples.run;

import java.io.PrintStream;
import java.util.Locale;
import me.tongfei.progressbar.ProgressBar;
import org.jspecify.annotations.Nullable;

/**
 * Shows how many of several pieces of work are done, and how long the rest may take: on a terminal a bar, elsewhere a line for
 * each piece. Thread-safe.
 */
public final class PieceProgress implements AutoCloseable {
    private final String task;
    private final int pieces;
    private final PrintStream stream;
    private final long start = System.nanoTime();
    private final @Nullable ProgressBar bar;
    private int done;

    /**
     * Begins the work.
     *
     * @param task what is done, a few words
     * @param pieces of about equal size
     * @param stream where to show it
     * @param columns width of the terminal that the stream is, 0 if it is none
     */
    public PieceProgress(String task, int pieces, PrintStream stream, int columns) {
        this.task = task;
        this.pieces = pieces;
        this.stream = stream;
        this.bar = columns <= 0 ? null : TerminalBar.of(task, pieces, stream, columns);
    }

    /**
     * A piece is done.
     *
     * @param piece which, a few words
     */
    public synchronized void done(String piece) {
        done++;
        if (bar != null) {
            bar.setExtraMessage(" " + piece);
            bar.step();
            return;
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        int left = pieces - done;
        stream.printf(
                Locale.ROOT,
                "%s: %d of %d, %s, %s%s%n",
                task,
                done,
                pieces,
                piece,
                Text.duration(seconds),
                left == 0 ? "" : ", about " + Text.duration(seconds / done * left) + " left");
    }

    /** Ends the bar, if there is one. */
    @Override
    public synchronized void close() {
        if (bar != null) {
            bar.close();
        }
    }
}
