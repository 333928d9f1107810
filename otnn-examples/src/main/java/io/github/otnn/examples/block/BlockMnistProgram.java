package io.github.otnn.examples.block;

import io.github.otnn.core.Shape;
import io.github.otnn.core.certify.Certificates;
import io.github.otnn.core.certify.Certifier;
import io.github.otnn.core.data.BlockMnist;
import io.github.otnn.core.data.LabelledData;
import io.github.otnn.core.io.ModelFile;
import io.github.otnn.core.network.CondensedNetwork;
import io.github.otnn.core.tensor.Tensors;
import io.github.otnn.examples.CommonOptions;
import io.github.otnn.examples.DataOptions;
import io.github.otnn.examples.ThreadOptions;
import io.github.otnn.examples.run.HtmlReport;
import io.github.otnn.examples.run.Metrics;
import io.github.otnn.examples.run.RunFolder;
import io.github.otnn.examples.twin.Claim;
import io.github.otnn.examples.twin.TwinTraining;
import io.github.otnn.layers.LayerCatalog;
import io.github.otnn.layers.architecture.ArchitectureOptions;
import io.github.otnn.layers.architecture.BlockMnistMlp;
import io.github.otnn.loss.BinaryHkr;
import io.github.otnn.loss.NamedLoss;
import io.github.otnn.loss.TauBinaryCrossEntropy;
import io.github.otnn.xai.Score;
import io.github.otnn.xai.attribution.ChannelReduction;
import io.github.otnn.xai.attribution.Saliency;
import io.github.otnn.xai.picture.ColourMap;
import io.github.otnn.xai.picture.HeatMap;
import io.github.otnn.xai.picture.ImageGrid;
import io.github.otnn.xai.picture.PngFile;
import io.github.otnn.xai.picture.SampleImage;
import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * Trains a 1-Lipschitz network and its unconstrained twin on images half of which says nothing, and measures how much of their
 * gradients points at that half.
 */
@Command(
        name = "block-mnist",
        description = "Shows which of two networks looks at blocks that say nothing (Fig. 7 of arXiv 2206.06854).",
        mixinStandardHelpOptions = true)
public final class BlockMnistProgram implements Callable<Integer> {
    private static final int EPOCHS = 10;
    private static final int BATCH = 128;
    private static final double PEAK_RATE = 2e-3;
    private static final int PREDICTION_BATCH = 250;
    private static final int PICTURES = 10;
    private static final int PIXEL = 2;

    @Spec
    private @Nullable CommandSpec command;

    @Mixin
    private final CommonOptions options = new CommonOptions();

    @Mixin
    private final DataOptions dataOptions = new DataOptions();

    @Mixin
    private final ThreadOptions threadOptions = new ThreadOptions();

    @Option(
            names = "--samples",
            paramLabel = "N",
            defaultValue = "1000",
            description = "test images to explain, at most as many as there are (default: ${DEFAULT-VALUE})")
    private int samples;

    @Option(
            names = "--order",
            paramLabel = "NAME",
            defaultValue = "RANDOM",
            description = {"which block is on top (default: ${DEFAULT-VALUE}), one of", "${COMPLETION-CANDIDATES}"})
    private BlockMnist.Order order = BlockMnist.Order.RANDOM;

    @Option(
            names = "--lambda",
            paramLabel = "X",
            defaultValue = "10",
            description = "weight of the hinge in the hKR loss (default: ${DEFAULT-VALUE})")
    private double lambda;

    @Option(
            names = "--margin",
            paramLabel = "X",
            defaultValue = "1",
            description = "margin of the hinge, pixels in [0, 1] (default: ${DEFAULT-VALUE})")
    private double margin;

    @Override
    public Integer call() throws Exception {
        long start = System.nanoTime();
        requireOptions();
        TwinTraining training =
                new TwinTraining(options, options.epochs(EPOCHS), BATCH, PEAK_RATE, threadOptions.count());
        try (RunFolder folder = options.openFolder()) {
            Digits digits = Digits.load(dataOptions.mnist(), options.seed());
            BlockMnist train = BlockMnist.of(digits.train(), order, options.seed());
            BlockMnist test = BlockMnist.of(digits.test(), order, options.seed() + 1);
            ModelFile otnn = train(training, TwinTraining.Kind.OTNN, train.data(), digits.name());
            ModelFile twin = train(training, TwinTraining.Kind.UNCONSTRAINED, train.data(), digits.name());

            BlockMnist explained = test.range(0, Math.min(samples, test.size()));
            INDArray ownMaps = maps(otnn.network(), explained);
            INDArray twinMaps = maps(twin.network(), explained);
            INDArray mask = explained.nullMask();
            BlockReport report = new BlockReport(
                    NullShares.of(TwinTraining.Kind.OTNN, ownMaps, mask),
                    NullShares.of(TwinTraining.Kind.UNCONSTRAINED, twinMaps, mask));
            Metrics metrics = metrics(otnn.network(), twin.network(), test.data(), explained.size());
            report.put(metrics);
            metrics.put("seconds", (System.nanoTime() - start) / 1e9, "wall time of the whole program, s");

            BufferedImage maps = picture(explained, ownMaps, twinMaps);
            BufferedImage curve = report.curve();
            PngFile.write(maps, folder.file("maps.png"));
            PngFile.write(curve, folder.file("null-share.png"));
            Files.writeString(folder.file("null-share.csv"), report.csv());
            otnn.write(folder.file("otnn.otnn"), LayerCatalog.standard());
            twin.write(folder.file("unconstrained.otnn"), LayerCatalog.standard());
            folder.publish(metrics, html(report, metrics, training, digits, maps, curve));
            options.print(digits.notice() + summary(metrics) + report.text() + "report: "
                    + folder.path().resolve(RunFolder.REPORT));
        }
        return 0;
    }

