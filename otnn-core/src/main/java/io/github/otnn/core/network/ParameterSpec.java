package io.github.otnn.core.network;

import io.github.otnn.core.Shape;

/**
 * A trainable array that a layer asks for.
 *
 * @param name unique within the layer, such as {@code weight}
 * @param shape of the raw and of the effective array
 * @param initializer first raw values
 * @param parametrization raw to effective
 */
public record ParameterSpec(String name, Shape shape, Initializer initializer, Parametrization parametrization) {
    /** An unconstrained bias of zeros. */
    public static ParameterSpec bias(long outputs) {
        return new ParameterSpec("bias", Shape.of(outputs), Initializer.zeros(), Parametrization.none());
    }
}
