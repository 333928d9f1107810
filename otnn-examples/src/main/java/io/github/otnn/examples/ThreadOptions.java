package io.github.otnn.examples;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** How many threads a program trains on. A mixin. */
public final class ThreadOptions {
    private static final int MOST = 128;

    @Spec(Spec.Target.MIXEE)
    private @Nullable CommandSpec program;

    private int count = 2;

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "threads to work on; the same seed and number of threads give the same results (default: 2)")
    private void setCount(int threads) {
        if (threads < 1 || threads > MOST) {
            throw new ParameterException(
                    Objects.requireNonNull(program).commandLine(),
                    "Invalid value for option '--threads': expected 1 to " + MOST + ", got " + threads);
        }
        count = threads;
    }

    /** Number of threads, the caller's included. */
    public int count() {
        return count;
    }
}
