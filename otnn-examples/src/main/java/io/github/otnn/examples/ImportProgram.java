package io.github.otnn.examples;

import io.github.otnn.core.Shape;
import io.github.otnn.core.io.ModelDescription;
import io.github.otnn.core.io.ModelFile;
import io.github.otnn.core.io.WeightFile;
import io.github.otnn.core.network.Architecture;
import io.github.otnn.core.network.CondensedNetwork;
import io.github.otnn.core.tensor.Tensors;
import io.github.otnn.layers.LayerCatalog;
import io.github.otnn.layers.architecture.ArchitectureOptions;
import io.github.otnn.layers.pytorch.PyTorchImport;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** Makes a model file of weights that were trained in PyTorch, and proves their Lipschitz bound. */
@Command(
        name = "import",
        description = "Makes a model file of PyTorch or deel-torchlip weights, and shows the bounds they really have.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "docs/pytorch.md says how to write such a file, and which layers match.",
            "Networks of other architectures are imported from Java: PyTorchImport.read."
        })
public final class ImportProgram implements Callable<Integer> {
    private static final String INPUTS = "inputs";
    private static final String LOGITS = "logits";
    private static final int BATCH = 256;

    /** float32 in two libraries: largest difference, by the size of the largest logit or 1. */
    private static final double AGREEMENT = 1e-5;

    @Spec
    private @Nullable CommandSpec command;

    @Parameters(paramLabel = "FILE", description = "safetensors or npz, with the names of a state_dict")
    private Path file = Path.of("");

    @Option(names = "--architecture", required = true, paramLabel = "NAME", description = "${COMPLETION-CANDIDATES}")
    private ReadyArchitecture architecture = ReadyArchitecture.SMALL_CNN;

    @Option(
            names = "--input",
            required = true,
            paramLabel = "SHAPE",
            converter = ShapeConverter.class,
            description = "sizes of one sample, height x width x channels: 28x28x1, or 2")
    private Shape input = Shape.of(1);

    @Option(names = "--outputs", required = true, paramLabel = "N", description = "number of logits")
    private int outputs;

    @Option(
            names = "--width-factor",
            paramLabel = "X",
            defaultValue = "1",
            description = "factor of every hidden width (default: ${DEFAULT-VALUE})")
    private double widthFactor;

    @Option(names = "--unconstrained", description = "the ordinary network of the same widths")
    private boolean unconstrained;

    @Option(
            names = "--map",
            paramLabel = "OURS=THEIRS",
            description = "module of the file for a layer, such as conv1=features.0; once for each layer with weights,"
                    + " where the names do not tell their order")
    private Map<String, String> names = new LinkedHashMap<>();

    @Option(
            names = "--check",
            paramLabel = "NPZ",
            description = "file with arrays '" + INPUTS + "', as PyTorch has them, and '" + LOGITS
                    + "': fails where the logits differ")
    private @Nullable Path reference;

    @Option(names = "--out", paramLabel = "FILE", description = "model file to write")
    private @Nullable Path out;

    @Override
    public Integer call() throws Exception {
        PrintWriter text = Objects.requireNonNull(command).commandLine().getOut();
        ArchitectureOptions options = ArchitectureOptions.outputs(outputs).withWidthFactor(widthFactor);
        Architecture layers =
                unconstrained ? architecture.unconstrained(input, options) : architecture.lipschitz(input, options);
        PyTorchImport imported = PyTorchImport.read(file, layers, names);
        imported.sources().forEach((ours, theirs) -> text.println(ours + " <- " + theirs));
        text.println();
        text.print(imported.audit().describe());
        if (reference != null) {
            text.println(check(imported.network(), reference));
        }
        if (out != null) {
            ModelFile.of(imported.network(), ModelDescription.none()).write(out, LayerCatalog.standard());
            text.println("written: " + out);
        }
        text.flush();
        return 0;
    }

    private static String check(CondensedNetwork network, Path reference) throws IOException {
        try (WeightFile file = WeightFile.read(reference)) {
            double[] expected = Tensors.toDoubles(array(file, LOGITS, reference));
            INDArray inputs = PyTorchImport.channelsLast(array(file, INPUTS, reference));
            double[] actual = Tensors.toDoubles(network.predict(inputs, BATCH));
            if (actual.length != expected.length) {
                throw new IllegalArgumentException(reference + ": expected " + actual.length + " logits for "
                        + inputs.size(0) + " inputs, got " + expected.length);
            }
            double largest = 0;
            for (int i = 0; i < actual.length; i++) {
                largest = Math.max(largest, Math.abs(actual[i] - expected[i]));
            }
            double size =
                    Math.max(1, Arrays.stream(expected).map(Math::abs).max().orElse(0));
            String found =
                    String.format(Locale.ROOT, "logits of %d inputs differ by at most %.1e", inputs.size(0), largest);
            // also where a logit of the file is NaN
            if (!(largest <= AGREEMENT * size)) {
                throw new IllegalArgumentException(reference + ": " + found
                        + String.format(
                                Locale.ROOT,
                                ", expected %.1e; strides, paddings or activations are others",
                                AGREEMENT * size));
            }
            return found;
        }
    }

    private static INDArray array(WeightFile file, String name, Path path) {
        INDArray array = file.arrays().get(name);
        if (array == null) {
            throw new IllegalArgumentException(path + ": expected arrays '" + INPUTS + "' and '" + LOGITS + "', got "
                    + file.arrays().keySet());
        }
        return array;
    }

    /** Reads {@code 28x28x1}. */
    static final class ShapeConverter implements ITypeConverter<Shape> {
        @Override
        public Shape convert(String text) {
            if (!text.matches("[1-9][0-9]{0,8}(x[1-9][0-9]{0,8}){0,7}")) {
                throw new TypeConversionException("expected sizes such as 28x28x1, got '" + text + "'");
            }
            return Shape.of(
                    Arrays.stream(text.split("x")).mapToLong(Long::parseLong).toArray());
        }
    }
}
