package io.github.otnn.xai.metric;

/** Which values of a metric are better. */
public enum Direction {
    /** Large values. */
    HIGHER,
    /** Small values. */
    LOWER
}
