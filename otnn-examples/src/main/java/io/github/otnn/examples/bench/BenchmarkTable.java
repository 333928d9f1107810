package io.github.otnn.examples.bench;

import io.github.otnn.examples.run.Metrics;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.stream.Collectors;

/**
 * Measurements as a table: each beside the bare operations and the unconstrained twin with the same parameters, where they
 * were measured too.
 *
 * @param measurements in the order of the rows
 */
record BenchmarkTable(List<Measurement> measurements) {
    static final List<String> HEADER = List.of(
            "benchmark",
            "parameters",
            "variant",
            "median ms",
            "spread",
            "samples/s",
            "/ floor",
            "/ unconstrained",
            "peak MiB");
    static final List<String> MEMORY_HEADER =
            List.of("benchmark", "parameters", "off-heap MiB after each quarter", "growth", "peak");
    private static final String NOTHING = "-";

    /** Cells by row. */
    List<List<String>> rows() {
        return measurements.stream().map(this::row).toList();
    }

    private List<String> row(Measurement measurement) {
        String batch = measurement.parameters().get("batch");
        return List.of(
                measurement.name(),
                measurement.otherParameters(),
                measurement.variant().isEmpty() ? NOTHING : measurement.variant(),
                String.format(Locale.ROOT, "%.4g", measurement.median()),
                String.format(Locale.ROOT, "%.0f %%", 100 * measurement.spread()),
                batch == null || isMemory(measurement)
                        ? NOTHING
                        : String.format(Locale.ROOT, "%.0f", 1000 * Double.parseDouble(batch) / measurement.median()),
                ratioText(measurement, Variant.FLOOR),
                ratioText(measurement, Variant.UNCONSTRAINED),
                String.format(Locale.ROOT, "%.0f", measurement.peakMegabytes()));
    }

    /** Median over that of another variant of the same work; empty if that was not measured or is the same. */
    OptionalDouble ratio(Measurement measurement, Variant other) {
        if (measurement.variant().equals(other.name())) {
            return OptionalDouble.empty();
        }
        return measurements.stream()
                .filter(candidate -> candidate.variant().equals(other.name())
                        && candidate.describe().equals(measurement.describe()))
                .mapToDouble(candidate -> measurement.median() / candidate.median())
                .findFirst();
    }

    private String ratioText(Measurement measurement, Variant other) {
        OptionalDouble ratio = ratio(measurement, other);
        return ratio.isPresent() ? String.format(Locale.ROOT, "%.2f", ratio.getAsDouble()) : NOTHING;
    }

    /** Memory over time, for the long runs of {@link Memory}; in MiB. */
    List<List<String>> memoryRows() {
        return measurements.stream()
                .filter(BenchmarkTable::isMemory)
                .filter(measurement -> !measurement.offHeapMegabytes().isEmpty())
                .map(BenchmarkTable::memoryRow)
                .toList();
    }

    private static List<String> memoryRow(Measurement measurement) {
        List<Double> offHeap = measurement.offHeapMegabytes();
        String quarters = offHeap.stream()
                .map(megabytes -> String.format(Locale.ROOT, "%.0f", megabytes))
                .collect(Collectors.joining(" "));
        return List.of(
                measurement.name(),
                measurement.otherParameters(),
                quarters,
                String.format(Locale.ROOT, "%+.2f %%", 100 * (offHeap.get(offHeap.size() - 1) / offHeap.get(0) - 1)),
                String.format(Locale.ROOT, "%.0f", measurement.peakMegabytes()));
    }

    private static boolean isMemory(Measurement measurement) {
        return measurement.name().startsWith(Memory.class.getSimpleName() + ".");
    }

    /** The medians and peaks by name, for scripts. */
    Metrics metrics() {
        Metrics metrics = new Metrics();
        for (Measurement measurement : measurements) {
            String what = measurement.describe() + (measurement.variant().isEmpty() ? "" : " ") + measurement.variant();
            String key = what.replaceAll("[^A-Za-z0-9]+", "_").toLowerCase(Locale.ROOT);
            metrics.put(key + "_milliseconds", measurement.median(), "median time of " + what + ", ms");
            metrics.put(key + "_peak_megabytes", measurement.peakMegabytes(), "most memory of " + what + ", MiB");
        }
        return metrics;
    }

    /** Columns of equal width, for a terminal. */
    static String text(List<String> header, List<List<String>> rows) {
        List<List<String>> lines = new ArrayList<>(rows);
        lines.add(0, header);
        int[] widths = new int[header.size()];
        for (List<String> line : lines) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], line.get(i).length());
            }
        }
        StringBuilder text = new StringBuilder();
        for (List<String> line : lines) {
            StringBuilder padded = new StringBuilder();
            for (int i = 0; i < widths.length; i++) {
                padded.append(line.get(i))
                        .append(" ".repeat(widths[i] - line.get(i).length() + 2));
            }
            text.append(padded.toString().stripTrailing()).append('\n');
        }
        return text.toString().stripTrailing();
    }
}
