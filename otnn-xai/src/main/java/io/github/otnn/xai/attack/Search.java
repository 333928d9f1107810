package io.github.otnn.xai.attack;

/**
 * The search for one sample, as a sequence of points to look at. Whoever drives it evaluates the points of many searches at
 * once, and keeps the nearest point that is decided differently.
 */
interface Search {
    /** What the search wants to know of its next point. */
    enum Wish {
        /** Logits and the gradient of a margin. */
        GRADIENT,
        /** Logits. */
        VALUE,
        /** Nothing: it has ended. */
        NOTHING
    }

    Wish wish();

    /** Writes the next point; it is clipped and rounded afterwards. */
    void place(double[] point);

    /** The class whose rivalry with the label is differentiated. */
    default int rival(double[] logits, int label) {
        return Decision.rival(logits, label);
    }

    /** Learns what was asked. */
    void see(Sight sight);
}
