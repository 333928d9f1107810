package io.github.otnn.examples.fashion;

import io.github.otnn.core.certify.Certificates;
import io.github.otnn.core.certify.Certifier;
import io.github.otnn.core.data.LabelledData;
import io.github.otnn.core.train.Loss;
import io.github.otnn.examples.CommonOptions;
import io.github.otnn.examples.DataOptions;
import io.github.otnn.examples.ThreadOptions;
import io.github.otnn.examples.dataset.FashionMnistFiles;
import io.github.otnn.examples.run.HtmlReport;
import io.github.otnn.examples.run.Metrics;
import io.github.otnn.examples.run.RunFolder;
import io.github.otnn.layers.ConvolutionScaling;
import io.github.otnn.loss.LossCatalog;
import io.github.otnn.loss.SoftmaxHkr;
import io.github.otnn.xai.picture.PngFile;
import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/**
 * Trains the same small network with every multiclass loss, and shows what each gives: accuracy, mean certified radius,
 * certified accuracy. Two statements of the paper are checked on the way; one that fails stays visible as failing.
 */
@Command(
        name = "compare-losses",
        description =
                "Trains the network of fashion-mnist with every multiclass loss and compares accuracy and certificates.",
        mixinStandardHelpOptions = true)
public final class CompareLossesProgram implements Callable<Integer> {
    private static final int EPOCHS = 3;
    private static final int PREDICTION_BATCH = 500;
    private static final double EPSILON = 36.0 / 255;
    private static final double[] FIXED_MARGINS = {0.1, 0.5};

    @Mixin
    private final CommonOptions options = new CommonOptions();

    @Mixin
    private final DataOptions dataOptions = new DataOptions();

    @Mixin
    private final ThreadOptions threadOptions = new ThreadOptions();

    @Override
    public Integer call() throws Exception {
        long start = System.nanoTime();
        FashionTraining training = new FashionTraining(
                options, options.epochs(EPOCHS), threadOptions.count(), ConvolutionScaling.OVERLAP_BOUND);
        try (RunFolder folder = options.openFolder()) {
            FashionMnistFiles files = dataOptions.fashionMnist();
            LabelledData train = FashionImages.training(files);
            LabelledData test = FashionImages.test(files);
            List<LossOutcome> outcomes = new ArrayList<>();
            for (Map.Entry<String, Loss> entry : losses().entrySet()) {
                FashionTraining.Result trained = training.run(entry.getKey(), entry.getValue(), train);
                Certifier certifier = Certifier.of(trained.network());
                Certificates certificates = certifier.certify(test.features(), test.classIndices(), PREDICTION_BATCH);
                outcomes.add(new LossOutcome(
                        entry.getKey(),
                        entry.getValue().describe(),
                        certificates.accuracy(),
                        certificates.meanRadius(),
                        certificates.certifiedAccuracy(EPSILON),
                        certificates.meanAllowance(),
                        certifier.audit().logitBound()));
                options.stopSignal().check();
            }
            LossComparison comparison = new LossComparison(outcomes);
            Metrics metrics = comparison.metrics();
            metrics.put("seconds", (System.nanoTime() - start) / 1e9, "wall time of the whole program, s");
            Files.writeString(folder.file("losses.csv"), comparison.csv());
            BufferedImage picture = comparison.picture();
            PngFile.write(picture, folder.file("trade-off.png"));
            folder.publish(metrics, report(comparison, metrics, picture));
            options.print(comparison.text() + "report: " + folder.path().resolve(RunFolder.REPORT));
        }
        return 0;
    }

    /** Every multiclass loss with its defaults, and the softmax-weighted one with further fixed margins. */
    static Map<String, Loss> losses() {
        Map<String, Loss> losses = new LinkedHashMap<>();
        for (LossCatalog entry : LossCatalog.with(LossCatalog.Labels.CLASS)) {
            losses.put(entry.title(), entry.create(FashionImages.CLASSES.size()));
            if (entry == LossCatalog.SOFTMAX_HKR) {
                for (double margin : FIXED_MARGINS) {
                    losses.put(
                            String.format(Locale.ROOT, "%s-margin-%.1f", entry.title(), margin),
                            new SoftmaxHkr(49, margin, 10));
                }
            }
        }
        return losses;
    }

    private HtmlReport report(LossComparison comparison, Metrics metrics, BufferedImage picture) {
        Map<String, Object> settings = options.settings();
        settings.put("epochs for each loss", options.epochs(EPOCHS));
        settings.put("batch size", FashionTraining.BATCH);
        settings.put("threads", threadOptions.count());
        return new HtmlReport(
                        "Losses compared on Fashion-MNIST",
                        "The same small 1-Lipschitz network, trained with every multiclass loss from the same start.")
                .table(LossComparison.HEADER, comparison.rows())
                .picture(picture, "Accuracy against certified accuracy at 36/255; right and up is better.")
                .section("Statements of the paper")
                .preformatted(String.join("\n", comparison.claims()))
                .section("All numbers")
                .numbers(metrics)
                .settings(settings);
    }
}
