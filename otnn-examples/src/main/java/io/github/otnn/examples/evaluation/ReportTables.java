package io.github.otnn.examples.evaluation;

import io.github.otnn.examples.run.HtmlReport;
import io.github.otnn.examples.twin.TwinTraining.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The numbers in the shape of the paper's tables; where several seeds were trained, their mean.
 *
 * @param findings the numbers
 */
record ReportTables(Findings findings) {
    static final List<String> PAIR_HEADER =
            List.of("measure", "method", "OTNN", "unconstrained", "paper: OTNN", "paper: unc.");

    private static final List<Measure> PAIRS = List.of(
            Measure.MUFIDELITY_UNIFORM,
            Measure.MUFIDELITY_ZERO,
            Measure.STABILITY_SPEARMAN,
            Measure.DISTANCE_RMS,
            Measure.DISTANCE_SPEARMAN,
            Measure.COMPLEXITY);

    private static final List<Measure> RANKED = List.of(
            Measure.DELETION_UNIFORM,
            Measure.INSERTION_UNIFORM,
            Measure.DELETION_ZERO,
            Measure.INSERTION_ZERO,
            Measure.ROBUSTNESS_SR);

    /** Table 1, and complexity: one line for each measure and method, both networks side by side. */
    List<List<String>> pairs() {
        List<List<String>> rows = new ArrayList<>();
        for (Measure measure : PAIRS) {
            for (Method method : findings.measured(measure)) {
                rows.add(List.of(
                        measure.titleWithArrow(),
                        method.toString(),
                        withInterval(Kind.OTNN, method, measure),
                        withInterval(Kind.UNCONSTRAINED, method, measure),
                        PaperValues.of(Kind.OTNN, method, measure),
                        PaperValues.of(Kind.UNCONSTRAINED, method, measure)));
            }
        }
        return rows;
    }

    List<String> rankedHeader() {
        List<String> header = new ArrayList<>(List.of("measure", "network"));
        findings.methods().forEach(method -> header.add(method.toString()));
        header.add("paper");
        return header;
    }

    /** Tables 8 and 9: one line for each measure and network, the methods side by side, each with its rank. */
    List<List<String>> ranked() {
        List<List<String>> rows = new ArrayList<>();
        for (Measure measure : RANKED) {
            List<Method> measured = findings.measured(measure);
            for (Kind kind : Kind.values()) {
                List<String> row = new ArrayList<>(List.of(measure.titleWithArrow(), kind.title()));
                for (Method method : findings.methods()) {
                    row.add(
                            measured.contains(method)
                                    ? number(findings.mean(kind, method, measure)
                                                    .orElseThrow()) + "\u00a0(" + findings.rank(kind, method, measure)
                                            + ")"
                                    : "");
                }
                row.add(PaperValues.rank(kind, Method.SALIENCY, measure));
                rows.add(row);
            }
        }
        return rows;
    }

    /** Adds both tables. */
    void addTo(HtmlReport report) {
        report.section("Fidelity, stability, distances, complexity (after Table 1)")
                .table(PAIR_HEADER, withoutRepeats(pairs()))
                .paragraph(
                        "\u2191 high is good, \u2193 low is good. Means over images and seeds, \u00b1 half the 95 % interval over the"
                                + " images. The paper's numbers are those of Fashion-MNIST, from other networks, on 1,000 images, with"
                                + " settings that are partly unknown. Distances by RMS are in units of the maps, JPEG sizes in kB, the"
                                + " rest has no unit.")
                .section("Deletion, Insertion and Robustness-SR (after Tables 8 and 9)")
                .table(rankedHeader(), withoutRepeats(ranked()))
                .paragraph(
                        "In brackets the rank among the methods on one network, 1 is best; the last column has the rank of Saliency"
                                + " in the paper. Deletion and Insertion are in units of the"
                                + " logit that the network predicts, Robustness-SR in L2 distance of the input: methods on one"
                                + " network can be compared, networks cannot.");
    }

    /** A name that stands above is not said again. */
    private static List<List<String>> withoutRepeats(List<List<String>> rows) {
        List<List<String>> shown = new ArrayList<>();
        String above = "";
        for (List<String> row : rows) {
            List<String> own = new ArrayList<>(row);
            if (above.equals(row.get(0))) {
                own.set(0, "");
            }
            above = row.get(0);
            shown.add(own);
        }
        return shown;
    }

    private String withInterval(Kind kind, Method method, Measure measure) {
        return number(findings.mean(kind, method, measure).orElseThrow()) + "\u00a0\u00b1\u00a0"
                + number(findings.halfInterval(kind, method, measure).orElseThrow());
    }

    private static String number(double value) {
        boolean small = value != 0 && Math.abs(value) < 0.001;
        return String.format(Locale.ROOT, small ? "%.1e" : Math.abs(value) < 0.01 ? "%.4f" : "%.3f", value);
    }
}
