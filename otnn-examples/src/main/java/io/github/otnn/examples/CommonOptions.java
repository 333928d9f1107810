package io.github.otnn.examples;

import io.github.otnn.examples.run.RunFolder;
import io.github.otnn.examples.run.StopSignal;
import io.github.otnn.examples.run.TrainingProgress;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Options that every program has, and what follows from them: where its results go, its progress, its end. A mixin. */
public final class CommonOptions {
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

    private @Nullable Integer epochs;

    @Option(names = "--epochs", paramLabel = "N", description = "passes over the training data")
    private void setEpochs(int count) {
        if (count < 1) {
            throw new ParameterException(
                    program().commandLine(), "Invalid value for option '--epochs': expected 1 or more, got " + count);
        }
        epochs = count;
    }

    /** Folder of the results. */
    public Path out() {
        return out != null ? out : Path.of("out", program().name());
    }

    /** Seed of everything random. */
    public long seed() {
        return seed;
    }

    /** Passes over the training data: what the user said, or the program's own number. */
    public int epochs(int ofProgram) {
        return epochs != null ? epochs : ofProgram;
    }

    /**
     * Opens the folder of the results.
     *
     * @throws IOException if nothing can be written there
     */
    public RunFolder openFolder() throws IOException {
        return RunFolder.open(out(), stopSignal());
    }

    /** Shows a training run on the error stream, and lets the user end it. */
    public TrainingProgress progress(String task) {
        return new TrainingProgress(
                task, System.err, Integer.getInteger(OtnnPrograms.TERMINAL_COLUMNS, 0), stopSignal());
    }

    /** Whether the user wants the program to end. */
    public StopSignal stopSignal() {
        return ((OtnnPrograms) program().root().userObject()).stopSignal();
    }

    /** Prints a line of results on the output stream. */
    public void print(String line) {
        program().commandLine().getOut().println(line);
    }

    /** Settings for the report, to be completed by the program: its name and the seed. */
    public Map<String, Object> settings() {
        Map<String, Object> settings = new LinkedHashMap<>();
        settings.put("program", program().name());
        settings.put("seed", seed);
        return settings;
    }

    private CommandSpec program() {
        return Objects.requireNonNull(program, "CommonOptions is a mixin of a picocli command");
    }
}
