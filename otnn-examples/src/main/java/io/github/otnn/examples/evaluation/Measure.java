package io.github.otnn.examples.evaluation;

import io.github.otnn.xai.metric.Direction;

/** What is measured of a method on a network. */
enum Measure {
    MUFIDELITY_UNIFORM("muFidelity, uniform noise", Direction.HIGHER),
    MUFIDELITY_ZERO("muFidelity, zero", Direction.HIGHER),
    DELETION_UNIFORM("Deletion, uniform noise", Direction.LOWER),
    INSERTION_UNIFORM("Insertion, uniform noise", Direction.HIGHER),
    DELETION_ZERO("Deletion, zero", Direction.LOWER),
    INSERTION_ZERO("Insertion, zero", Direction.HIGHER),
    ROBUSTNESS_SR("Robustness-SR", Direction.LOWER),
    STABILITY_SPEARMAN("Stability, 1 - rho", Direction.LOWER),
    COMPLEXITY("JPEG size", Direction.LOWER),
    DISTANCE_RMS("distance to SmoothGrad, RMS", Direction.LOWER),
    DISTANCE_SPEARMAN("distance to SmoothGrad, 1 - rho", Direction.LOWER);

    private final String title;
    private final Direction better;

    Measure(String title, Direction better) {
        this.title = title;
        this.better = better;
    }

    String title() {
        return title;
    }

    /** Name with an arrow towards what is good. */
    String titleWithArrow() {
        return title + (better == Direction.HIGHER ? " \u2191" : " \u2193");
    }

    Direction better() {
        return better;
    }
}
