package io.github.otnn.examples.attack;

import io.github.otnn.core.Differentiable;
import io.github.otnn.core.certify.Certificates;
import io.github.otnn.core.certify.Certifier;
import io.github.otnn.core.io.ModelFile;
import io.github.otnn.core.network.CondensedNetwork;
import io.github.otnn.core.network.Workers;
import io.github.otnn.examples.RunOptions;
import io.github.otnn.examples.SampleOptions;
import io.github.otnn.examples.ThreadOptions;
import io.github.otnn.examples.run.HtmlReport;
import io.github.otnn.examples.run.Metrics;
import io.github.otnn.examples.run.RunFolder;
import io.github.otnn.examples.run.WorkProgress;
import io.github.otnn.layers.LayerCatalog;
import io.github.otnn.xai.SharedFunction;
import io.github.otnn.xai.attack.AttackSettings;
import io.github.otnn.xai.attack.CertificateCheck;
import io.github.otnn.xai.attack.CertificateReport;
import io.github.otnn.xai.picture.PngFile;
import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.nd4j.linalg.api.ndarray.INDArray;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Attacks the certified radii of a model with everything there is, and fails if one of them is wrong. */
@Command(
        name = "attack",
        description =
                "Attacks the certified radii of a model file on images of a data set; exit code 1 if one is wrong.",
        mixinStandardHelpOptions = true)
public final class AttackProgram implements Callable<Integer> {
    private static final int IMAGES = 1000;
    private static final int PREDICTION_BATCH = 500;

    @Mixin
    private final RunOptions options = new RunOptions();

    @Mixin
    private final ThreadOptions threads = new ThreadOptions();

    @Mixin
    private final SampleOptions sampleOptions = new SampleOptions();

    @Parameters(paramLabel = "MODEL", description = "model file, such as out/fashion-mnist/model.otnn")
    private Path file = Path.of("");

    @Option(
            names = "--inside-range",
            description = "keep points between 0 and 1, as real images are; that is weaker, and proves less")
    private boolean insideRange;

    @Override
    public Integer call() throws Exception {
        long start = System.nanoTime();
        ModelFile model = ModelFile.read(file, LayerCatalog.standard());
        CondensedNetwork network = model.network();
        SampleOptions.Chosen samples =
                sampleOptions.choose(IMAGES, model.description().classNames(), network.inputShape());
        try (RunFolder folder = options.openFolder()) {
            Certifier certifier = Certifier.of(network);
            Certificates certificates =
                    certifier.certify(samples.data().features(), samples.data().classIndices(), PREDICTION_BATCH);
            AttackSettings settings =
                    insideRange ? AttackSettings.within(0, 1, options.seed()) : AttackSettings.free(options.seed());
            CertificateReport report = attack(network, samples.data().features(), certificates, settings);
            AttackTables tables = new AttackTables(report, certificates, samples.places());
            Metrics metrics = tables.metrics();
            metrics.put("seconds", (System.nanoTime() - start) / 1e9, "wall time of the whole program, s");
            Files.writeString(folder.file("samples.csv"), tables.csv());
            BufferedImage curve = tables.robustAccuracy();
            PngFile.write(curve, folder.file("robust-accuracy.png"));
            Map<String, Object> told = options.settings();
            told.put("model", file);
            told.put(
                    "data",
                    samples.set().title() + ", " + samples.split() + ", " + samples.places().length + " images");
            told.put("attacks", settings.describe());
            told.put("threads", threads.count());
            folder.publish(metrics, page(report, metrics, certifier, curve, told));
            options.print(report.describe() + "report: " + folder.path().resolve(RunFolder.REPORT));
            if (exitCode(report) != 0) {
                options.remark("otnn attack: " + report.strictViolations().length
                        + " certified radii are wrong: an attack ended inside; see the report");
            }
            return exitCode(report);
        }
    }

    private CertificateReport attack(
            CondensedNetwork network, INDArray images, Certificates certificates, AttackSettings settings) {
        ExecutorService executor = Executors.newFixedThreadPool(Math.max(1, threads.count() - 1));
        try (WorkProgress progress = options.work("attack")) {
            Differentiable shared = new SharedFunction(network, new Workers(executor, threads.count()));
            return CertificateCheck.standard(settings)
                    .run(shared, images, certificates.predicted(), certificates.predictedRadii(), progress);
        } finally {
            executor.shutdown();
        }
    }

    /** 1 where an attack ended inside a radius: the radii allow for rounding, so nothing excuses that. */
    static int exitCode(CertificateReport report) {
        return report.strictViolations().length > 0 ? 1 : 0;
    }

    private static HtmlReport page(
            CertificateReport report,
            Metrics metrics,
            Certifier certifier,
            BufferedImage curve,
            Map<String, Object> settings) {
        int wrong = report.strictViolations().length;
        HtmlReport page = new HtmlReport(
                "Certified radii under attack",
                wrong == 0
                        ? "No attack ended inside a certified radius."
                        : wrong + " certified radii are wrong: an attack ended inside.");
        return page.preformatted(report.describe())
                .picture(
                        curve,
                        "Share of images classified rightly under every perturbation up to epsilon: certified (blue, proven) "
                                + "and under attack (orange, an upper bound). The truth lies between.")
                .numbers(metrics)
                .section("Lipschitz audit")
                .preformatted(certifier.audit().describe())
                .settings(settings);
    }
}
