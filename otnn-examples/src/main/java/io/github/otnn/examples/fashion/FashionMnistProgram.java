package io.github.otnn.examples.fashion;

import io.github.otnn.core.Shape;
import io.github.otnn.core.certify.Certificates;
import io.github.otnn.core.certify.CertifiedRadius;
import io.github.otnn.core.certify.Certifier;
import io.github.otnn.core.data.IdxReader;
import io.github.otnn.core.data.LabelledData;
import io.github.otnn.core.network.Architecture;
import io.github.otnn.core.network.CondensedNetwork;
import io.github.otnn.core.network.Network;
import io.github.otnn.core.network.Workers;
import io.github.otnn.core.tensor.Tensors;
import io.github.otnn.core.train.OneCycleSchedule;
import io.github.otnn.core.train.Trainer;
import io.github.otnn.core.train.TrainingSettings;
import io.github.otnn.core.train.TrainingSummary;
import io.github.otnn.examples.CommonOptions;
import io.github.otnn.examples.DataOptions;
import io.github.otnn.examples.dataset.FashionMnistFiles;
import io.github.otnn.examples.run.HtmlReport;
import io.github.otnn.examples.run.Metrics;
import io.github.otnn.examples.run.RunFolder;
import io.github.otnn.examples.run.TrainingProgress;
import io.github.otnn.layers.Flatten;
import io.github.otnn.layers.GroupSort2;
import io.github.otnn.layers.L2NormPooling2D;
import io.github.otnn.layers.SpectralConv2D;
import io.github.otnn.layers.SpectralDense;
import io.github.otnn.layers.UnitNormDense;
import io.github.otnn.loss.SoftmaxHkr;
import io.github.otnn.xai.Score;
import io.github.otnn.xai.picture.PngFile;
import io.github.otnn.xai.transport.SlopeReport;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.Adam;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Trains a small 1-Lipschitz convolutional network on all 60,000 images of Fashion-MNIST, then certifies its predictions and
 * draws saliency maps and counterfactuals.
 */
@Command(
        name = "fashion-mnist",
        description = "Trains, certifies and explains a small convolutional network on Fashion-MNIST.",
        mixinStandardHelpOptions = true)
public final class FashionMnistProgram implements Callable<Integer> {
    private static final List<String> CLASSES = List.of(
            "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot");
    private static final int EPOCHS = 10;
    private static final int BATCH = 128;
    private static final int PREDICTION_BATCH = 500;
    private static final double LAMBDA = 49;
    private static final double MARGIN = 0.25;
    private static final double TEMPERATURE = 10;
    private static final double PEAK_RATE = 2e-3;
    private static final double EPSILON = 36.0 / 255;

    @Mixin
    private final CommonOptions options = new CommonOptions();

    @Mixin
    private final DataOptions dataOptions = new DataOptions();

    @Option(
            names = "--threads",
            paramLabel = "N",
            defaultValue = "2",
            description =
                    "threads to train on; the same seed and number of threads give the same results (default: ${DEFAULT-VALUE})")
    private int threads;

