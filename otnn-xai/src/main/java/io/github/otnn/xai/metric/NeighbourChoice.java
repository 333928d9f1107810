package io.github.otnn.xai.metric;

/** Which neighbours of a sample count. */
public enum NeighbourChoice {
    /** All. */
    ALL,
    /** Those with the sample's prediction (largest logit, or sign of the only one); costs one forward pass more for each. */
    SAME_PREDICTION
}
