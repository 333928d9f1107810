package io.github.otnn.examples;

import io.github.otnn.examples.run.RunFolder;
import io.github.otnn.examples.run.StopSignal;
import io.github.otnn.examples.run.WorkProgress;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * Options of every program that makes results, and what follows from them: where results go, progress, the end. A mixin.
 * Programs that train take {@link CommonOptions}.
 */
public class RunOptions {
    @Spec(Spec.Target.MIXEE)
    private @Nullable CommandSpec program;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "folder for the results, created if it is missing (default: out/PROGRAM)")
    private @Nullable Path out;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "7",
            description = "seed of everything random; the same seed gives the same results (default: ${DEFAULT-VALUE})")
    private long seed;

    /** Folder of the results. */
    public Path out() {
        return out != null ? out : Path.of("out", program().name());
    }

    /** Seed of everything random. */
    public long seed() {
        return seed;
    }

    /**
     * Opens the folder of the results.
     *
     * @throws IOException if nothing can be written there
     */
    public RunFolder openFolder() throws IOException {
        return RunFolder.open(out(), stopSignal());
    }

    /** Shows on the error stream how far some work is, and lets the user end it. */
    public WorkProgress work(String task) {
        return new WorkProgress(task, System.err, columns(), stopSignal());
    }

    /** Whether the user wants the program to end. */
    public StopSignal stopSignal() {
        return ((OtnnPrograms) program().root().userObject()).stopSignal();
    }

    /** Prints a line of results on the output stream. */
    public void print(String line) {
        program().commandLine().getOut().println(line);
    }

    /** Prints a remark on the error stream. */
    public void remark(String line) {
        program().commandLine().getErr().println(line);
    }

    /** Settings for the report, to be completed by the program: its name and the seed. */
    public Map<String, Object> settings() {
        Map<String, Object> settings = new LinkedHashMap<>();
        settings.put("program", program().name());
        settings.put("seed", seed);
        return settings;
    }

    /** Width of the terminal that the error stream is, 0 if it is none. */
    static int columns() {
        return Integer.getInteger(OtnnPrograms.TERMINAL_COLUMNS, 0);
    }

    CommandSpec program() {
        return Objects.requireNonNull(program, "RunOptions is a mixin of a picocli command");
    }
}
