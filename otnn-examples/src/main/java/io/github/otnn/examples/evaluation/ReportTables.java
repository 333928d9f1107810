package io.github.otnn.examples.evaluation;

import io.github.otnn.examples.run.HtmlReport;
import io.github.otnn.examples.twin.TwinTraining.Kind;
import io.github.otnn.xai.metric.Direction;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/**
 * The numbers in the shape of the paper's tables; where several seeds were trained, their mean.
 *
 * @param findings the numbers
 */
record ReportTables(Findings findings) {
    static final List<String> PAIR_HEADER =
            List.of("measure", "method", "OTNN", "unconstrained", "paper: OTNN", "paper: unconstrained");

    private static final List<Measure> PAIRS = List.of(
            Measure.MUFIDELITY_UNIFORM,
            Measure.MUFIDELITY_ZERO,
            Measure.STABILITY_SPEARMAN,
            Measure.DISTANCE_RMS,
            Measure.DISTANCE_SPEARMAN,
            Measure.COMPLEXITY);

    private static final List<Measure> RANKED =
            List.of(Measure.DELETION_UNIFORM, Measure.INSERTION_UNIFORM, Measure.DELETION_ZERO, Measure.INSERTION_ZERO);

    /** Table 1, and complexity: one line for each measure and method, both networks side by side. */
    List<List<String>> pairs() {
        List<List<String>> rows = new ArrayList<>();
        for (Measure measure : PAIRS) {
            for (Method method : findings.measured(measure)) {
                rows.add(List.of(
                        measure.title() + arrow(measure),
                        method.toString(),
                        number(findings.mean(Kind.OTNN, method, measure)),
                        number(findings.mean(Kind.UNCONSTRAINED, method, measure)),
                        PaperValues.of(Kind.OTNN, method, measure),
                        PaperValues.of(Kind.UNCONSTRAINED, method, measure)));
            }
        }
        return rows;
    }

    List<String> rankedHeader() {
        List<String> header = new ArrayList<>(List.of("measure", "network"));
        findings.methods().forEach(method -> header.add(method.toString()));
        header.add("rank of Saliency");
        return header;
    }

    /** Tables 8 and 9: one line for each measure and network, the methods side by side. */
    List<List<String>> ranked() {
        List<List<String>> rows = new ArrayList<>();
        for (Measure measure : RANKED) {
            for (Kind kind : Kind.values()) {
                List<String> row = new ArrayList<>(List.of(measure.title() + arrow(measure), kind.title()));
                findings.methods().forEach(method -> row.add(number(findings.mean(kind, method, measure))));
                row.add(
                        findings.measured(measure).contains(Method.SALIENCY)
                                ? Integer.toString(findings.rank(kind, Method.SALIENCY, measure))
                                : "");
                rows.add(row);
            }
        }
        return rows;
    }

    /** Adds both tables. */
    void addTo(HtmlReport report) {
        report.section("Fidelity, stability, distances, complexity (after Table 1)")
                .table(PAIR_HEADER, pairs())
                .paragraph(
                        "Means over images and seeds. The paper's numbers are those of Fashion-MNIST, from other networks,"
                                + " on 1,000 images, with settings that are partly unknown. Distances and Stability L2 are in units of"
                                + " the maps, JPEG sizes in kB, the rest has no unit. The 95 % intervals are in findings.csv.")
                .section("Deletion and Insertion (after Tables 8 and 9)")
                .table(rankedHeader(), ranked())
                .paragraph(
                        "In units of the logit that the network predicts: methods on one network can be compared, networks"
                                + " cannot. Rank 1 is best.");
    }

    private static String arrow(Measure measure) {
        return measure.better() == Direction.HIGHER ? " (high is good)" : " (low is good)";
    }

    private static String number(OptionalDouble value) {
        if (value.isEmpty()) {
            return "";
        }
        double number = value.getAsDouble();
        boolean small = number != 0 && Math.abs(number) < 0.01;
        return String.format(Locale.ROOT, small ? "%.1e" : "%.3f", number);
    }
}
