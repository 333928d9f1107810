package io.github.otnn.examples.evaluation;

import java.util.List;
import java.util.Map;

/**
 * What is measured, and how finely.
 *
 * @param methods in the order of the tables
 * @param images test images, the first ones
 * @param stabilityImages of them that stability is measured on: it asks each method again for every neighbour
 * @param neighbours noisy copies of each of these
 * @param attackedImages of them that Robustness-SR is measured on: it attacks each of them for every set of pixels
 * @param draws of SmoothGrad
 * @param steps points on the path of integrated gradients
 * @param riseMasks masks of RISE
 * @param subsets of muFidelity
 * @param batch points evaluated at once
 * @param seed of noise, masks, subsets and baselines
 */
record Plan(
        List<Method> methods,
        int images,
        int stabilityImages,
        int neighbours,
        int attackedImages,
        int draws,
        int steps,
        int riseMasks,
        int subsets,
        int batch,
        long seed) {
    private static final int STABILITY_SHARE = 5;
    private static final int ATTACKED = 50;

    Plan {
        methods = List.copyOf(methods);
    }

    /** The paper's numbers, but fewer masks for RISE, and fewer images for stability and robustness: minutes on two cores. */
    static Plan of(List<Method> methods, int images, long seed) {
        int some = Math.max(1, (images + STABILITY_SHARE - 1) / STABILITY_SHARE);
        return new Plan(methods, images, some, 20, Math.min(images, ATTACKED), 50, 50, 500, 200, 250, seed);
    }

    /** Adds the numbers to the settings of a report. */
    void describe(Map<String, Object> settings) {
        settings.put("images", images + " (paper: 1000)");
        settings.put("images for stability", stabilityImages + ", " + neighbours + " neighbours each");
        settings.put("images for Robustness-SR", attackedImages + ", an attack of few steps: norms are upper bounds");
        settings.put("draws of SmoothGrad", draws);
        settings.put("points of integrated gradients", steps);
        settings.put("masks of RISE", riseMasks + " (paper: 4000)");
        settings.put("subsets of muFidelity", subsets + " of 20 % of 20 x 20 cells");
        settings.put("score", "logit of the class that the network predicts");
    }
}
