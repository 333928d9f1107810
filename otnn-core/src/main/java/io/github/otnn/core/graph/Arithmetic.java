package io.github.otnn.core.graph;

/** Operations on two values. */
public enum Arithmetic {
    /** a + b. */
    ADD,
    /** a - b. */
    SUBTRACT,
    /** a * b. */
    MULTIPLY,
    /** The smaller one. */
    MINIMUM,
    /** The larger one. */
    MAXIMUM
}
