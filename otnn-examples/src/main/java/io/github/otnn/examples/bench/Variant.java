package io.github.otnn.examples.bench;

import io.github.otnn.core.network.Architecture;

/** Ways to do the same work, for comparison. */
public enum Variant {
    /** Our 1-Lipschitz network. */
    LIPSCHITZ,
    /** Our ordinary network of the same widths. */
    UNCONSTRAINED,
    /** The bare convolutions and products of the 1-Lipschitz network, see {@link OperatorFloor}. */
    FLOOR;

    /** Layers of a network in this variant; for the floor those whose shapes count. */
    Architecture of(BenchmarkNetwork network) {
        return this == UNCONSTRAINED ? network.unconstrained() : network.lipschitz();
    }
}
