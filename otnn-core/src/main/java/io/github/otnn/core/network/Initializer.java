package io.github.otnn.core.network;

import io.github.otnn.core.Shape;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/** First values of a raw weight. The same generator state gives the same values on every backend. */
@FunctionalInterface
public interface Initializer {
    /** Values in C order. */
    double[] values(Shape shape, RandomGenerator random);

    /** All zeros. */
    static Initializer zeros() {
        return (shape, random) -> new double[Math.toIntExact(shape.length())];
    }

    /** All values the same. */
    static Initializer constant(double value) {
        return (shape, random) -> {
            double[] values = new double[Math.toIntExact(shape.length())];
            Arrays.fill(values, value);
            return values;
        };
    }
}
