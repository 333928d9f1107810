package io.github.otnn.examples.evaluation;

import io.github.otnn.examples.twin.Claim;
import io.github.otnn.examples.twin.TwinTraining.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;
import java.util.function.BiPredicate;

/**
 * Statements of the paper, held against the numbers. Each must hold for every seed; what was not measured is not claimed.
 *
 * @param findings the numbers
 */
record ReportClaims(Findings findings) {
    private static final double MOST_DISTANCE = 0.5;

    List<Claim> all() {
        List<Claim> claims = new ArrayList<>();
        for (Measure measure : List.of(Measure.MUFIDELITY_UNIFORM, Measure.MUFIDELITY_ZERO)) {
            if (findings.measured(measure).contains(Method.SALIENCY)) {
                claims.add(faithful(measure));
            }
        }
        if (!findings.measured(Measure.MUFIDELITY_ZERO).isEmpty()) {
            claims.add(mostlyFaithful());
        }
        if (!findings.measured(Measure.STABILITY_SPEARMAN).isEmpty()) {
            claims.add(stable());
        }
        for (Measure measure : List.of(Measure.DISTANCE_RMS, Measure.DISTANCE_SPEARMAN)) {
            if (findings.measured(measure).contains(Method.SALIENCY)) {
                claims.add(close(measure));
            }
        }
        if (findings.measured(Measure.COMPLEXITY).contains(Method.SALIENCY)) {
            claims.add(simple());
        }
        return claims;
    }

    /** Saliency on the OTNN against the best of all methods on its twin. */
    private Claim faithful(Measure measure) {
        boolean holds = true;
        StringJoiner numbers = new StringJoiner("; ");
        for (long seed : findings.seeds()) {
            double own = at(seed, Kind.OTNN, Method.SALIENCY, measure);
            Method best = best(seed, measure);
            double other = at(seed, Kind.UNCONSTRAINED, best, measure);
            holds &= own > other;
            numbers.add(String.format(Locale.ROOT, "seed %d %.3f against at most %.3f (%s)", seed, own, other, best));
        }
        return new Claim(
                "saliency_" + key(measure) + "_above_all",
                measure.title() + ": Saliency on the OTNN is above every method on the unconstrained network",
                numbers.toString(),
                holds);
    }

    private Method best(long seed, Measure measure) {
        Method best = Method.SALIENCY;
        for (Method method : findings.measured(measure)) {
            if (at(seed, Kind.UNCONSTRAINED, method, measure) > at(seed, Kind.UNCONSTRAINED, best, measure)) {
                best = method;
            }
        }
        return best;
    }

    private Claim mostlyFaithful() {
        int cells = 0;
        int higher = 0;
        for (Measure measure : List.of(Measure.MUFIDELITY_UNIFORM, Measure.MUFIDELITY_ZERO)) {
            higher += count(measure, (own, twin) -> own > twin);
            cells += findings.seeds().size() * findings.measured(measure).size();
        }
        return new Claim(
                "mufidelity_mostly_higher",
                "muFidelity of most methods is higher on the OTNN",
                higher + " of " + cells + " cells",
                2 * higher > cells);
    }

    private Claim stable() {
        Measure measure = Measure.STABILITY_SPEARMAN;
        StringJoiner numbers = new StringJoiner("; ");
        for (Method method : findings.measured(measure)) {
            numbers.add(method + " " + pairs(method, measure, "%.3f"));
        }
        int cells = findings.seeds().size() * findings.measured(measure).size();
        int lower = count(measure, (own, twin) -> own < twin);
        return new Claim(
                "stability_lower",
                "Stability 1 - rho of every method is lower on the OTNN",
                lower + " of " + cells + " cells; " + numbers,
                lower == cells);
    }

    private Claim close(Measure measure) {
        boolean holds = true;
        StringJoiner numbers = new StringJoiner("; ");
        for (long seed : findings.seeds()) {
            double own = at(seed, Kind.OTNN, Method.SALIENCY, measure);
            double twin = at(seed, Kind.UNCONSTRAINED, Method.SALIENCY, measure);
            holds &= own < MOST_DISTANCE * twin;
            numbers.add(
                    String.format(Locale.ROOT, "seed %d %.3g against %.3g, ratio %.2f", seed, own, twin, own / twin));
        }
        return new Claim(
                "saliency_" + key(measure) + "_ratio_below_half",
                "Saliency and SmoothGrad differ less than half as much on the OTNN (" + measure.title() + ")",
                numbers.toString(),
                holds);
    }

    private Claim simple() {
        Measure measure = Measure.COMPLEXITY;
        return new Claim(
                "saliency_complexity_not_higher",
                "JPEG files of Saliency maps are not larger on the OTNN",
                pairs(Method.SALIENCY, measure, "%.3f") + " kB",
                findings.seeds().stream()
                        .allMatch(seed -> at(seed, Kind.OTNN, Method.SALIENCY, measure)
                                <= at(seed, Kind.UNCONSTRAINED, Method.SALIENCY, measure)));
    }

    /** Cells in which the numbers of OTNN and twin go together as said. */
    private int count(Measure measure, BiPredicate<Double, Double> condition) {
        int count = 0;
        for (long seed : findings.seeds()) {
            for (Method method : findings.measured(measure)) {
                boolean holds = condition.test(
                        at(seed, Kind.OTNN, method, measure), at(seed, Kind.UNCONSTRAINED, method, measure));
                count += holds ? 1 : 0;
            }
        }
        return count;
    }

    private String pairs(Method method, Measure measure, String format) {
        StringJoiner pairs = new StringJoiner(", ");
        for (long seed : findings.seeds()) {
            pairs.add(String.format(
                    Locale.ROOT,
                    format + " against " + format,
                    at(seed, Kind.OTNN, method, measure),
                    at(seed, Kind.UNCONSTRAINED, method, measure)));
        }
        return pairs.toString();
    }

    private double at(long seed, Kind kind, Method method, Measure measure) {
        return findings.at(seed, kind, method, measure).orElseThrow();
    }

    private static String key(Measure measure) {
        return measure.name().toLowerCase(Locale.ROOT);
    }
}
