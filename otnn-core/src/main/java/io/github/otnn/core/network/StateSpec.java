package io.github.otnn.core.network;

import io.github.otnn.core.Shape;

/**
 * An array that no optimiser moves: it follows what {@link LayerPass#observe} reports in training, and is fixed in prediction,
 * where {@link LayerPass#weight} gives it.
 *
 * <pre>after each step: state = (1 - momentum) state + momentum * observed, the mean over the step's samples</pre>
 *
 * @param name unique within the layer, among its parameters too, such as {@code runningMean}
 * @param shape of the array
 * @param initial first value of every entry
 * @param momentum share of the newest observation, in (0, 1]
 */
public record StateSpec(String name, Shape shape, double initial, double momentum) {
    /** Checks the momentum. */
    public StateSpec {
        if (!(momentum > 0 && momentum <= 1)) {
            throw new IllegalArgumentException("state '" + name + "': momentum must be in (0, 1], got " + momentum);
        }
    }

    /** The same array as part of a layer within a layer. */
    StateSpec within(String prefix) {
        return new StateSpec(prefix + name, shape, initial, momentum);
    }
}
