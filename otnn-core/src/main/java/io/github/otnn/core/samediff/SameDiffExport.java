package io.github.otnn.core.samediff;

import io.github.otnn.core.graph.Graph;
import io.github.otnn.core.network.CondensedNetwork;
import io.github.otnn.core.tensor.Backend;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/**
 * A condensed network as a graph of SameDiff with its effective weights as constants, to be made part of a larger graph, saved, or
 * differentiated.
 *
 * <pre>{@code
 * SameDiff graph = SameDiffExport.of(model);
 * INDArray logits = graph.output(Map.of(SameDiffExport.INPUT, images), SameDiffExport.OUTPUT).get(SameDiffExport.OUTPUT);
 * }</pre>
 *
 * It computes the same function up to rounding, and its gradients are those of the network where that has a slope; at kinks (a pair
 * of equal values, a pooled maximum reached twice) they may be those of another side. Sorting groups of more than two channels compares
 * every channel with every other: memory grows with their square. The network itself predicts and explains faster.
 */
public final class SameDiffExport {
    /** Name of the placeholder, {@code [-1, ...]}, channels last. */
    public static final String INPUT = "input";

    /** Name of the result, {@code [batch, ...]}, channels last. */
    public static final String OUTPUT = "output";

    private SameDiffExport() {}

    /**
     * Writes a network as a new graph, which belongs to the caller.
     *
     * @throws UnsupportedOperationException naming the first layer that does not implement {@code Layer.express}
     */
    public static SameDiff of(CondensedNetwork network) {
        Backend.check();
        Graph graph = network.graph();
        SameDiff result = SameDiff.create();
        SDVariable last = graph.writeTo(new SameDiffGraph(result, graph.type()));
        result.identity(OUTPUT, last);
        return result;
    }
}
