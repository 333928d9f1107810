package io.github.otnn.xai.transport;

/**
 * From when on a statement about transport counts as met. The propositions speak of the exact minimiser of hKR; a trained
 * network comes near it, so these are judgements. Only the tolerance is different: what it guards is true of every 1-Lipschitz
 * score, and a violation is a bug.
 *
 * @param tolerance relative, for slopes above 1 and for KR above W1: rounding only
 * @param medianSlope of the data, at least
 * @param lowSlope 5 % quantile of the slopes of the data, at least
 * @param pairTightness mean over optimal pairs, at least
 * @param pairCosine mean over optimal pairs, at least
 * @param transportRatio KR over W1, at least
 * @param boundaryResidual median, at most
 * @param newtonResidual median, at most
 * @param boundaryRatio median of distance to the boundary over |f|, at most
 * @param attackCosine median between perturbation and gradient, at least
 * @param attackRatio median of an attack's distance over |f|, at most
 */
public record TransportThresholds(
        double tolerance,
        double medianSlope,
        double lowSlope,
        double pairTightness,
        double pairCosine,
        double transportRatio,
        double boundaryResidual,
        double newtonResidual,
        double boundaryRatio,
        double attackCosine,
        double attackRatio) {
    /** For dense networks on points of the plane. */
    public static TransportThresholds plane() {
        return new TransportThresholds(1e-4, 0.95, 0.8, 0.95, 0.95, 0.93, 0.15, 0.05, 1.1, 0.97, 1.1);
    }

    /** For small convolutional networks on images. */
    public static TransportThresholds images() {
        return new TransportThresholds(1e-4, 0.6, 0.4, 0.5, 0, 0.5, 0.6, 0.3, 1.6, 0.9, 1.8);
    }
}
