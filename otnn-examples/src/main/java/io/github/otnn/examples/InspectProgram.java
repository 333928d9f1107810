package io.github.otnn.examples;

import io.github.otnn.core.io.FileSummary;
import io.github.otnn.layers.LayerCatalog;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Says what a model file or a checkpoint holds, after checking all of it. */
@Command(
        name = "inspect",
        description = "Shows a model file or checkpoint: layers, Lipschitz audit, where the weights come from.",
        mixinStandardHelpOptions = true)
public final class InspectProgram implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec command;

    @Parameters(paramLabel = "FILE", description = "a file such as out/koch/model.otnn")
    private Path file = Path.of("");

    @Override
    public Integer call() throws Exception {
        Objects.requireNonNull(command).commandLine().getOut().println(FileSummary.of(file, LayerCatalog.standard()));
        return 0;
    }
}