    private void requireOptions() {
        if (samples < 1) {
            throw misused("--samples", "1 or more", samples);
        }
        if (!(lambda >= 0)) {
            throw misused("--lambda", "0 or more", lambda);
        }
        if (!(margin > 0 && Double.isFinite(margin))) {
            throw misused("--margin", "a number above 0", margin);
        }
    }

    private ParameterException misused(String option, String expected, Object got) {
        return new ParameterException(
                Objects.requireNonNull(command).commandLine(),
                "Invalid value for option '" + option + "': expected " + expected + ", got " + got);
    }

    private ModelFile train(TwinTraining training, TwinTraining.Kind kind, LabelledData data, String name) {
        Shape image = data.featureShape();
        ArchitectureOptions oneLogit = ArchitectureOptions.outputs(1);
        boolean constrained = kind == TwinTraining.Kind.OTNN;
        NamedLoss loss = constrained ? new BinaryHkr(lambda, margin) : new TauBinaryCrossEntropy(1);
        return training.train(
                new TwinTraining.Lesson(
                        kind.title(),
                        constrained
                                ? BlockMnistMlp.lipschitz(image, oneLogit)
                                : BlockMnistMlp.unconstrained(image, oneLogit),
                        loss,
                        data,
                        "BlockMNIST, " + name),
                options.seed());
    }

    private INDArray maps(CondensedNetwork network, BlockMnist blocks) {
        return new Saliency(ChannelReduction.MAX_ABS, PREDICTION_BATCH)
                .explain(
                        network,
                        blocks.data().features(),
                        Score.binary(),
                        (done, total) -> options.stopSignal().check());
    }

    private static Metrics metrics(CondensedNetwork otnn, CondensedNetwork twin, LabelledData test, int explained) {
        int[] signs = test.classIndices();
        Certifier certifier = Certifier.of(otnn);
        Certificates certificates = certifier.certify(test.features(), signs, PREDICTION_BATCH);
        double[] twinLogits = Tensors.toDoubles(twin.predict(test.features(), PREDICTION_BATCH));
        int right = 0;
        for (int i = 0; i < signs.length; i++) {
            right += signs[i] * twinLogits[i] > 0 ? 1 : 0;
        }
        return new Metrics()
                .put(
                        "otnn_accuracy",
                        certificates.accuracy(),
                        "share of the test images that the OTNN classifies rightly")
                .put(
                        "unconstrained_accuracy",
                        (double) right / signs.length,
                        "share of the test images that its unconstrained twin classifies rightly")
                .put(
                        "mean_certified_radius",
                        certificates.meanRadius(),
                        "mean L2 radius around a test image that no attack on the OTNN can cross; pixels in [0, 1]")
                .put(
                        "lipschitz_bound",
                        certifier.audit().logitBound(),
                        "proven upper bound of the Lipschitz constant of the OTNN")
                .put("test_images", signs.length, "test images")
                .put("explained_images", explained, "test images whose gradients were measured");
    }

    private static BufferedImage picture(BlockMnist blocks, INDArray ownMaps, INDArray twinMaps) {
        int count = Math.min(PICTURES, blocks.size());
        ImageGrid grid = ImageGrid.withColumns(count).rowTitles(List.of("image", "OTNN", "unconstrained"));
        INDArray images = blocks.data().features();
        for (int i = 0; i < count; i++) {
            grid.add(SampleImage.zeroToOne(PIXEL).draw(images, i));
        }
        HeatMap greys = new HeatMap(ColourMap.GREYS_REVERSED, PIXEL);
        for (INDArray maps : Arrays.asList(ownMaps, twinMaps)) {
            for (int i = 0; i < count; i++) {
                grid.add(greys.draw(maps, i));
            }
        }
        return grid.draw();
    }

    private HtmlReport html(
            BlockReport report,
            Metrics metrics,
            TwinTraining training,
            Digits digits,
            BufferedImage maps,
            BufferedImage curve) {
        Map<String, Object> settings = options.settings();
        training.describe(settings);
        settings.put("digits", digits.name());
        settings.put("block on top", order);
        settings.put("network", "dense 256, dense 256, one logit");
        settings.put("loss of the OTNN", new BinaryHkr(lambda, margin).describe());
        settings.put("loss of the unconstrained network", new TauBinaryCrossEntropy(1).describe());
        HtmlReport page = new HtmlReport(
                        "BlockMNIST",
                        "Every image has a block with a digit 0 or 1, which fixes the label, and a block with a mark that is "
                                + "always the same. A gradient that points at the mark explains nothing.")
                .paragraph(digits.description());
        Claim.addTo(page, report.claims());
        return page.section("Share of the strongest pixels in the null block")
                .table(BlockReport.HEADER, report.rows())
                .paragraph(
                        "Chance is 50 %. A digit covers less than a fifth of the pixels, so the share must rise with k. The "
                                + "paper's numbers (arXiv 2206.06854v3, Table 11) come from other networks on another drawing of the "
                                + "mark.")
                .picture(curve, "The same as a curve.")
                .picture(
                        maps,
                        "Test images and the size of the gradient of both networks, each map from its own smallest (white) to "
                                + "its largest value (black).")
                .numbers(metrics)
                .settings(settings);
    }

    private static String summary(Metrics metrics) {
        return String.format(
                Locale.ROOT,
                "accuracy: OTNN %.4f, unconstrained %.4f; mean certified radius %.3f, Lipschitz bound %.6f%n",
                metrics.number("otnn_accuracy"),
                metrics.number("unconstrained_accuracy"),
                metrics.number("mean_certified_radius"),
                metrics.number("lipschitz_bound"));
    }
}
