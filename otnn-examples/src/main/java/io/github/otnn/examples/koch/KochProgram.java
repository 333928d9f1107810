package io.github.otnn.examples.koch;

import io.github.otnn.core.Shape;
import io.github.otnn.core.certify.Certificates;
import io.github.otnn.core.certify.Certifier;
import io.github.otnn.core.data.KochSnowflakes;
import io.github.otnn.core.data.LabelledData;
import io.github.otnn.core.io.ModelDescription;
import io.github.otnn.core.io.ModelFile;
import io.github.otnn.core.io.Provenance;
import io.github.otnn.core.network.Architecture;
import io.github.otnn.core.network.CondensedNetwork;
import io.github.otnn.core.network.Network;
import io.github.otnn.core.tensor.Tensors;
import io.github.otnn.core.train.OneCycleSchedule;
import io.github.otnn.core.train.Trainer;
import io.github.otnn.core.train.TrainingSettings;
import io.github.otnn.core.train.TrainingSummary;
import io.github.otnn.examples.CommonOptions;
import io.github.otnn.examples.ResumeOptions;
import io.github.otnn.examples.plot.Charts;
import io.github.otnn.examples.run.HtmlReport;
import io.github.otnn.examples.run.Metrics;
import io.github.otnn.examples.run.RunFolder;
import io.github.otnn.examples.run.StoredRun;
import io.github.otnn.examples.run.TrainingProgress;
import io.github.otnn.examples.run.WorkProgress;
import io.github.otnn.layers.GroupSort2;
import io.github.otnn.layers.LayerCatalog;
import io.github.otnn.layers.SpectralDense;
import io.github.otnn.loss.BinaryHkr;
import io.github.otnn.xai.Score;
import io.github.otnn.xai.attack.AttackSettings;
import io.github.otnn.xai.attack.DecoupledNorm;
import io.github.otnn.xai.picture.PngFile;
import io.github.otnn.xai.transport.SlopeReport;
import io.github.otnn.xai.transport.TransportCheck;
import io.github.otnn.xai.transport.TransportReport;
import io.github.otnn.xai.transport.TransportThresholds;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.Adam;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/**
 * Trains a dense 1-Lipschitz network to tell the points of two concentric Koch snowflakes apart, and shows what the theory
 * promises: gradients of norm 1, x - f(x) grad f(x) on the boundary, and a transport term close to the exact Wasserstein
 * distance.
 */
@Command(
        name = "koch",
        description =
                "Separates two Koch snowflakes by optimal transport and draws the result (Fig. 2 of arXiv 2206.06854).",
        mixinStandardHelpOptions = true)
public final class KochProgram implements Callable<Integer> {
    private static final int EPOCHS = 30;
    private static final int BATCH = 256;
    private static final int TRAIN_POINTS = 10_000;
    private static final int TEST_POINTS = 5_000;
    // plans of fewer samples stray from the plan of the distributions: mean cosines at y vary by .02 between draws of
    // 256
    private static final int TRANSPORT_POINTS = 512;
    private static final int PICTURE_POINTS = 150;
    private static final int WIDTH = 64;
    private static final double LAMBDA = 10;
    private static final double PEAK_RATE = 5e-3;

    @Mixin
    private final CommonOptions options = new CommonOptions();

    @Mixin
    private final ResumeOptions resumeOptions = new ResumeOptions();