    @Override
    public Integer call() throws Exception {
        if (threads < 1 || threads > BATCH) {
            throw new IllegalArgumentException("--threads: expected 1 to " + BATCH + ", got " + threads);
        }
        long start = System.nanoTime();
        try (RunFolder folder = options.openFolder()) {
            FashionMnistFiles files = dataOptions.fashionMnist();
            LabelledData train = IdxReader.readLabelled(files.trainImages(), files.trainLabels(), CLASSES);
            LabelledData test = IdxReader.readLabelled(files.testImages(), files.testLabels(), CLASSES);
            SoftmaxHkr loss = new SoftmaxHkr(LAMBDA, MARGIN, TEMPERATURE);
            Network network = Network.initialize(architecture(), DataType.FLOAT, options.seed());
            TrainingSummary training = train(network, loss, train);

            CondensedNetwork condensed = network.condense();
            Certifier certifier = Certifier.of(condensed);
            Certificates certificates =
                    certifier.certify(condensed.predict(test.features(), PREDICTION_BATCH), test.classIndices());
            SlopeReport slopes =
                    SlopeReport.of(condensed, test.features(), Score.logit(certificates.predicted()), PREDICTION_BATCH);
            options.stopSignal().check();
            Metrics metrics = metrics(certifier, certificates, slopes, training);
            metrics.put(
                    "mean_half_gap",
                    meanHalfGap(condensed.predict(test.features(), PREDICTION_BATCH), test.classIndices()),
                    "mean of (f_y - max f_k)+ / 2: the radius that only the slope 1 of each logit would give");
            Map<String, BufferedImage> pictures = pictures(condensed, certifier, certificates, test);
            metrics.put("seconds", (System.nanoTime() - start) / 1e9, "wall time of the whole program, s");
            write(folder, metrics, certifier, loss, pictures);
        }
        return 0;
    }

    /** conv 16, GroupSort2, L2 pool, conv 32, GroupSort2, L2 pool, dense 64, GroupSort2, 10 disjoint heads. */
    static Architecture architecture() {
        return Architecture.builder(Shape.of(28, 28, 1))
                .add("conv1", new SpectralConv2D(16, 3))
                .add("sort1", new GroupSort2())
                .add("pool1", new L2NormPooling2D(2))
                .add("conv2", new SpectralConv2D(32, 3))
                .add("sort2", new GroupSort2())
                .add("pool2", new L2NormPooling2D(2))
                .add("flat", new Flatten())
                .add("dense", new SpectralDense(64))
                .add("sort3", new GroupSort2())
                .add("heads", new UnitNormDense(CLASSES.size()))
                .build();
    }

    private TrainingSummary train(Network network, SoftmaxHkr loss, LabelledData data) {
        int epochs = options.epochs(EPOCHS);
        long steps = (long) epochs * ((data.size() + BATCH - 1) / BATCH);
        ExecutorService executor = Executors.newFixedThreadPool(Math.max(1, threads - 1));
        try (TrainingProgress progress = options.progress("fashion-mnist")) {
            TrainingSummary summary = new Trainer(
                            network,
                            loss,
                            new Adam(new OneCycleSchedule(PEAK_RATE, steps)),
                            TrainingSettings.of(epochs, BATCH, options.seed()),
                            new Workers(executor, threads),
                            progress)
                    .fit(data);
            if (summary.stopped()) {
                options.stopSignal().check();
            }
            return summary;
        } finally {
            executor.shutdown();
        }
    }

    private static Metrics metrics(
            Certifier certifier, Certificates certificates, SlopeReport slopes, TrainingSummary training) {
        return new Metrics()
                .put("test_accuracy", certificates.accuracy(), "share of the 10,000 test images classified rightly")
                .put(
                        "mean_certified_radius",
                        certificates.meanRadius(),
                        "mean L2 radius that no attack can cross, 0 for wrong predictions; pixels in [0, 1]")
                .put(
                        "certified_accuracy_36_255",
                        certificates.certifiedAccuracy(EPSILON),
                        "share classified rightly under every L2 perturbation up to 36/255")
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
        int classes = CLASSES.size();
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
            SoftmaxHkr loss,
            Map<String, BufferedImage> pictures)
            throws IOException {
        for (Map.Entry<String, BufferedImage> picture : pictures.entrySet()) {
            PngFile.write(picture.getValue(), folder.file(picture.getKey()));
        }
        Map<String, Object> settings = options.settings();
        settings.put("epochs", options.epochs(EPOCHS));
        settings.put("batch size", BATCH);
        settings.put("threads", threads);
        settings.put("loss", loss.describe());
        settings.put("updater", "Adam, one cycle to " + PEAK_RATE);
        HtmlReport report = new HtmlReport(
                        "Fashion-MNIST",
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
