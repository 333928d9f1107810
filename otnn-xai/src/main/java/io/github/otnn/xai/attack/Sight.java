package io.github.otnn.xai.attack;

/**
 * What there is at one point. Arrays are lent until the search has seen them.
 *
 * @param point as evaluated, after clipping and rounding
 * @param margin lead of the label over the rival that was asked for
 * @param gradient of the margin; empty if it was not asked for
 * @param flipped whether the decision is another than the label
 */
record Sight(double[] point, double[] logits, double margin, double[] gradient, boolean flipped) {
    /** Length of the gradient. */
    double slope() {
        return Vectors.norm(gradient);
    }
}