    @Override
    public Integer call() throws Exception {
        long start = System.nanoTime();
        try (RunFolder folder = options.openFolder();
                StoredRun stored = resumeOptions.open(folder.path())) {
            KochSnowflakes snowflakes = KochSnowflakes.paper();
            LabelledData train = snowflakes.sample(TRAIN_POINTS, 0, options.seed());
            LabelledData test = snowflakes.sample(TEST_POINTS, 0, options.seed() + 1);
            // up to half the distance the hinge can vanish, but there it still bends the potential of optimal transport
            // away
            // from its plan; at a quarter it hardly does
            BinaryHkr loss = new BinaryHkr(LAMBDA, snowflakes.minimalDistance() / 4);
            ModelFile model = train(train, loss, stored);
            CondensedNetwork network = model.network();
            options.stopSignal().check();

            Certifier certifier = Certifier.of(network);
            SlopeReport slopes = SlopeReport.of(network, test.features(), Score.binary(), 1000);
            TransportReport transport = transport(network, test);
            Metrics metrics = metrics(certifier, slopes, transport, train, test);
            BufferedImage picture = new KochPicture(network, snowflakes).draw(test.range(0, 2 * PICTURE_POINTS));
            BufferedImage histogram = Charts.histogram(
                    "Gradient norms on the test points",
                    "|grad f|",
                    Arrays.stream(slopes.gradientNorms()).boxed().toList(),
                    0,
                    1.05);
            metrics.put("seconds", (System.nanoTime() - start) / 1e9, "wall time of the whole program, s");
            PngFile.write(picture, folder.file("level-sets.png"));
            PngFile.write(histogram, folder.file("gradient-norms.png"));
            model.write(folder.file("model.otnn"), LayerCatalog.standard());
            folder.publish(metrics, report(metrics, certifier, transport, loss, picture, histogram));
            stored.complete();
            options.print(transport.describe() + summary(metrics, folder));
        }
        return 0;
    }

    private ModelFile train(LabelledData data, BinaryHkr loss, StoredRun stored) throws IOException {
        Architecture architecture = Architecture.of(
                Shape.of(2),
                new SpectralDense(WIDTH),
                new GroupSort2(),
                new SpectralDense(WIDTH),
                new GroupSort2(),
                new SpectralDense(WIDTH),
                new GroupSort2(),
                new SpectralDense(1));
        Network network = Network.initialize(architecture, DataType.FLOAT, options.seed());
        int epochs = options.epochs(EPOCHS);
        long steps = (long) epochs * ((data.size() + BATCH - 1) / BATCH);
        try (TrainingProgress progress = options.progress("koch")) {
            Trainer trainer = new Trainer(
                    network,
                    loss,
                    new Adam(new OneCycleSchedule(PEAK_RATE, steps)),
                    TrainingSettings.of(epochs, BATCH, options.seed()),
                    progress,
                    stored.listener());
            TrainingSummary summary = stored.train(trainer, data);
            ModelDescription description = ModelDescription.none()
                    .withClassNames(List.of("inner", "outer"))
                    .withFeatureNames(List.of("x", "y"))
                    .withLoss(loss.settings().loss(), loss.settings().values())
                    .withTraining(Provenance.of("two Koch snowflakes", trainer.plan(data), summary));
            return ModelFile.of(network.condense(), description);
        }
    }

    /** The propositions of the paper on test points, with an attack that does not know about transport. */
    private TransportReport transport(CondensedNetwork network, LabelledData test) {
        TransportCheck check = new TransportCheck(
                TransportThresholds.plane(), new DecoupledNorm(AttackSettings.free(options.seed())), 1000);
        INDArray outer = firstOfClass(test, 1).features();
        INDArray inner = firstOfClass(test, -1).features();
        try (WorkProgress progress = options.work("transport check")) {
            return check.run(network, Score.binary(), outer, inner, progress);
        }
    }

