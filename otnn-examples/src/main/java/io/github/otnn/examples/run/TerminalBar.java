package io.github.otnn.examples.run;

import java.io.PrintStream;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** The bar that every progress shows on a terminal. */
final class TerminalBar {
    private static final int LEAST_COLUMNS = 20;
    private static final int MILLISECONDS = 250;

    private TerminalBar() {}

    /** Begins a bar of {@code total} steps on a terminal of known width: the library would ask for it through native code. */
    static ProgressBar of(String task, long total, PrintStream stream, int columns) {
        return new ProgressBarBuilder()
                .setTaskName(task)
                .setInitialMax(total)
                .setStyle(ProgressBarStyle.ASCII)
                .setUpdateIntervalMillis(MILLISECONDS)
                .setConsumer(new ConsoleProgressBarConsumer(stream, Math.max(LEAST_COLUMNS, columns - 1)))
                .build();
    }
}
