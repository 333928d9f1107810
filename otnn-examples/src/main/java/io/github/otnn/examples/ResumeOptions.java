package io.github.otnn.examples;

import io.github.otnn.examples.run.StoredRun;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Whether a program goes on with a run that was stopped or killed. A mixin. */
public final class ResumeOptions {
    @Spec(Spec.Target.MIXEE)
    private @Nullable CommandSpec program;

    @Option(
            names = "--resume",
            description = {
                "go on with the run of the same folder that was stopped or killed, to the same results;",
                "without it the run begins anew"
            })
    private boolean resume;

    private double seconds = 60;

    @Option(
            names = "--checkpoint-seconds",
            paramLabel = "N",
            description = "most time between two checkpoints in DIR/checkpoints (default: 60)")
    private void setSeconds(double value) {
        if (!(value >= 0)) {
            throw new ParameterException(
                    Objects.requireNonNull(program).commandLine(),
                    "Invalid value for option '--checkpoint-seconds': expected 0 or more, got " + value);
        }
        seconds = value;
    }

    /**
     * Opens the checkpoints of a run.
     *
     * @param results folder of the run's results
     * @throws IOException if nothing can be written there
     */
    public StoredRun open(Path results) throws IOException {
        return StoredRun.in(results, seconds, resume, System.err);
    }
}
