package io.github.otnn.core.io;

import io.github.otnn.core.network.Architecture;
import io.github.otnn.core.network.CondensedNetwork;
import io.github.otnn.core.network.LipschitzBound;
import java.util.ArrayList;
import java.util.List;

/**
 * The Lipschitz bounds that travel with a model: of each layer, proven from its weights in float64, and their products.
 *
 * @param layers bounds in order of the layers
 * @param features the map up to the input of the last layer
 * @param logit each single output
 * @param vector all outputs as a vector
 */
public record StoredAudit(List<LayerBound> layers, double features, double logit, double vector) {
    /**
     * How far two proofs of one bound may be apart: machines add in different orders, a thousand times below this.
     */
    static final double ROUNDING = 1e-9;

    /**
     * A layer's bound.
     *
     * @param layer its name
     * @param bound proven
     */
    public record LayerBound(String layer, LipschitzBound bound) {}

    /** Copies the list. */
    public StoredAudit {
        layers = List.copyOf(layers);
    }

    /** Proves the bounds of a network. Takes seconds for large convolutions. */
    public static StoredAudit of(CondensedNetwork network) {
        List<LayerBound> layers = new ArrayList<>();
        for (Architecture.Stage stage : network.architecture().stages()) {
            layers.add(new LayerBound(stage.name(), network.bound(stage)));
        }
        return of(layers);
    }

    private static StoredAudit of(List<LayerBound> layers) {
        double before = 1;
        LipschitzBound last = LipschitzBound.of(1, "none");
        for (LayerBound layer : layers) {
            before = LipschitzBound.product(before, last.vector());
            last = layer.bound();
        }
        return new StoredAudit(
                layers,
                before,
                LipschitzBound.product(before, last.perOutput()),
                LipschitzBound.product(before, last.vector()));
    }

    /**
     * Checks that this is what the weights give.
     *
     * @param proven from the weights just now
     * @throws ModelFormatException naming the first bound that differs
     */
    void requireProven(StoredAudit proven) throws ModelFormatException {
        for (int i = 0; i < proven.layers.size(); i++) {
            LayerBound expected = proven.layers.get(i);
            if (i >= layers.size() || !layers.get(i).layer().equals(expected.layer())) {
                throw new ModelFormatException("audit: expected layer '" + expected.layer() + "' at place " + i);
            }
            LipschitzBound stored = layers.get(i).bound();
            requireEqual("layer '" + expected.layer() + "'", expected.bound().vector(), stored.vector());
            requireEqual(
                    "each output of layer '" + expected.layer() + "'",
                    expected.bound().perOutput(),
                    stored.perOutput());
        }
        if (layers.size() > proven.layers.size()) {
            throw new ModelFormatException("audit: expected " + proven.layers.size() + " layers, got " + layers.size());
        }
        requireEqual("the features", proven.features, features);
        requireEqual("each logit", proven.logit, logit);
        requireEqual("the logits", proven.vector, vector);
    }

    private static void requireEqual(String what, double proven, double stored) throws ModelFormatException {
        boolean equal = proven == stored || Math.abs(proven - stored) <= ROUNDING * Math.max(proven, stored);
        if (!equal || Double.isInfinite(proven) != Double.isInfinite(stored)) {
            throw new ModelFormatException("audit: the weights give the bound " + proven + " for " + what
                    + ", the file says " + stored
                    + "; the weights are not those that were audited. Load it with REAUDIT"
                    + " if you trust its weights");
        }
    }
}
