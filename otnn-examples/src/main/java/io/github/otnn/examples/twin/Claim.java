package io.github.otnn.examples.twin;

import io.github.otnn.examples.run.HtmlReport;
import io.github.otnn.examples.run.Metrics;
import java.util.List;

/**
 * A statement that a program checks against its own numbers. One that fails stays visible as failing.
 *
 * @param key its name in {@code metrics.json}
 * @param statement what is claimed
 * @param numbers what it rests on, in words
 * @param holds whether the numbers agree
 */
public record Claim(String key, String statement, String numbers, boolean holds) {
    /** Verdict, statement and numbers. */
    public String line() {
        return (holds ? "HOLDS  " : "FAILS  ") + statement + ": " + numbers;
    }

    /** The claims, a line each. */
    public static String lines(List<Claim> claims) {
        StringBuilder text = new StringBuilder();
        claims.forEach(claim -> text.append(claim.line()).append(System.lineSeparator()));
        return text.toString();
    }

    /** Adds a section with the claims. */
    public static void addTo(HtmlReport report, List<Claim> claims) {
        report.section("Claims");
        claims.forEach(claim -> report.verdict(claim.holds(), claim.statement(), claim.numbers()));
    }

    /** Adds the verdicts to the numbers of a run. */
    public static void put(List<Claim> claims, Metrics metrics) {
        claims.forEach(claim -> metrics.put(claim.key(), claim.holds(), "whether it holds: " + claim.statement()));
    }
}
