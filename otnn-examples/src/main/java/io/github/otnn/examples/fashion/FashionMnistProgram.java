package io.github.otnn.examples.fashion;

import io.github.otnn.core.certify.Certificates;
import io.github.otnn.core.certify.CertifiedRadius;
import io.github.otnn.core.certify.Certifier;
import io.github.otnn.core.data.LabelledData;
import io.github.otnn.core.io.InputScale;
import io.github.otnn.core.io.ModelDescription;
import io.github.otnn.core.io.ModelFile;
import io.github.otnn.core.network.CondensedNetwork;
import io.github.otnn.core.tensor.Tensors;
import io.github.otnn.core.train.TrainingSummary;
import io.github.otnn.examples.CommonOptions;
import io.github.otnn.examples.DataOptions;
import io.github.otnn.examples.ResumeOptions;
import io.github.otnn.examples.SampleOptions;
import io.github.otnn.examples.ThreadOptions;
import io.github.otnn.examples.dataset.ImageSet;
import io.github.otnn.examples.run.HtmlReport;
import io.github.otnn.examples.run.Metrics;
import io.github.otnn.examples.run.RunFolder;
import io.github.otnn.examples.run.StoredRun;
import io.github.otnn.layers.ConvolutionScaling;
import io.github.otnn.layers.LayerCatalog;
import io.github.otnn.loss.LossCatalog;
import io.github.otnn.loss.NamedLoss;
import io.github.otnn.xai.Score;
import io.github.otnn.xai.picture.PngFile;
import io.github.otnn.xai.transport.SlopeReport;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
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
 * Trains a small 1-Lipschitz convolutional network on all 60,000 images of Fashion-MNIST, then certifies its predictions and
 * draws saliency maps and counterfactuals.
 */
@Command(
        name = "fashion-mnist",
        description = "Trains, certifies and explains a small convolutional network on Fashion-MNIST, or on MNIST.",
        mixinStandardHelpOptions = true)
public final class FashionMnistProgram implements Callable<Integer> {
    private static final int EPOCHS = 10;
    private static final int PREDICTION_BATCH = 500;
    private static final String MODEL = "model.otnn";
    private static final double EPSILON = 36.0 / 255;

    @Spec
    private @Nullable CommandSpec command;

    @Mixin
    private final CommonOptions options = new CommonOptions();

    @Mixin
    private final DataOptions dataOptions = new DataOptions();

    @Option(
            names = "--set",
            paramLabel = "NAME",
            defaultValue = "fashion-mnist",
            converter = SampleOptions.SetNames.class,
            completionCandidates = SampleOptions.SetNames.class,
            description = {"images to learn from (default: ${DEFAULT-VALUE}), one of", "${COMPLETION-CANDIDATES}"})
    private ImageSet set = ImageSet.FASHION_MNIST;

    @Option(
            names = "--loss",
            paramLabel = "NAME",
            defaultValue = "softmax-hkr",
            description = {"loss to train with (default: ${DEFAULT-VALUE}), one of", "${COMPLETION-CANDIDATES}"},
            completionCandidates = MulticlassLosses.class)
    private String lossName = "";

    @Mixin
    private final ThreadOptions threadOptions = new ThreadOptions();

    @Option(
            names = "--scaling",
            paramLabel = "NAME",
            defaultValue = "OVERLAP_BOUND",
            description = {
                "what convolutions are divided by (default: ${DEFAULT-VALUE}), one of",
                "${COMPLETION-CANDIDATES}"
            })
    private ConvolutionScaling scaling = ConvolutionScaling.OVERLAP_BOUND;

    @Mixin
    private final ResumeOptions resumeOptions = new ResumeOptions();

    @Override
    public Integer call() throws Exception {
        long start = System.nanoTime();
        FashionTraining training = new FashionTraining(options, options.epochs(EPOCHS), threadOptions.count(), scaling);
        NamedLoss loss = loss();
        try (RunFolder folder = options.openFolder();
                StoredRun stored = resumeOptions.open(folder.path())) {
            LabelledData test = dataOptions.images(set, ImageSet.Split.TEST);
            FashionTraining.Result trained =
                    training.run(set.title(), loss, dataOptions.images(set, ImageSet.Split.TRAIN), stored);

            CondensedNetwork condensed = trained.network();
            Certifier certifier = Certifier.of(condensed);
            INDArray logits = condensed.predict(test.features(), PREDICTION_BATCH);
            Certificates certificates = certifier.certify(test.features(), logits, test.classIndices());
            SlopeReport slopes =
                    SlopeReport.of(condensed, test.features(), Score.logit(certificates.predicted()), PREDICTION_BATCH);
            options.stopSignal().check();
            Metrics metrics = metrics(certifier, certificates, slopes, trained.summary());
            metrics.put(
                    "mean_half_gap",
                    meanHalfGap(logits, test.classIndices()),
                    "mean of (f_y - max f_k)+ / 2: the radius that only the slope 1 of each logit would give");
            Map<String, BufferedImage> pictures = pictures(condensed, certifier, certificates, test);
            metrics.put("seconds", (System.nanoTime() - start) / 1e9, "wall time of the whole program, s");
            Map<String, Object> settings = options.settings();
            settings.put("data", set.title());
            training.describe(loss, settings);
            ModelFile.of(condensed, description(loss, trained)).write(folder.file(MODEL), LayerCatalog.standard());
            write(folder, metrics, certifier, settings, pictures);
            stored.complete();
        }
        return 0;
    }

