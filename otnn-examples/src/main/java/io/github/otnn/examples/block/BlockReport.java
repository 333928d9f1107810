package io.github.otnn.examples.block;

import io.github.otnn.examples.plot.Charts;
import io.github.otnn.examples.run.Metrics;
import io.github.otnn.examples.twin.Claim;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.style.Styler;

/**
 * Shares of both networks side by side: table, curve and claims.
 *
 * @param otnn shares of the 1-Lipschitz network
 * @param unconstrained shares of its twin
 */
record BlockReport(NullShares otnn, NullShares unconstrained) {
    static final List<String> HEADER =
            List.of("k, %", "OTNN, %", "unconstrained, %", "paper: OTNN, %", "paper: unc., %");

    private static final double CLAIMED_AT = 10;
    private static final double OTNN_BELOW = 0.05;
    private static final double UNCONSTRAINED_ABOVE = 0.25;

    /** Table 11 of arXiv 2206.06854v3, by way of a summary of it. */
    private static final List<String> PAPER_OTNN = List.of("<1", "<1", "1.8", "6.6", "16.8", "26.0", "32.9");

    private static final List<String> PAPER_UNCONSTRAINED =
            List.of("43.8", "42.5", "44.8", "46.5", "47.5", "48.1", "48.4");

    List<List<String>> rows() {
        List<List<String>> rows = new ArrayList<>();
        for (int k = 0; k < NullShares.PERCENTAGES.size(); k++) {
            rows.add(List.of(
                    number("%.1f", NullShares.PERCENTAGES.get(k)),
                    number("%.1f", 100 * otnn.shares().get(k)),
                    number("%.1f", 100 * unconstrained.shares().get(k)),
                    PAPER_OTNN.get(k),
                    PAPER_UNCONSTRAINED.get(k)));
        }
        return rows;
    }

    String text() {
        StringBuilder text = new StringBuilder(String.format(
                Locale.ROOT,
                "share of the top k %% of |gradient| in the null block (chance: 50 %%)%n%8s %8s %14s%n",
                "k, %",
                "OTNN, %",
                "unconstrained, %"));
        rows().forEach(row ->
                text.append(String.format(Locale.ROOT, "%8s %8s %14s%n", row.get(0), row.get(1), row.get(2))));
        return text.append(Claim.lines(claims())).toString();
    }

    String csv() {
        StringBuilder csv = new StringBuilder("k_percent,otnn_null_share,unconstrained_null_share\n");
        for (int k = 0; k < NullShares.PERCENTAGES.size(); k++) {
            csv.append(String.format(
                    Locale.ROOT,
                    "%.1f,%.6f,%.6f%n",
                    NullShares.PERCENTAGES.get(k),
                    otnn.shares().get(k),
                    unconstrained.shares().get(k)));
        }
        return csv.toString();
    }

    void put(Metrics metrics) {
        for (NullShares shares : List.of(otnn, unconstrained)) {
            for (double percentage : NullShares.PERCENTAGES) {
                String k = number("%.1f", percentage);
                metrics.put(
                        shares.kind().key() + "_null_share_" + k.replace('.', '_'),
                        shares.at(percentage),
                        "share of the top " + k + " % of |gradient| in the null block, "
                                + shares.kind().title());
            }
        }
        Claim.put(claims(), metrics);
    }

    List<Claim> claims() {
        double own = otnn.at(CLAIMED_AT);
        double twin = unconstrained.at(CLAIMED_AT);
        return List.of(
                new Claim(
                        "otnn_avoids_null_block",
                        "less than 5 % of the top 10 % of the OTNN's gradient lies in the null block",
                        number("%.1f %%", 100 * own),
                        own < OTNN_BELOW),
                new Claim(
                        "unconstrained_points_at_null_block",
                        "more than 25 % of the top 10 % of the unconstrained network's gradient lies there",
                        number("%.1f %%", 100 * twin),
                        twin > UNCONSTRAINED_ABOVE));
    }

    BufferedImage curve() {
        XYChart chart = Charts.lines(
                "What the gradient says about the block that says nothing",
                "strongest k % of the pixels",
                "share in the null block, %",
                720,
                420);
        chart.getStyler().setLegendVisible(true).setLegendPosition(Styler.LegendPosition.InsideSE);
        chart.getStyler().setYAxisMin(0.0).setYAxisMax(60.0);
        line(chart, otnn, new Color(0x1F5FBF));
        line(chart, unconstrained, new Color(0xD9822B));
        double[] k = percentages();
        double[] half = k.clone();
        java.util.Arrays.fill(half, 50);
        Charts.addLine(
                chart,
                "chance",
                k,
                half,
                Color.GRAY,
                new BasicStroke(1f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 1f, new float[] {4, 4}, 0));
        return Charts.draw(chart);
    }

    private static void line(XYChart chart, NullShares shares, Color colour) {
        double[] percent =
                shares.shares().stream().mapToDouble(share -> 100 * share).toArray();
        Charts.addLine(chart, shares.kind().title(), percentages(), percent, colour, new BasicStroke(2f));
    }

    private static double[] percentages() {
        return NullShares.PERCENTAGES.stream().mapToDouble(Double::doubleValue).toArray();
    }

    private static String number(String format, double value) {
        return String.format(Locale.ROOT, format, value);
    }
}
