package io.github.otnn.core.network;

import io.github.otnn.core.Shape;

/**
 * A trainable array that a layer asks for.
 *
 * @param name unique within the layer, such as {@code weight}
 * @param shape of the effective array, and of the raw one unless the parametrization says otherwise
 * @param initializer first raw values
 * @param parametrization raw to effective
 */
public record ParameterSpec(String name, Shape shape, Initializer initializer, Parametrization parametrization) {
    /** Shape of the array that the optimiser moves. */
    public Shape rawShape() {
        return parametrization.rawShape(shape);
    }

    /** The same array as part of a layer within a layer. */
    ParameterSpec within(String prefix) {
        return new ParameterSpec(prefix + name, shape, initializer, parametrization);
    }

    /** An unconstrained bias of zeros. */
    public static ParameterSpec bias(long outputs) {
        return new ParameterSpec("bias", Shape.of(outputs), Initializer.zeros(), Parametrization.none());
    }
}
