package io.github.otnn.core.network;

/** A layer that is constrained to a constant of the user's choice, 1 unless told. */
public interface LipschitzTarget extends Layer {
    /** Constant that the effective weights are held to. */
    double lipschitz();

    /**
     * The same layer with another constant.
     *
     * @throws IllegalArgumentException if it is not finite and above 0
     */
    Layer withLipschitz(double lipschitz);

    /**
     * Checks a constant.
     *
     * @param layer for the message
     */
    static void require(String layer, double lipschitz) {
        if (!(lipschitz > 0) || Double.isInfinite(lipschitz)) {
            throw new IllegalArgumentException(layer + ": expected a finite Lipschitz constant > 0, got " + lipschitz);
        }
    }
}
