package io.github.otnn.examples;

import io.github.otnn.examples.run.PieceProgress;
import io.github.otnn.examples.run.TrainingProgress;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** Options of every program that trains: those of all programs, and the number of epochs. A mixin. */
public final class CommonOptions extends RunOptions {
    private @Nullable Integer epochs;

    @Option(names = "--epochs", paramLabel = "N", description = "passes over the training data")
    private void setEpochs(int count) {
        if (count < 1) {
            throw new ParameterException(
                    program().commandLine(), "Invalid value for option '--epochs': expected 1 or more, got " + count);
        }
        epochs = count;
    }

    /** Passes over the training data: what the user said, or the program's own number. */
    public int epochs(int ofProgram) {
        return epochs != null ? epochs : ofProgram;
    }

    /** Shows a training run on the error stream, and lets the user end it. */
    public TrainingProgress progress(String task) {
        return new TrainingProgress(task, System.err, columns(), stopSignal());
    }

    /** Shows on the error stream how many of several pieces of work are done. */
    public PieceProgress pieceProgress(String task, int pieces) {
        return new PieceProgress(task, pieces, System.err, columns());
    }
}
