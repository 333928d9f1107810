package io.github.otnn.examples.evaluation;

import io.github.otnn.core.data.LabelledData;
import io.github.otnn.examples.CommonOptions;
import io.github.otnn.examples.DataOptions;
import io.github.otnn.examples.ThreadOptions;
import io.github.otnn.examples.dataset.FashionMnistFiles;
import io.github.otnn.examples.fashion.FashionImages;
import io.github.otnn.examples.run.HtmlReport;
import io.github.otnn.examples.run.Metrics;
import io.github.otnn.examples.run.PieceProgress;
import io.github.otnn.examples.run.RunFolder;
import io.github.otnn.examples.twin.Claim;
import io.github.otnn.examples.twin.TwinTraining;
import io.github.otnn.examples.twin.TwinTraining.Kind;
import io.github.otnn.layers.LayerCatalog;
import io.github.otnn.xai.picture.PngFile;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * Trains, or reads, a 1-Lipschitz network and its unconstrained twin for Fashion-MNIST, measures attribution methods on both,
 * and holds the paper's statements against the numbers.
 */
@Command(
        name = "xai-report",
        description =
                "Measures attribution methods on a 1-Lipschitz network and its unconstrained twin (Tables 1, 8 and 9 of "
                        + "arXiv 2206.06854).",
        mixinStandardHelpOptions = true)
public final class XaiReportProgram implements Callable<Integer> {
    private static final int EPOCHS = 10;
    private static final int BATCH = 128;
    private static final double PEAK_RATE = 2e-3;

    @Spec
    private @Nullable CommandSpec command;

    @Mixin
    private final CommonOptions options = new CommonOptions();

    @Mixin
    private final DataOptions dataOptions = new DataOptions();

    @Mixin
    private final ThreadOptions threadOptions = new ThreadOptions();

    @Mixin
    private final OtnnLossOptions lossOptions = new OtnnLossOptions();

    @Option(
            names = "--images",
            paramLabel = "N",
            defaultValue = "500",
            description = "test images to explain, the first ones (default: ${DEFAULT-VALUE})")
    private int images;

    @Option(
            names = "--seeds",
            paramLabel = "N",
            split = ",",
            defaultValue = "7,8",
            description = {
                "seeds of the networks, a pair of twins for each (default: ${DEFAULT-VALUE});",
                "--seed is that of noise, masks and baselines"
            })
    private List<Long> seeds = List.of();

    @Option(
            names = "--methods",
            paramLabel = "NAME",
            split = ",",
            description = {"methods to measure (default: all), of", "${COMPLETION-CANDIDATES}"})
    private List<Method> methods = List.of(Method.values());

    @Option(
            names = "--model",
            paramLabel = "FILE",
            description = "1-Lipschitz network to measure instead of training one; needs --twin")
    private @Nullable Path model;

    @Option(
            names = "--twin",
            paramLabel = "FILE",
            description = "unconstrained network to compare it with; needs --model")
    private @Nullable Path twin;

    @Override
    public Integer call() throws Exception {
        long start = System.nanoTime();
        requireOptions();
        Plan plan = Plan.of(orderedMethods(), images, options.seed());
        try (RunFolder folder = options.openFolder()) {
            FashionMnistFiles files = dataOptions.fashionMnist();
            LabelledData test = FashionImages.test(files);
            if (images > test.size()) {
                throw new IOException("--images: expected at most the " + test.size() + " test images, got " + images);
            }
            List<Twin> twins = twins(files);
            LabelledData explained = test.range(0, images);
            Evaluation evaluation = new Evaluation(plan, explained, threadOptions.count(), options.stopSignal());
            Findings findings;
            try (PieceProgress progress = options.pieceProgress("measuring", evaluation.pieces(twins))) {
                findings = evaluation.run(twins, progress);
            }
            List<Claim> claims = new ReportClaims(findings).all();
            Metrics metrics = accuracies(twins, test);
            Claim.put(claims, metrics);
            findings.put(metrics);
            Metrics shown = accuracies(twins, test);
            for (Metrics each : List.of(metrics, shown)) {
                each.put("seconds", (System.nanoTime() - start) / 1e9, "wall time of the whole program, s");
            }
            for (Twin each : twins) {
                each.model().write(folder.file(each.fileName()), LayerCatalog.standard());
            }
            Files.writeString(folder.file("findings.csv"), findings.csv());
            Files.writeString(folder.file("curves.csv"), findings.curvesCsv());
            Map<String, BufferedImage> pictures = pictures(new ReportPictures(plan, findings), twins, explained);
            for (Map.Entry<String, BufferedImage> picture : pictures.entrySet()) {
                PngFile.write(picture.getValue(), folder.file(picture.getKey() + ".png"));
            }
            folder.publish(metrics, html(plan, findings, claims, shown, pictures));
            options.print(Claim.lines(claims) + "report: " + folder.path().resolve(RunFolder.REPORT));
        }
        return 0;
    }

