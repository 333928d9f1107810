package io.github.otnn.examples;

import io.github.otnn.core.data.LabelledData;
import io.github.otnn.examples.dataset.DataCache;
import io.github.otnn.examples.dataset.FashionMnistFiles;
import io.github.otnn.examples.dataset.ImageSet;
import io.github.otnn.examples.dataset.MnistFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Option of programs that read public data sets: where they are on this machine. A mixin. */
public final class DataOptions {
    private final Map<String, String> environment;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = {
                "folder with the data sets, such as DIR/fashion-mnist (default: the environment variable OTNN_DATA);",
                "Fashion-MNIST is downloaded once if it is not there, and kept in the cache folder (OTNN_CACHE_DIR)"
            })
    private @Nullable Path data;

    /** Reads the environment of this process. */
    public DataOptions() {
        this(System.getenv());
    }

    DataOptions(Map<String, String> environment) {
        this.environment = environment;
    }

    /**
     * The files of Fashion-MNIST, downloaded if they are not on this machine yet.
     *
     * @throws IOException if they can neither be found nor downloaded, with what to do
     * @throws InterruptedException if the program is stopped meanwhile
     */
    public FashionMnistFiles fashionMnist() throws IOException, InterruptedException {
        return FashionMnistFiles.locate(data, fromEnvironment(), DataCache.ofUser(environment, System.err));
    }

    /**
     * Images of a data set.
     *
     * @throws IOException if they can neither be found nor downloaded, with what to do
     * @throws InterruptedException if the program is stopped meanwhile
     */
    public LabelledData images(ImageSet set, ImageSet.Split split) throws IOException, InterruptedException {
        return set.read(split, data, fromEnvironment(), DataCache.ofUser(environment, System.err));
    }

    /**
     * The files of MNIST, if they are on this machine.
     *
     * @throws IOException if the user named a folder without them
     */
    public Optional<MnistFiles> mnist() throws IOException {
        return MnistFiles.find(data, fromEnvironment());
    }

    private @Nullable Path fromEnvironment() {
        String inherited = environment.get("OTNN_DATA");
        return inherited == null || inherited.isBlank() ? null : Path.of(inherited);
    }
}
