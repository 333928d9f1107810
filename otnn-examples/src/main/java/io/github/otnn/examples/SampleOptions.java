package io.github.otnn.examples;

import io.github.otnn.core.Shape;
import io.github.otnn.core.data.LabelledData;
import io.github.otnn.examples.dataset.ImageSet;
import java.io.IOException;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** Which samples of a public data set a program looks at. A mixin. */
public final class SampleOptions {
    @Spec(Spec.Target.MIXEE)
    private @Nullable CommandSpec program;

    @Mixin
    private final DataOptions dataOptions = new DataOptions();

    @Option(
            names = "--set",
            paramLabel = "NAME",
            converter = SetNames.class,
            completionCandidates = SetNames.class,
            description = {
                "data set (default: the one with the model's class names), one of",
                "${COMPLETION-CANDIDATES}"
            })
    private @Nullable ImageSet set;

    @Option(
            names = "--split",
            paramLabel = "NAME",
            defaultValue = "test",
            description = "part of the data set, test or train (default: ${DEFAULT-VALUE})")
    private ImageSet.Split split = ImageSet.Split.TEST;

    @Option(names = "--indices", paramLabel = "N", split = ",", description = "samples by their place: 0,1,17")
    private int @Nullable [] indices;

    private @Nullable Integer images;

    @Option(names = "--images", paramLabel = "N", description = "the first N samples instead")
    private void setImages(int count) {
        if (count < 1) {
            throw new ParameterException(
                    command().commandLine(), "Invalid value for option '--images': expected 1 or more, got " + count);
        }
        images = count;
    }

    /** Samples with their places in the data set. */
    public record Chosen(ImageSet set, ImageSet.Split split, int[] places, LabelledData data) {}

    /** Whether the user has named samples. */
    public boolean given() {
        return indices != null || images != null;
    }

    /**
     * Reads the samples.
     *
     * @param ofProgram number of samples if the user names none
     * @param classNames of the model, which tell the data set if the user does not
     * @param input shape that the model takes
     * @throws IOException if the data cannot be found or read
     * @throws InterruptedException if the program is stopped meanwhile
     * @throws IllegalArgumentException if the samples do not fit the model, or an index is outside the data set
     */
    public Chosen choose(int ofProgram, List<String> classNames, Shape input) throws IOException, InterruptedException {
        if (indices != null && images != null) {
            throw new ParameterException(command().commandLine(), "Expected --indices or --images, got both");
        }
        ImageSet chosen = set != null ? set : setOf(classNames);
        LabelledData data = dataOptions.images(chosen, split);
        if (!data.featureShape().equals(input)) {
            throw new IllegalArgumentException(
                    "the model takes " + input + ", an image of " + chosen.title() + " is " + data.featureShape());
        }
        int[] places = indices != null
                ? indices
                : IntStream.range(0, Math.min(data.size(), images != null ? images : ofProgram))
                        .toArray();
        for (int place : places) {
            if (place < 0 || place >= data.size()) {
                throw new IllegalArgumentException("--indices: " + place + " is outside the " + data.size()
                        + " samples 0.." + (data.size() - 1) + " of " + chosen.title());
            }
        }
        return new Chosen(chosen, split, places, data.subset(places));
    }

    private static ImageSet setOf(List<String> classNames) {
        return Arrays.stream(ImageSet.values())
                .filter(each -> each.classNames().equals(classNames))
                .findFirst()
                .orElse(ImageSet.FASHION_MNIST);
    }

    private CommandSpec command() {
        return Objects.requireNonNull(program, "SampleOptions is a mixin of a picocli command");
    }

    /** Names of the data sets. */
    public static final class SetNames implements ITypeConverter<ImageSet>, Iterable<String> {
        private static List<String> names() {
            return Arrays.stream(ImageSet.values()).map(ImageSet::title).toList();
        }

        @Override
        public ImageSet convert(String text) {
            return Arrays.stream(ImageSet.values())
                    .filter(each -> each.title().equals(text))
                    .findFirst()
                    .orElseThrow(() -> new TypeConversionException(
                            "expected one of " + String.join(", ", names()) + ", got '" + text + "'"));
        }

        @Override
        public Iterator<String> iterator() {
            return names().iterator();
        }
    }
}
