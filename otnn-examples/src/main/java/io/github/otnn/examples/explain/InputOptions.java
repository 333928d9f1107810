package io.github.otnn.examples.explain;

import io.github.otnn.core.io.InputScale;
import io.github.otnn.core.tensor.Tensors;
import io.github.otnn.examples.SampleOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The model, and where the samples to explain come from: image files, places in a data set, or points. A mixin. */
final class InputOptions {
    private static final int IMAGES = 5;

    /** Reports are for people, and a picture has a row for each sample. */
    private static final int MOST = 200;

    @Spec(Spec.Target.MIXEE)
    private @Nullable CommandSpec program;

    @Mixin
    private final SampleOptions sampleOptions = new SampleOptions();

    @Parameters(index = "0", paramLabel = "MODEL", description = "model file, such as out/fashion-mnist/model.otnn")
    private Path file = Path.of("");

    @Parameters(index = "1..*", paramLabel = "FILE", description = "images to explain, PNG or JPEG")
    private List<Path> files = new ArrayList<>();

    @Option(
            names = "--points",
            paramLabel = "X,Y;...",
            description = "rows of features instead, for models of tables: \"0.3,0.1;0.2,0.5\"")
    private @Nullable String points;

    @Option(names = "--resize", description = "scale images of another size to what the model takes")
    private boolean resize;

    @Option(
            names = "--divide",
            paramLabel = "N",
            description = "divide pixels from 0 to 255 by N, where the model file says nothing or something wrong")
    private @Nullable Double divisor;

    /** The model file. */
    Path model() {
        return file;
    }

    /** From original values to the model's input. */
    PixelScale scale(StoredModel model) {
        if (divisor == null) {
            return new PixelScale(model.scale());
        }
        if (!(divisor > 0) || Double.isInfinite(divisor)) {
            throw misuse("Invalid value for option '--divide': expected a number above 0, got " + divisor);
        }
        return new PixelScale(InputScale.dividedBy(divisor));
    }

    /** Whether the scale of pixels is a guess. */
    boolean scaleIsGuessed(StoredModel model) {
        return divisor == null && model.takesImages() && model.scale().equals(InputScale.identity());
    }

    /**
     * Reads the samples.
     *
     * @throws IOException if a file or the data cannot be read
     * @throws InterruptedException if the program is stopped meanwhile
     * @throws IllegalArgumentException if the samples do not fit the model
     */
    Samples read(StoredModel model) throws IOException, InterruptedException {
        int kinds = (files.isEmpty() ? 0 : 1) + (points == null ? 0 : 1) + (sampleOptions.given() ? 1 : 0);
        if (kinds > 1) {
            throw misuse("Expected image files, --points, or --indices and --images; got several of them");
        }
        Samples samples = points != null ? fromPoints(model, points) : images(model);
        if (samples.count() > MOST) {
            throw misuse("Expected at most " + MOST + " samples in one report, got " + samples.count());
        }
        return samples;
    }

    private Samples images(StoredModel model) throws IOException, InterruptedException {
        if (!model.takesImages()) {
            throw new IllegalArgumentException(
                    model.file() + " takes " + model.input() + ", not images; give rows of features with --points");
        }
        return files.isEmpty() ? fromSet(model) : fromFiles(model);
    }

    private Samples fromFiles(StoredModel model) throws IOException {
        int length = Math.toIntExact(model.input().length());
        double[] pixels = new double[length * files.size()];
        List<String> names = new ArrayList<>();
        for (Path file : files) {
            double[] one = new ImageFile(file, model.input(), resize).pixels();
            System.arraycopy(one, 0, pixels, length * names.size(), length);
            names.add(String.valueOf(file.getFileName()));
        }
        return new Samples(scale(model).toInput(pixels, names.size(), model.input()), names, null);
    }

    private Samples fromSet(StoredModel model) throws IOException, InterruptedException {
        SampleOptions.Chosen chosen =
                sampleOptions.choose(IMAGES, model.model().description().classNames(), model.input());
        PixelScale scale = scale(model);
        INDArray inputs = chosen.data().features();
        if (!scale.scale().equals(InputScale.dividedBy(255))) {
            double[] pixels = Arrays.stream(Tensors.toDoubles(inputs))
                    .map(value -> Math.rint(value * 255))
                    .toArray();
            inputs = scale.toInput(pixels, chosen.places().length, model.input());
        }
        String set = chosen.set().title();
        List<String> names = Arrays.stream(chosen.places())
                .mapToObj(place -> set + " " + place)
                .toList();
        return new Samples(inputs, names, chosen.data().classIndices());
    }

    private Samples fromPoints(StoredModel model, String text) {
        if (model.input().rank() != 1) {
            throw new IllegalArgumentException(
                    "--points: " + model.file() + " takes " + model.input() + ", not rows of features");
        }
        int features = Math.toIntExact(model.input().length());
        List<String> rows = Arrays.stream(text.split(";")).map(String::strip).toList();
        double[] values = new double[rows.size() * features];
        for (int i = 0; i < rows.size(); i++) {
            String[] numbers = rows.get(i).split(",");
            if (numbers.length != features) {
                throw misuse("Invalid value for option '--points': expected " + features + " numbers in each row, got '"
                        + rows.get(i) + "'");
            }
            for (int f = 0; f < features; f++) {
                values[i * features + f] = finite(numbers[f].strip());
            }
        }
        return new Samples(scale(model).toInput(values, rows.size(), model.input()), rows, null);
    }

    private double finite(String text) {
        try {
            double value = Double.parseDouble(text);
            if (Double.isFinite((float) value)) {
                return value;
            }
        } catch (NumberFormatException noNumber) {
            // told below, like NaN and infinity
        }
        throw misuse("Invalid value for option '--points': expected finite numbers, got '" + text + "'");
    }

    private ParameterException misuse(String message) {
        return new ParameterException(
                Objects.requireNonNull(program, "a mixin of a picocli command").commandLine(), message);
    }
}
