package io.github.otnn.examples;

import io.github.otnn.core.io.ModelFile;
import io.github.otnn.core.onnx.OnnxExport;
import io.github.otnn.core.onnx.OnnxSettings;
import io.github.otnn.layers.LayerCatalog;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** Writes the network of a model file in another format. */
@Command(
        name = "export",
        description = "Writes a model file as an ONNX model, for other runtimes.",
        mixinStandardHelpOptions = true)
public final class ExportProgram implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec command;

    @Parameters(paramLabel = "MODEL", description = "a file such as out/koch/model.otnn")
    private Path model = Path.of("");

    @Option(names = "--onnx", paramLabel = "FILE", required = true, description = "the ONNX model to write")
    private Path onnx = Path.of("");

    @Option(
            names = "--layout",
            paramLabel = "ORDER",
            defaultValue = "nchw",
            converter = LayoutConverter.class,
            description = "axes of images in the ONNX model: nchw (default) or nhwc")
    private OnnxSettings.Layout layout = OnnxSettings.Layout.CHANNELS_FIRST;

    @Override
    public Integer call() throws Exception {
        ModelFile file = ModelFile.read(model, LayerCatalog.standard());
        OnnxExport.of(file, new OnnxSettings(layout)).write(onnx);
        Objects.requireNonNull(command)
                .commandLine()
                .getOut()
                .printf(
                        "%s: %s -> %s, %s, %d bytes%n",
                        onnx,
                        file.network().inputShape(),
                        file.network().architecture().outputShape(),
                        file.network().type(),
                        Files.size(onnx));
        return 0;
    }

    /** Reads the usual names of the two orders. */
    static final class LayoutConverter implements ITypeConverter<OnnxSettings.Layout> {
        @Override
        public OnnxSettings.Layout convert(String text) {
            return switch (text) {
                case "nchw" -> OnnxSettings.Layout.CHANNELS_FIRST;
                case "nhwc" -> OnnxSettings.Layout.CHANNELS_LAST;
                default -> throw new TypeConversionException("expected nchw or nhwc, got '" + text + "'");
            };
        }
    }
}
