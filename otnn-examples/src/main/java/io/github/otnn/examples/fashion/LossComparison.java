package io.github.otnn.examples.fashion;

import io.github.otnn.examples.plot.Charts;
import io.github.otnn.examples.run.Metrics;
import io.github.otnn.loss.LossCatalog;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.Locale;
import java.util.NoSuchElementException;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler;

/** Outcomes of several losses side by side: table, picture and the statements of the paper. */
record LossComparison(List<LossOutcome> outcomes) {
    static final List<String> HEADER =
            List.of("loss", "accuracy", "mean radius", "certified at 36/255", "Lipschitz bound", "settings");

    LossComparison {
        outcomes = List.copyOf(outcomes);
    }

    List<List<String>> rows() {
        return outcomes.stream()
                .map(outcome -> List.of(
                        outcome.name(),
                        number(outcome.accuracy()),
                        number(outcome.meanRadius()),
                        number(outcome.certifiedAccuracy()),
                        number(outcome.lipschitzBound()),
                        outcome.settings()))
                .toList();
    }

    String csv() {
        StringBuilder csv = new StringBuilder(
                "loss,accuracy,mean_certified_radius,certified_accuracy_36_255,lipschitz_bound,settings\n");
        for (LossOutcome outcome : outcomes) {
            csv.append(String.format(
                    Locale.ROOT,
                    "%s,%.4f,%.4f,%.4f,%.6f,\"%s\"%n",
                    outcome.name(),
                    outcome.accuracy(),
                    outcome.meanRadius(),
                    outcome.certifiedAccuracy(),
                    outcome.lipschitzBound(),
                    outcome.settings().replace("\"", "\"\"")));
        }
        return csv.toString();
    }

    Metrics metrics() {
        Metrics metrics = new Metrics();
        for (LossOutcome outcome : outcomes) {
            String key = outcome.name().replace('-', '_').replace('.', '_');
            metrics.put(key + "_accuracy", outcome.accuracy(), "test accuracy with " + outcome.name());
            metrics.put(key + "_mean_radius", outcome.meanRadius(), "mean certified radius with " + outcome.name());
            metrics.put(
                    key + "_certified_36_255",
                    outcome.certifiedAccuracy(),
                    "certified accuracy at 36/255 with " + outcome.name());
            metrics.put(
                    key + "_mean_rounding_allowance",
                    outcome.meanAllowance(),
                    "mean of what float32 rounding can move a logit by, with " + outcome.name());
        }
        return metrics.put(
                        "softmax_above_one_vs_all", softmaxAboveOneVsAll(), "whether this statement of the paper holds")
                .put(
                        "auto_margin_within_a_point",
                        autoMarginWithinAPoint(),
                        "whether this statement of the paper holds");
    }

    /** Statements with the numbers they rest on, and whether they hold. */
    List<String> claims() {
        return List.of(
                String.format(
                        Locale.ROOT,
                        "%s  softmax-weighted hKR is more accurate than one-vs-all: %.4f against %.4f",
                        verdict(softmaxAboveOneVsAll()),
                        accuracy(LossCatalog.SOFTMAX_HKR),
                        accuracy(LossCatalog.ONE_VS_ALL_HKR)),
                String.format(
                        Locale.ROOT,
                        "%s  learned margins are within one point of the best fixed margin: %.4f against %.4f",
                        verdict(autoMarginWithinAPoint()),
                        accuracy(LossCatalog.SOFT_HINGE_HKR),
                        bestFixedMargin()));
    }

    String text() {
        StringBuilder text = new StringBuilder(
                String.format(Locale.ROOT, "%-28s %9s %12s %10s%n", "loss", "accuracy", "mean radius", "at 36/255"));
        for (LossOutcome outcome : outcomes) {
            text.append(String.format(
                    Locale.ROOT,
                    "%-28s %9.4f %12.4f %10.4f%n",
                    outcome.name(),
                    outcome.accuracy(),
                    outcome.meanRadius(),
                    outcome.certifiedAccuracy()));
        }
        claims().forEach(claim -> text.append(claim).append(System.lineSeparator()));
        return text.toString();
    }

    BufferedImage picture() {
        XYChart chart =
                Charts.lines("Accuracy and robustness", "test accuracy", "certified accuracy at 36/255", 860, 520);
        chart.getStyler().setLegendVisible(true).setLegendPosition(Styler.LegendPosition.OutsideE);
        chart.getStyler().setDefaultSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.Scatter);
        chart.getStyler().setMarkerSize(10);
        for (int i = 0; i < outcomes.size(); i++) {
            LossOutcome outcome = outcomes.get(i);
            XYSeries series = chart.addSeries(
                    outcome.name(), new double[] {outcome.accuracy()}, new double[] {outcome.certifiedAccuracy()});
            series.setMarkerColor(Color.getHSBColor((float) i / outcomes.size(), 0.75f, i % 2 == 0 ? 0.85f : 0.6f));
        }
        return Charts.draw(chart);
    }

    private boolean softmaxAboveOneVsAll() {
        return accuracy(LossCatalog.SOFTMAX_HKR) > accuracy(LossCatalog.ONE_VS_ALL_HKR);
    }

    private boolean autoMarginWithinAPoint() {
        return accuracy(LossCatalog.SOFT_HINGE_HKR) >= bestFixedMargin() - 0.01;
    }

    private double bestFixedMargin() {
        return outcomes.stream()
                .filter(outcome -> outcome.name().startsWith(LossCatalog.SOFTMAX_HKR.title()))
                .mapToDouble(LossOutcome::accuracy)
                .max()
                .orElseThrow();
    }

    private double accuracy(LossCatalog loss) {
        return outcomes.stream()
                .filter(outcome -> outcome.name().equals(loss.title()))
                .mapToDouble(LossOutcome::accuracy)
                .findFirst()
                .orElseThrow(() -> new NoSuchElementException("no outcome of " + loss.title()));
    }

    private static String verdict(boolean holds) {
        return holds ? "holds" : "FAILS";
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.4f", value);
    }
}
