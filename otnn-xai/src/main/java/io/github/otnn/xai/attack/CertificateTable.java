package io.github.otnn.xai.attack;

import java.util.Arrays;
import java.util.Locale;

/** A report as text. */
final class CertificateTable {
    private static final int LISTED = 10;

    private final CertificateReport report;
    private final StringBuilder text = new StringBuilder();

    CertificateTable(CertificateReport report) {
        this.report = report;
    }

    String text() {
        line("%d samples, %d without a radius above 0 left out", report.samples(), report.excludedCount());
        violations("violations (distance < radius - 1e-4 (1 + radius))", report.violations());
        violations("strict violations (distance < radius)", report.strictViolations());
        line(
                "tightness (radius / nearest distance): %s",
                report.tightness().map(found -> found.describe()).orElse("nothing was found"));
        line(
                "nothing found for %d; %d gradients, %d evaluations without",
                report.notFoundCount(), report.totalGradientEvaluations(), report.totalValueEvaluations());
        line(
                "%n%-18s %8s %8s %10s %10s %12s %12s",
                "attack", "found", "best", "of best", "median", "gradients", "values");
        for (CertificateReport.Standing s : report.ranking()) {
            line(
                    "%-18s %7.1f%% %7.1f%% %10.4f %10.4g %12d %12d",
                    s.name(),
                    100 * s.foundShare(),
                    100 * s.bestShare(),
                    s.meanShareOfBest(),
                    s.medianDistance(),
                    s.gradientEvaluations(),
                    s.valueEvaluations());
        }
        cosines();
        return text.toString();
    }

    private void violations(String name, int[] samples) {
        line("%s: %d", name, samples.length);
        for (int i : Arrays.copyOf(samples, Math.min(LISTED, samples.length))) {
            line(
                    "  sample %d: radius %.9g, distance %.9g by %s",
                    i,
                    report.radii()[i],
                    report.minimumDistances()[i],
                    report.results().get(report.bestAttacks()[i]).attack());
        }
        if (samples.length > LISTED) {
            line("  and %d more", samples.length - LISTED);
        }
    }

    private void cosines() {
        line("%nmean cosine of the perturbations");
        for (int a = 0; a < report.results().size(); a++) {
            text.append(
                    String.format(Locale.ROOT, "%-18s", report.results().get(a).name()));
            for (double cosine : report.cosines()[a]) {
                text.append(Double.isNaN(cosine) ? "      -" : String.format(Locale.ROOT, " %6.3f", cosine));
            }
            line("");
        }
    }

    private void line(String format, Object... values) {
        text.append(String.format(Locale.ROOT, format, values)).append(System.lineSeparator());
    }
}
