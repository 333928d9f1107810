package io.github.otnn.examples.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.RunResult;

/**
 * What came out of one benchmark with one choice of parameters.
 *
 * @param name as {@link BenchmarkCatalog} says it
 * @param parameters by name, sorted
 * @param milliseconds time of an operation in each iteration, in order
 * @param offHeapMegabytes memory that Java does not manage, after each iteration, in order
 * @param peakMegabytes most memory that the process had
 */
record Measurement(
        String name,
        Map<String, String> parameters,
        List<Double> milliseconds,
        List<Double> offHeapMegabytes,
        double peakMegabytes) {
    private static final String VARIANT = "variant";

    Measurement {
        if (milliseconds.isEmpty()) {
            throw new IllegalArgumentException(
                    "measurement of " + name + ": expected at least one iteration, got none");
        }
        parameters = new TreeMap<>(parameters);
    }

    /** Takes over the results of a run, those of repetitions together. */
    static Measurement of(RunResult run) {
        BenchmarkParams params = run.getParams();
        Map<String, String> parameters = new TreeMap<>();
        params.getParamsKeys().forEach(key -> parameters.put(key, params.getParam(key)));
        List<Double> milliseconds = new ArrayList<>();
        List<Double> offHeap = new ArrayList<>();
        double peak = 0;
        for (BenchmarkResult fork : run.getBenchmarkResults()) {
            for (IterationResult iteration : fork.getIterationResults()) {
                milliseconds.add(iteration.getPrimaryResult().getScore());
                offHeap.addAll(scores(iteration, ProcessMemory.OFF_HEAP));
                for (double megabytes : scores(iteration, ProcessMemory.PEAK)) {
                    peak = Math.max(peak, megabytes);
                }
            }
        }
        return new Measurement(BenchmarkCatalog.name(params.getBenchmark()), parameters, milliseconds, offHeap, peak);
    }

    private static List<Double> scores(IterationResult iteration, String label) {
        List<Double> scores = new ArrayList<>();
        var results = iteration.getRawSecondaryResults().get(label);
        if (results != null) {
            results.forEach(result -> scores.add(result.getScore()));
        }
        return scores;
    }

    /** Median time of an operation in milliseconds. */
    double median() {
        double[] sorted = sorted();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /** Slowest minus fastest iteration, as a share of the median. */
    double spread() {
        double[] sorted = sorted();
        return (sorted[sorted.length - 1] - sorted[0]) / median();
    }

    /** Name and parameters, the variant apart. */
    String describe() {
        return (name + " " + otherParameters()).strip();
    }

    /** Parameters but the variant: {@code batch=1 network=SMALL_CNN}. */
    String otherParameters() {
        StringBuilder text = new StringBuilder();
        parameters.forEach((key, value) -> {
            if (!key.equals(VARIANT)) {
                text.append(key).append('=').append(value).append(' ');
            }
        });
        return text.toString().strip();
    }

    /** Way in which the work was done, or nothing. */
    String variant() {
        return parameters.getOrDefault(VARIANT, "");
    }

    private double[] sorted() {
        double[] sorted = milliseconds.stream().mapToDouble(Double::doubleValue).toArray();
        Arrays.sort(sorted);
        return sorted;
    }
}