    private Metrics metrics(
            Certifier certifier, SlopeReport slopes, TransportReport transport, LabelledData train, LabelledData test) {
        Certificates trainCertificates = certificates(certifier, train);
        Certificates testCertificates = certificates(certifier, test);
        Metrics metrics = new Metrics()
                .put("train_accuracy", trainCertificates.accuracy(), "share of training points on their side of f = 0")
                .put("test_accuracy", testCertificates.accuracy(), "share of test points on their side of f = 0")
                .put(
                        "lipschitz_bound",
                        certifier.audit().logitBound(),
                        "proven upper bound of the Lipschitz constant of f")
                .put("max_gradient_norm", slopes.slope().maximum(), "largest |grad f| on the test points")
                .put(
                        "median_gradient_norm",
                        slopes.slope().median(),
                        "median |grad f| on the test points; 1 at the optimum")
                .put(
                        "median_boundary_residual",
                        slopes.boundaryResidual().median(),
                        "median |f(x - f grad f)| / |f(x)|; 0 at the optimum")
                .put("kr", transport.difference(), "mean f on 512 outer points - mean f on 512 inner points")
                .put("w1_exact", transport.distance(), "Wasserstein distance of the same points, by exact assignment")
                .put("kr_over_w1", transport.transportRatio(), "never above 1; 1 at the optimum")
                .put(
                        "mean_certified_radius",
                        testCertificates.meanRadius(),
                        "mean certified radius on the test points, rounding included")
                .put(
                        "mean_rounding_allowance",
                        testCertificates.meanAllowance(),
                        "mean over the test points of what float32 rounding can move f by; part of the radii");
        KochTransport.put(transport, metrics);
        return metrics;
    }

    private static Certificates certificates(Certifier certifier, LabelledData data) {
        return certifier.certify(data.features(), signs(data), 1000);
    }

    private static int[] signs(LabelledData data) {
        return Arrays.stream(Tensors.toDoubles(data.labels()))
                .mapToInt(label -> label > 0 ? 1 : -1)
                .toArray();
    }

    private static LabelledData firstOfClass(LabelledData data, int sign) {
        int[] signs = signs(data);
        return data.subset(IntStream.range(0, signs.length)
                .filter(i -> signs[i] == sign)
                .limit(TRANSPORT_POINTS)
                .toArray());
    }

    private HtmlReport report(
            Metrics metrics,
            Certifier certifier,
            TransportReport transport,
            BinaryHkr loss,
            BufferedImage picture,
            BufferedImage histogram) {
        Map<String, Object> settings = options.settings();
        settings.put("epochs", options.epochs(EPOCHS));
        settings.put("batch size", BATCH);
        settings.put("training points", 2 * TRAIN_POINTS);
        settings.put("loss", loss.describe());
        settings.put("updater", "Adam, one cycle to " + PEAK_RATE);
        return new HtmlReport(
                        "Two Koch snowflakes",
                        "A dense 1-Lipschitz network trained with the hKR loss separates the outer from the inner snowflake. "
                                + "At the optimum its gradient has norm 1 everywhere and x - f(x) grad f(x) lies on the boundary.")
                .numbers(metrics)
                .picture(
                        picture,
                        "Level sets of f (blue positive, orange negative, 0.2 apart), the boundary f = 0 dashed in red, and a "
                                + "segment from each sample x to x - f(x) grad f(x).")
                .picture(
                        histogram, "Gradient norms on the test points: 1 at the optimum, never above the proven bound.")
                .section("What the theory says of the optimum")
                .paragraph(
                        "Measured on 512 test points of each class. A statement that is missed says how far this network is"
                                + " from the optimum; BUG would mean that it is not 1-Lipschitz.")
                .preformatted(transport.describe())
                .section("Lipschitz audit")
                .preformatted(certifier.audit().describe())
                .settings(settings);
    }

    private static String summary(Metrics metrics, RunFolder folder) {
        return String.format(
                Locale.ROOT,
                "accuracy %.4f, median |grad f| %.4f, boundary residual %.4f, KR/W1 %.4f, Lipschitz bound %.6f%nreport: %s",
                metrics.number("test_accuracy"),
                metrics.number("median_gradient_norm"),
                metrics.number("median_boundary_residual"),
                metrics.number("kr_over_w1"),
                metrics.number("lipschitz_bound"),
                folder.path().resolve(RunFolder.REPORT));
    }
}
