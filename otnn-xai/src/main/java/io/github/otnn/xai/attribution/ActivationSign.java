package io.github.otnn.xai.attribution;

/** What becomes of the negative part of a map that adds up activations. */
public enum ActivationSign {
    /** Set to 0, as published for networks whose activations are never negative. */
    POSITIVE,
    /** Kept: activations behind a GroupSort have both signs, and a negative sum tells against the score. */
    SIGNED
}