    private void requireOptions() {
        if (images < 1) {
            throw misused("--images", "1 or more", images);
        }
        if (seeds.stream().distinct().count() != seeds.size()) {
            throw misused("--seeds", "different numbers", seeds);
        }
        if ((model == null) != (twin == null)) {
            throw new ParameterException(
                    Objects.requireNonNull(command).commandLine(),
                    "Expected --model and --twin together, got only " + (model == null ? "--twin" : "--model"));
        }
    }

    private ParameterException misused(String option, String expected, Object got) {
        return new ParameterException(
                Objects.requireNonNull(command).commandLine(),
                "Invalid value for option '" + option + "': expected " + expected + ", got " + got);
    }

    /** Each once, in the order of the tables. */
    private List<Method> orderedMethods() {
        return Arrays.stream(Method.values()).filter(methods::contains).toList();
    }

    private List<Twin> twins(FashionMnistFiles files) throws IOException {
        if (model != null && twin != null) {
            return TwinModels.read(model, twin, options.seed());
        }
        return TwinModels.train(training(), lossOptions.loss(), FashionImages.training(files), seeds);
    }

    private TwinTraining training() {
        return new TwinTraining(options, options.epochs(EPOCHS), BATCH, PEAK_RATE, threadOptions.count());
    }

    private static Metrics accuracies(List<Twin> twins, LabelledData test) {
        Metrics metrics = new Metrics();
        for (Twin each : twins) {
            metrics.put(
                    each.kind().key() + "_accuracy_seed_"
                            + Long.toString(each.seed()).replace('-', 'm'),
                    each.accuracy(test),
                    "share of all test images that this network classifies rightly");
        }
        return metrics;
    }

    private static Map<String, BufferedImage> pictures(ReportPictures pictures, List<Twin> twins, LabelledData images) {
        Map<String, BufferedImage> all = new LinkedHashMap<>();
        for (Twin each : twins.subList(0, Kind.values().length)) {
            all.put("maps-" + each.kind().key(), pictures.maps(each, images));
        }
        for (Measure measure : List.of(Measure.DELETION_ZERO, Measure.INSERTION_ZERO)) {
            for (Kind kind : Kind.values()) {
                String name = measure == Measure.DELETION_ZERO ? "deletion-" : "insertion-";
                all.put(name + kind.key(), pictures.curves(kind, measure));
            }
        }
        return all;
    }

    private HtmlReport html(
            Plan plan, Findings findings, List<Claim> claims, Metrics shown, Map<String, BufferedImage> pictures) {
        Map<String, Object> settings = options.settings();
        if (model != null && twin != null) {
            settings.put("networks", model + " and " + twin);
        } else {
            settings.put(
                    "seeds of the networks", seeds.stream().map(String::valueOf).collect(Collectors.joining(", ")));
            training().describe(settings);
            TwinModels.describe(lossOptions.loss(), settings);
        }
        plan.describe(settings);
        HtmlReport report = new HtmlReport(
                "Explanations of a 1-Lipschitz network and of its unconstrained twin",
                "Attribution methods on Fashion-MNIST, measured on both networks. The statements of the paper are"
                        + " held against the numbers; those that fail stay in the list.");
        Claim.addTo(report, claims);
        new ReportTables(findings).addTo(report);
        report.section("Maps")
                .picture(
                        Objects.requireNonNull(pictures.get("maps-otnn")),
                        "The first test images, the class that the network predicts, and its maps: dark is large, green is for the class, red against it.")
                .picture(
                        Objects.requireNonNull(pictures.get("maps-unconstrained")),
                        "The same for the unconstrained network.")
                .section("Curves");
        pictures.forEach((name, picture) -> {
            if (!name.startsWith("maps")) {
                report.picture(picture, "Mean over the images, first seed.");
            }
        });
        List<String> unusual = findings.unusual();
        if (!unusual.isEmpty()) {
            report.section("Images that need a second look").preformatted(String.join("\n", unusual));
        }
        return report.numbers(shown).settings(settings);
    }
}
