package io.github.otnn.examples.bench;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.openjdk.jmh.runner.BenchmarkList;
import org.openjdk.jmh.runner.BenchmarkListEntry;
import org.openjdk.jmh.runner.format.OutputFormat;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.VerboseMode;

/** The benchmarks of this package, by the names that people use: {@code TrainingStep}, {@code Constraint.pullback}. */
final class BenchmarkCatalog {
    private static final String ONLY_METHOD = ".run";

    private final List<BenchmarkListEntry> entries;

    private BenchmarkCatalog(Collection<BenchmarkListEntry> entries) {
        this.entries = List.copyOf(entries);
    }

    /** All that the compiler has found. */
    static BenchmarkCatalog all() {
        OutputFormat silent = OutputFormatFactory.createFormatInstance(System.err, VerboseMode.SILENT);
        return new BenchmarkCatalog(BenchmarkList.defaultList().getAll(silent, List.of()));
    }

    /** Those whose name contains a match of the pattern. */
    BenchmarkCatalog matching(Pattern pattern) {
        return new BenchmarkCatalog(entries.stream()
                .filter(entry -> pattern.matcher(name(entry.getUsername())).find())
                .toList());
    }

    boolean isEmpty() {
        return entries.isEmpty();
    }

    /** Patterns of exactly these, as JMH wants them. */
    List<String> patterns() {
        return entries.stream()
                .map(entry -> "^" + Pattern.quote(entry.getUsername()) + "$")
                .toList();
    }

    /** A line for each: its name and parameters with the values that they take unless told. */
    List<String> lines() {
        return entries.stream()
                .map(entry -> name(entry.getUsername()) + "  " + parameters(entry))
                .sorted()
                .toList();
    }

    private static String parameters(BenchmarkListEntry entry) {
        Map<String, String[]> values = entry.getParams().orElse(Map.of());
        StringBuilder text = new StringBuilder();
        new TreeMap<>(values)
                .forEach((name, choices) ->
                        text.append(name).append(Arrays.toString(choices)).append(' '));
        return text.toString().strip();
    }

    /** Class and method without the package; the class alone if it has one benchmark. */
    static String name(String qualified) {
        String method = qualified.substring(qualified.lastIndexOf('.', qualified.lastIndexOf('.') - 1) + 1);
        return method.endsWith(ONLY_METHOD) ? method.substring(0, method.length() - ONLY_METHOD.length()) : method;
    }
}
