package io.github.otnn.examples.explain;

import io.github.otnn.core.io.InputScale;
import io.github.otnn.examples.RunOptions;
import io.github.otnn.examples.run.HtmlReport;
import io.github.otnn.examples.run.Metrics;
import io.github.otnn.examples.run.RunFolder;
import io.github.otnn.examples.run.WorkProgress;
import io.github.otnn.xai.feature.FeatureVisualisation;
import io.github.otnn.xai.picture.PngFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Draws what a stored model would like to see for each of its classes, without any image of the data. */
@Command(
        name = "features",
        description = "Climbs from grey and from noise to what each class of a model file likes best (Fig. 1d of arXiv"
                + " 2206.06854).",
        mixinStandardHelpOptions = true,
        footer = {"", "otnn features out/fashion-mnist/model.otnn --beside out/twin/model.otnn"})
public final class FeaturesProgram implements Callable<Integer> {
    private static final int BATCH = 64;
    private static final int MOST_CLASSES = 50;

    @Spec
    private @Nullable CommandSpec command;

    @Mixin
    private final RunOptions options = new RunOptions();

    @Parameters(paramLabel = "MODEL", description = "model file, such as out/fashion-mnist/model.otnn")
    private Path file = Path.of("");

    @Option(names = "--beside", paramLabel = "MODEL", description = "second model, its images shown below the first's")
    private @Nullable Path other;

    @Option(
            names = "--radius",
            paramLabel = "R",
            description =
                    "how far to go, L2 in input units (default: a quarter of the way from grey to black or white)")
    private @Nullable Double radius;

    @Option(
            names = "--steps",
            paramLabel = "N",
            defaultValue = "200",
            description = "steps of the ascent, of a 50th of the radius each (default: ${DEFAULT-VALUE})")
    private int steps;

    @Option(
            names = "--divide",
            paramLabel = "N",
            description = "divide pixels from 0 to 255 by N, where the model file says nothing or something wrong")
    private @Nullable Double divisor;

    @Override
    public Integer call() throws Exception {
        long start = System.nanoTime();
        requireSettings();
        List<StoredModel> models = new ArrayList<>(List.of(imageModel(StoredModel.read(file))));
        if (other != null) {
            models.add(ExplainProgram.alike(StoredModel.read(other), models.get(0)));
        }
        PixelScale pixels = new PixelScale(divisor == null ? models.get(0).scale() : InputScale.dividedBy(divisor));
        double reach = radius != null ? radius : LikedImages.quarterReach(models.get(0), pixels);
        FeatureVisualisation ascent = new FeatureVisualisation(steps, reach / 50, reach, pixels, BATCH);
        try (RunFolder folder = options.openFolder();
                WorkProgress progress = options.work("features")) {
            List<LikedImages> liked = new ArrayList<>();
            for (StoredModel model : models) {
                for (LikedImages.Start from : LikedImages.Start.values()) {
                    liked.add(LikedImages.of(model, from, ascent, pixels, options.seed(), progress));
                }
            }
            publish(folder, liked, pixels, ascent, start);
            options.print(liked.stream().map(LikedImages::summary).collect(Collectors.joining("\n")) + "\nreport: "
                    + folder.path().resolve(RunFolder.REPORT));
        }
        return 0;
    }

    private void publish(
            RunFolder folder, List<LikedImages> liked, PixelScale pixels, FeatureVisualisation ascent, long start)
            throws Exception {
        Map<String, Object> settings = options.settings();
        settings.put("model", file);
        if (other != null) {
            settings.put("model beside", other);
        }
        settings.put("ascent", ascent.describe());
        Map<String, String> parameters = new TreeMap<>();
        settings.forEach((name, value) -> parameters.put(name, String.valueOf(value)));
        Path picture = folder.file("features.png");
        PngFile.write(LikedImages.picture(liked, pixels), picture, parameters);
        Files.writeString(folder.file("features.csv"), LikedImages.csv(liked));
        Metrics metrics = new Metrics();
        for (int i = 0; i < liked.size(); i++) {
            int number = 1 + i / LikedImages.Start.values().length;
            liked.get(i)
                    .put(
                            metrics,
                            (number == 1 ? "" : "beside_")
                                    + liked.get(i).start().title());
        }
        metrics.put("seconds", (System.nanoTime() - start) / 1e9, "wall time of the whole program, s");
        HtmlReport page = new HtmlReport(
                        "What classes look like to a model",
                        "Ascent of each logit from grey and from noise, within a ball around the start. No regulariser and no"
                                + " prior: what can be recognised comes from the model alone.")
                .numbers(metrics)
                .picture(Files.readAllBytes(picture), LikedImages.CAPTION)
                .settings(settings);
        folder.publish(metrics, page);
    }

    private static StoredModel imageModel(StoredModel model) {
        if (!model.takesImages() || model.outputs() < 2 || model.outputs() > MOST_CLASSES) {
            throw new IllegalArgumentException(model.file() + ": expected a model of images with 2 to " + MOST_CLASSES
                    + " classes, it takes " + model.input() + " and gives " + model.outputs() + " outputs");
        }
        return model;
    }

    private void requireSettings() {
        require("--radius", radius);
        require("--divide", divisor);
        if (steps < 1) {
            throw misuse("Invalid value for option '--steps': expected 1 or more, got " + steps);
        }
    }

    private void require(String option, @Nullable Double value) {
        if (value != null && !(value > 0 && value < Double.POSITIVE_INFINITY)) {
            throw misuse("Invalid value for option '" + option + "': expected a number above 0, got " + value);
        }
    }

    private ParameterException misuse(String message) {
        return new ParameterException(Objects.requireNonNull(command).commandLine(), message);
    }
}
