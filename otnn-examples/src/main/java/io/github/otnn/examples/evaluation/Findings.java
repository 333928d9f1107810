package io.github.otnn.examples.evaluation;

import io.github.otnn.examples.run.Metrics;
import io.github.otnn.examples.twin.TwinTraining.Kind;
import io.github.otnn.xai.metric.Direction;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/**
 * All numbers of a report.
 *
 * @param seeds of the networks, in order
 * @param methods in the order of the tables
 * @param cells any number of any of them
 */
record Findings(List<Long> seeds, List<Method> methods, List<Cell> cells) {
    Findings {
        seeds = List.copyOf(seeds);
        methods = List.copyOf(methods);
        cells = cells.stream()
                .sorted(Comparator.comparingLong(Cell::seed)
                        .thenComparing(Cell::kind)
                        .thenComparing(Cell::measure)
                        .thenComparing(Cell::method))
                .toList();
    }

    /** The number for one seed. */
    OptionalDouble at(long seed, Kind kind, Method method, Measure measure) {
        return matching(kind, method, measure).stream()
                .filter(cell -> cell.seed() == seed)
                .mapToDouble(Cell::mean)
                .findFirst();
    }

    /** Mean over the seeds. */
    OptionalDouble mean(Kind kind, Method method, Measure measure) {
        return matching(kind, method, measure).stream().mapToDouble(Cell::mean).average();
    }

    /** Half the 95 % interval over the images, mean over the seeds. */
    OptionalDouble halfInterval(Kind kind, Method method, Measure measure) {
        return matching(kind, method, measure).stream()
                .mapToDouble(cell -> (cell.high() - cell.low()) / 2)
                .average();
    }

    /** Curve of the first seed, or an empty list. */
    List<Double> curve(Kind kind, Method method, Measure measure) {
        return matching(kind, method, measure).stream()
                .map(Cell::curve)
                .findFirst()
                .orElse(List.of());
    }

    /** Methods that a measure was taken of, on both networks and for all seeds. */
    List<Method> measured(Measure measure) {
        return methods.stream()
                .filter(method -> matching(Kind.OTNN, method, measure).size() == seeds.size()
                        && matching(Kind.UNCONSTRAINED, method, measure).size() == seeds.size())
                .toList();
    }

    /** Place of a method among all, by the mean over the seeds: 1 is best, equal ones share the better place. */
    int rank(Kind kind, Method method, Measure measure) {
        double own = mean(kind, method, measure).orElseThrow();
        return 1
                + (int) measured(measure).stream()
                        .mapToDouble(other -> mean(kind, other, measure).orElseThrow())
                        .filter(other -> measure.better() == Direction.HIGHER ? other > own : other < own)
                        .count();
    }

    /** One line for each number. */
    String csv() {
        StringBuilder csv = new StringBuilder(
                "seed,network,method,measure,better,mean,low95,high95,unit,images,unusual,settings\n");
        for (Cell cell : cells) {
            csv.append(String.format(
                    Locale.ROOT,
                    "%d,%s,%s,%s,%s,%s,%s,%s,%s,%d,%s,%s%n",
                    cell.seed(),
                    cell.kind().key(),
                    cell.method(),
                    cell.measure().name().toLowerCase(Locale.ROOT),
                    cell.measure().better().name().toLowerCase(Locale.ROOT),
                    cell.mean(),
                    cell.low(),
                    cell.high(),
                    quoted(cell.unit()),
                    cell.images(),
                    quoted(cell.unusual()),
                    quoted(cell.settings())));
        }
        return csv.toString();
    }

    /** One line for each point of each curve. */
    String curvesCsv() {
        StringBuilder csv = new StringBuilder("seed,network,method,measure,share_of_steps,mean_score\n");
        for (Cell cell : cells) {
            int steps = cell.curve().size() - 1;
            for (int i = 0; i <= steps; i++) {
                csv.append(String.format(
                        Locale.ROOT,
                        "%d,%s,%s,%s,%s,%s%n",
                        cell.seed(),
                        cell.kind().key(),
                        cell.method(),
                        cell.measure().name().toLowerCase(Locale.ROOT),
                        (double) i / steps,
                        cell.curve().get(i)));
            }
        }
        return csv.toString();
    }

    /** Adds the means over the seeds. */
    void put(Metrics metrics) {
        for (Measure measure : Measure.values()) {
            for (Method method : measured(measure)) {
                for (Kind kind : Kind.values()) {
                    double mean = mean(kind, method, measure).orElseThrow();
                    if (Double.isFinite(mean)) {
                        metrics.put(key(kind, method, measure), mean, meaning(kind, method, measure));
                    }
                }
            }
        }
    }

    /** Images that need a second look, a line for each number that has some. */
    List<String> unusual() {
        List<String> lines = new ArrayList<>();
        for (Cell cell : cells) {
            if (!cell.unusual().isEmpty()) {
                lines.add(String.format(
                        Locale.ROOT,
                        "seed %d, %s, %s, %s: %s",
                        cell.seed(),
                        cell.kind().title(),
                        cell.method(),
                        cell.measure().title(),
                        cell.unusual()));
            }
        }
        return lines;
    }

    private static String key(Kind kind, Method method, Measure measure) {
        return (kind.key() + "_" + method.name() + "_" + measure.name()).toLowerCase(Locale.ROOT);
    }

    private static String meaning(Kind kind, Method method, Measure measure) {
        return measure.title() + " of " + method + " on the " + kind.title() + " network, mean over the seeds; "
                + measure.better().name().toLowerCase(Locale.ROOT) + " is better";
    }

    private List<Cell> matching(Kind kind, Method method, Measure measure) {
        return cells.stream()
                .filter(cell -> cell.kind() == kind && cell.method() == method && cell.measure() == measure)
                .toList();
    }

    private static String quoted(String text) {
        return "\"" + text.replace("\"", "\"\"") + "\"";
    }
}