    private ModelDescription description(NamedLoss loss, FashionTraining.Result trained) {
        return ModelDescription.none()
                .withClassNames(set.classNames())
                .withInputScale(InputScale.dividedBy(255))
                .withLoss(loss.settings().loss(), loss.settings().values())
                .withTraining(trained.provenance());
    }

    private NamedLoss loss() {
        if (!MulticlassLosses.names().contains(lossName)) {
            throw new ParameterException(
                    Objects.requireNonNull(command).commandLine(),
                    "Invalid value for option '--loss': expected one of " + String.join(", ", MulticlassLosses.names())
                            + ", got '" + lossName + "'");
        }
        return LossCatalog.named(lossName).create(set.classNames().size());
    }

    /** Names that {@code --loss} takes. */
    static final class MulticlassLosses implements Iterable<String> {
        static List<String> names() {
            return LossCatalog.with(LossCatalog.Labels.CLASS).stream()
                    .map(LossCatalog::title)
                    .toList();
        }

        @Override
        public Iterator<String> iterator() {
            return names().iterator();
        }
    }

    private static Metrics metrics(
            Certifier certifier, Certificates certificates, SlopeReport slopes, TrainingSummary training) {
        return new Metrics()
                .put("test_accuracy", certificates.accuracy(), "share of the 10,000 test images classified rightly")
                .put(
                        "mean_certified_radius",
                        certificates.meanRadius(),
                        "mean L2 radius that no attack can cross, rounding included, 0 for wrong predictions; pixels in [0, 1]")
                .put(
                        "certified_accuracy_36_255",
                        certificates.certifiedAccuracy(EPSILON),
                        "share classified rightly under every L2 perturbation up to 36/255")
                .put(
                        "mean_rounding_allowance",
                        certificates.meanAllowance(),
                        "mean over the test images of what float32 rounding can move a logit by; part of the radii")
                .put(
                        "lipschitz_bound",
                        certifier.audit().logitBound(),
                        "proven upper bound of the Lipschitz constant of each logit")
                .put(
                        "max_gradient_norm",
                        slopes.slope().maximum(),
                        "largest gradient norm of the predicted logit on the test images")
                .put(
                        "median_gradient_norm",
                        slopes.slope().median(),
                        "median gradient norm of the predicted logit on the test images")
                .put("epochs", training.epochs(), "passes over the 60,000 training images")
                .put("seconds_per_epoch", training.seconds() / training.epochs(), "wall time, s")
                .put("images_per_second", training.samples() / training.seconds(), "training throughput")
                .put(
                        "constraint_share",
                        training.times().constraintShare(),
                        "share of the step time spent on projection and pullback");
    }

    private static double meanHalfGap(INDArray logits, int[] labels) {
        double[] values = Tensors.toDoubles(logits);
        int classes = FashionImages.CLASSES.size();
        double sum = 0;
        for (int i = 0; i < labels.length; i++) {
            double[] row = Arrays.copyOfRange(values, i * classes, (i + 1) * classes);
            sum += Math.max(0, CertifiedRadius.disjoint(row, labels[i], 1));
        }
        return sum / labels.length;
    }

    private static Map<String, BufferedImage> pictures(
            CondensedNetwork network, Certifier certifier, Certificates certificates, LabelledData test) {
        FashionPictures pictures = new FashionPictures(network, certifier, certificates, test);
        Map<String, BufferedImage> named = new LinkedHashMap<>();
        named.put("saliency.png", pictures.saliency());
        named.put("counterfactuals.png", pictures.counterfactuals());
        named.put("certified-accuracy.png", pictures.certifiedAccuracy());
        return named;
    }

    private void write(
            RunFolder folder,
            Metrics metrics,
            Certifier certifier,
            Map<String, Object> settings,
            Map<String, BufferedImage> pictures)
            throws IOException {
        for (Map.Entry<String, BufferedImage> picture : pictures.entrySet()) {
            PngFile.write(picture.getValue(), folder.file(picture.getKey()));
        }
        HtmlReport report = new HtmlReport(
                        set == ImageSet.MNIST ? "MNIST" : "Fashion-MNIST",
                        "A small 1-Lipschitz network: every prediction comes with a radius that no attack can cross, and the "
                                + "plain gradient of a logit says what would have to change.")
                .numbers(metrics)
                .picture(pictures.get("saliency.png"), FashionPictures.SALIENCY_CAPTION)
                .picture(pictures.get("counterfactuals.png"), FashionPictures.COUNTERFACTUAL_CAPTION)
                .picture(pictures.get("certified-accuracy.png"), FashionPictures.CERTIFIED_CAPTION)
                .section("Lipschitz audit")
                .preformatted(certifier.audit().describe())
                .settings(settings);
        folder.publish(metrics, report);
        options.print(String.format(
                Locale.ROOT,
                "accuracy %.4f, mean certified radius %.4f, certified at 36/255 %.4f, Lipschitz bound %.6f%nreport: %s",
                metrics.number("test_accuracy"),
                metrics.number("mean_certified_radius"),
                metrics.number("certified_accuracy_36_255"),
                metrics.number("lipschitz_bound"),
                folder.path().resolve(RunFolder.REPORT)));
    }
}
