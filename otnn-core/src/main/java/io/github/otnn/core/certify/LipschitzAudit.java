package io.github.otnn.core.certify;

import io.github.otnn.core.Shape;
import io.github.otnn.core.network.Architecture;
import io.github.otnn.core.network.CondensedNetwork;
import io.github.otnn.core.network.ErrorGrowth;
import io.github.otnn.core.network.LipschitzBound;
import io.github.otnn.core.network.ParameterSpec;
import io.github.otnn.core.network.Rounding;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * Proven upper bounds of a condensed network's Lipschitz constants (L2), layer by layer, from the effective weights in
 * float64; and how far rounding can take the computed logits from the exact ones, in the arithmetic of the network's type.
 *
 * <p>Rounding includes that of the input to the network's type, so what is proven holds for inputs of any real numbers.
 *
 * @param type in which the network computes
 * @param layers every layer with its bounds, in order
 * @param features the map up to the input of the last layer
 * @param logit each single logit
 * @param vector the whole vector of logits
 * @param largestInput norm of an input up to which no value inside the network can overflow; 0 where nothing is proven
 */
public record LipschitzAudit(
        DataType type,
        List<LayerReport> layers,
        ErrorGrowth features,
        ErrorGrowth logit,
        ErrorGrowth vector,
        double largestInput) {
    /**
     * A layer of the network.
     *
     * @param name within the network
     * @param description type and settings
     * @param output shape of one output sample
     * @param parameters number of trained values
     * @param bound proven bound and method
     * @param rounding of the layer's own arithmetic
     */
    public record LayerReport(
            String name, String description, Shape output, long parameters, LipschitzBound bound, Rounding rounding) {
        /** Name and description, for messages. */
        String describe() {
            return "layer '" + name + "' (" + description + ")";
        }
    }

    /** Copies the list. */
    public LipschitzAudit {
        layers = List.copyOf(layers);
    }

    /** {@link #of(CondensedNetwork, Consumer)} that tells nobody. */
    public static LipschitzAudit of(CondensedNetwork network) {
        return of(network, report -> {});
    }

    /**
     * Audits every layer. Takes seconds for a wide convolution, minutes for a deep network; reads the network only, which
     * remembers the bounds, so that an audit that was stopped goes on where it was.
     *
     * @param listener told of each layer when its bound is known, on the caller's thread; stops the audit by throwing
     */
    public static LipschitzAudit of(CondensedNetwork network, Consumer<LayerReport> listener) {
        double unit = network.unitRoundoff();
        List<LayerReport> reports = new ArrayList<>();
        ErrorGrowth before =
                ErrorGrowth.start().then(1, roundingOfInput(network)).withoutOverflow(unit);
        ErrorGrowth vector = before;
        ErrorGrowth logit = before;
        for (Architecture.Stage stage : network.architecture().stages()) {
            LayerReport report = report(stage, network);
            reports.add(report);
            listener.accept(report);
            before = vector;
            vector = before.then(report.bound().vector(), report.rounding()).withoutOverflow(unit);
            logit = before.then(report.bound().perOutput(), report.rounding());
        }
        return new LipschitzAudit(
                network.type(),
                reports,
                before,
                logit,
                vector,
                vector.rounding().largestInput());
    }

    private static LayerReport report(Architecture.Stage stage, CondensedNetwork network) {
        long parameters = stage.layer().parameters(stage.input()).stream()
                .map(ParameterSpec::shape)
                .mapToLong(Shape::length)
                .sum();
        return new LayerReport(
                stage.name(),
                stage.layer().describe(stage.input()),
                stage.output(),
                parameters,
                network.bound(stage),
                network.rounding(stage));
    }

    /** To the nearest number of the type; below the normal numbers, perhaps to 0. */
    private static Rounding roundingOfInput(CondensedNetwork network) {
        double smallestNormal = network.type() == DataType.DOUBLE ? Double.MIN_NORMAL : Float.MIN_NORMAL;
        double values = network.inputShape().length();
        return new Rounding(network.unitRoundoff(), Math.nextUp(Math.sqrt(values) * smallestNormal), 0);
    }

    /** Bound of the map up to the input of the last layer: product of the bounds before it. */
    public double featureBound() {
        return features.lipschitz();
    }

    /** Bound of each single logit. */
    public double logitBound() {
        return logit.lipschitz();
    }

    /** Bound of the whole vector of logits. */
    public double vectorBound() {
        return vector.lipschitz();
    }

    /** Layers for which no bound is known; the audit proves nothing unless this is empty. */
    public List<LayerReport> unbounded() {
        return layers.stream()
                .filter(layer -> Double.isInfinite(layer.bound().vector()))
                .toList();
    }

    /** Layers that say nothing of their rounding; nothing is proven of computed logits unless this is empty. */
    public List<LayerReport> unknownRounding() {
        return layers.stream().filter(layer -> !layer.rounding().isKnown()).toList();
    }

    /** The report as a table of text lines; numbers are rounded up, so that the text is a bound too. */
    public String describe() {
        return AuditTable.of(this);
    }
}
