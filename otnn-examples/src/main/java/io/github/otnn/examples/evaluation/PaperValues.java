package io.github.otnn.examples.evaluation;

import io.github.otnn.examples.twin.TwinTraining.Kind;
import io.github.otnn.xai.metric.Direction;
import java.util.Arrays;
import java.util.Map;

/**
 * What the paper prints for Fashion-MNIST: arXiv 2206.06854v3, Table 1 (fidelity, stability) and its tables of Deletion,
 * Insertion and complexity; RISE after v1. Other networks, another number of images, partly unknown settings: to be read beside
 * our numbers, not to be reached.
 */
final class PaperValues {
    /** By measure: OTNN, then unconstrained, in the order of {@link Method}. */
    private static final Map<Measure, String[][]> TABLE = Map.ofEntries(
            Map.entry(Measure.MUFIDELITY_UNIFORM, new String[][] {
                {"0.156", "-0.017", "-0.005", "0.114", "0.215", "0.220"},
                {"-0.001", "-0.009", "-0.013", "-0.001", "0.02", "0.011"}
            }),
            Map.entry(Measure.MUFIDELITY_ZERO, new String[][] {
                {"0.246", "0.479", "0.543", "0.332", "0.161", "0.182"},
                {"0.034", "0.079", "0.134", "0.052", "0.046", "0.063"}
            }),
            Map.entry(Measure.DELETION_UNIFORM, new String[][] {
                {"0.22", "0.28", "0.28", "0.21", "0.23", "0.24"},
                {"0.26", "0.35", "0.39", "0.24", "0.32", "0.32"}
            }),
            Map.entry(Measure.INSERTION_UNIFORM, new String[][] {
                {"0.25", "0.20", "0.20", "0.26", "0.28", "0.26"},
                {"0.30", "0.32", "0.26", "0.24", "0.44", "0.40"}
            }),
            Map.entry(Measure.DELETION_ZERO, new String[][] {
                {"0.20", "0.16", "0.15", "0.19", "0.24", "0.26"},
                {"0.38", "0.28", "0.23", "0.39", "0.33", "0.16"}
            }),
            Map.entry(Measure.INSERTION_ZERO, new String[][] {
                {"0.36", "0.46", "0.47", "0.39", "0.31", "0.36"},
                {"0.45", "0.59", "0.68", "0.46", "0.53", "0.73"}
            }),
            Map.entry(Measure.ROBUSTNESS_SR, new String[][] {
                {"2.29", "3.31", "3.36", "2.01", "1.69", "3.27"},
                {"1.21", "1.36", "1.17", "1.25", "1.17", "1.15"}
            }),
            Map.entry(
                    Measure.STABILITY_SPEARMAN,
                    new String[][] {{"0.59", "", "0.61", "0.55", "", ""}, {"0.91", "", "0.79", "0.82", "", ""}}),
            Map.entry(Measure.COMPLEXITY, new String[][] {{"0.92", "", "", "", "", ""}, {"0.94", "", "", "", "", ""}}),
            Map.entry(
                    Measure.DISTANCE_RMS,
                    new String[][] {{"7.5e-3", "", "", "", "", ""}, {"7.0e-2", "", "", "", "", ""}}),
            Map.entry(
                    Measure.DISTANCE_SPEARMAN,
                    new String[][] {{"0.30", "", "", "", "", ""}, {"0.91", "", "", "", "", ""}}));

    private PaperValues() {}

    /** Place of a method among all that are printed: 1 is best, equal ones share the better place. */
    static String rank(Kind kind, Method method, Measure measure) {
        double own = Double.parseDouble(of(kind, method, measure));
        long better = Arrays.stream(Method.values())
                .mapToDouble(other -> Double.parseDouble(of(kind, other, measure)))
                .filter(other -> measure.better() == Direction.HIGHER ? other > own : other < own)
                .count();
        return Long.toString(better + 1);
    }

    /** The printed number, or an empty text. */
    static String of(Kind kind, Method method, Measure measure) {
        String[][] values = TABLE.get(measure);
        return values == null ? "" : values[kind.ordinal()][method.ordinal()];
    }
}
