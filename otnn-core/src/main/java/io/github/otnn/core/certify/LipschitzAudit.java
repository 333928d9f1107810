package io.github.otnn.core.certify;

import io.github.otnn.core.network.Architecture;
import io.github.otnn.core.network.CondensedNetwork;
import io.github.otnn.core.network.LipschitzBound;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;

/**
 * Proven upper bounds of a condensed network's Lipschitz constants (L2), layer by layer, from the effective weights in
 * float64.
 *
 * @param layers every layer with its bound, in order
 * @param featureBound bound of the map up to the input of the last layer: product of the bounds before it
 * @param logitBound bound of each single logit
 * @param vectorBound bound of the whole vector of logits
 */
public record LipschitzAudit(List<LayerReport> layers, double featureBound, double logitBound, double vectorBound) {
    /**
     * A layer of the network.
     *
     * @param name within the network
     * @param description type and settings
     * @param bound proven bound and method
     */
    public record LayerReport(String name, String description, LipschitzBound bound) {}

    /** Copies the list. */
    public LipschitzAudit {
        layers = List.copyOf(layers);
    }

    /** Audits every layer. Takes seconds for large convolutions; reads the network only. */
    public static LipschitzAudit of(CondensedNetwork network) {
        List<LayerReport> reports = new ArrayList<>();
        List<Architecture.Stage> stages = network.architecture().stages();
        double before = 1;
        double last = 1;
        double lastPerOutput = 1;
        for (Architecture.Stage stage : stages) {
            LipschitzBound bound = network.bound(stage);
            reports.add(new LayerReport(stage.name(), stage.layer().describe(stage.input()), bound));
            before = LipschitzBound.product(before, last);
            last = bound.vector();
            lastPerOutput = bound.perOutput();
        }
        return new LipschitzAudit(
                reports, before, LipschitzBound.product(before, lastPerOutput), LipschitzBound.product(before, last));
    }

    /** Layers for which no bound is known; the audit proves nothing unless this is empty. */
    public List<LayerReport> unbounded() {
        return layers.stream()
                .filter(layer -> Double.isInfinite(layer.bound().vector()))
                .toList();
    }

    /** The report as a table of text lines. */
    public String describe() {
        StringBuilder text = new StringBuilder();
        for (LayerReport layer : layers) {
            text.append(String.format(
                    java.util.Locale.ROOT,
                    "%-20s %-40s %s  %s%n",
                    layer.name(),
                    layer.description(),
                    upwards(layer.bound().vector()),
                    layer.bound().method()));
        }
        return text.append(String.format(
                        java.util.Locale.ROOT,
                        "each logit <= %s, logit vector <= %s%n",
                        upwards(logitBound),
                        upwards(vectorBound)))
                .toString();
    }

    /** Rounded up, so that the text is a bound too. */
    private static String upwards(double bound) {
        return Double.isInfinite(bound)
                ? "none"
                : new BigDecimal(bound).setScale(7, RoundingMode.CEILING).toPlainString();
    }
}
