package io.github.otnn.examples.attack;

import io.github.otnn.core.certify.Certificates;
import io.github.otnn.examples.plot.Charts;
import io.github.otnn.examples.run.Metrics;
import io.github.otnn.xai.Distribution;
import io.github.otnn.xai.attack.AttackResult;
import io.github.otnn.xai.attack.CertificateReport;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;
import org.knowm.xchart.XYChart;

/** Numbers, table and curve of attacked certificates. */
record AttackTables(CertificateReport report, Certificates certificates, int[] places) {
    private static final int STEPS = 120;

    Metrics metrics() {
        Metrics metrics = new Metrics()
                .put("samples", report.samples(), "images attacked")
                .put("excluded", report.excludedCount(), "of them without a radius above 0")
                .put("violations", report.violations().length, "distance < radius - 1e-4 (1 + radius); must be 0")
                .put("strict_violations", report.strictViolations().length, "distance < radius; must be 0")
                .put("not_found", report.notFoundCount(), "certified images for which no attack has found anything")
                .put("accuracy", certificates.accuracy(), "share of the images classified rightly")
                .put("mean_certified_radius", certificates.meanRadius(), "mean radius, 0 for wrong predictions");
        Optional<Distribution> tightness = report.tightness();
        if (tightness.isPresent()) {
            metrics.put("tightness_median", tightness.get().median(), "median of radius over nearest distance")
                    .put("tightness_p5", tightness.get().p5(), "5 % quantile of it")
                    .put(
                            "tightness_maximum",
                            tightness.get().maximum(),
                            "largest of it; above 1 the certificate is wrong");
        }
        metrics.put("gradient_evaluations", report.totalGradientEvaluations(), "gradients spent by all attacks")
                .put("value_evaluations", report.totalValueEvaluations(), "evaluations without a gradient");
        for (CertificateReport.Standing standing : report.ranking()) {
            metrics.put(
                    "share_of_best_" + standing.name().replaceAll("[^A-Za-z0-9]+", "_"),
                    standing.meanShareOfBest(),
                    "mean of nearest distance over the distance of " + standing.name());
        }
        return metrics;
    }

    String csv() {
        StringBuilder text = new StringBuilder("index,label,predicted,radius,nearest_distance,nearest_attack");
        for (AttackResult result : report.results()) {
            text.append(',').append(result.name().replace(' ', '_'));
        }
        text.append('\n');
        for (int i = 0; i < places.length; i++) {
            int best = report.bestAttacks()[i];
            text.append(String.format(
                    Locale.ROOT,
                    "%d,%d,%d,%.9g,%s,%s",
                    places[i],
                    certificates.labels()[i],
                    certificates.predicted()[i],
                    report.radii()[i],
                    distance(report.minimumDistances()[i]),
                    best < 0 ? "" : report.results().get(best).name()));
            for (AttackResult result : report.results()) {
                text.append(',').append(distance(result.distances()[i]));
            }
            text.append('\n');
        }
        return text.toString();
    }

    BufferedImage robustAccuracy() {
        double end = IntStream.range(0, places.length)
                .filter(this::right)
                .mapToDouble(i -> report.minimumDistances()[i])
                .filter(Double::isFinite)
                .max()
                .orElse(1);
        double[] epsilons = IntStream.rangeClosed(0, STEPS)
                .mapToDouble(i -> end * i / STEPS)
                .toArray();
        XYChart chart = Charts.lines("Robust accuracy", "L2 perturbation epsilon", "share", 720, 380);
        chart.getStyler().setYAxisMin(0.0).setYAxisMax(1.0);
        chart.getStyler().setLegendVisible(true);
        BasicStroke stroke = new BasicStroke(2f);
        double[] certified =
                Arrays.stream(epsilons).map(certificates::certifiedAccuracy).toArray();
        double[] attacked = Arrays.stream(epsilons).map(this::attackedAccuracy).toArray();
        Charts.addLine(chart, "certified", epsilons, certified, new Color(0x1F5FBF), stroke);
        Charts.addLine(chart, "under attack", epsilons, attacked, new Color(0xE07B00), stroke);
        return Charts.draw(chart);
    }

    private double attackedAccuracy(double epsilon) {
        return IntStream.range(0, places.length)
                        .filter(i -> right(i) && report.minimumDistances()[i] > epsilon)
                        .count()
                / (double) places.length;
    }

    private boolean right(int i) {
        return certificates.predicted()[i] == certificates.labels()[i];
    }

    private static String distance(double value) {
        return Double.isInfinite(value) ? "" : String.format(Locale.ROOT, "%.9g", value);
    }
}
