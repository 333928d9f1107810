package io.github.otnn.core.certify;

import io.github.otnn.core.ShapeMismatchException;
import io.github.otnn.core.network.ErrorGrowth;

/**
 * L2 distance within which the predicted class cannot change, from one sample's logits. A negative result means that the
 * given class is not the predicted one, and how far the sample is inside the other.
 *
 * <pre>
 * binary     y f / L                                              |f| / L for the prediction itself
 * joint      (f_y - max f_k) / (sqrt 2 L)    logit vector L-Lipschitz
 * disjoint   (f_y - max f_k) / (2 L)         each logit L-Lipschitz
 * pairwise   min_k (f_y - f_k) / (L |w_y - w_k|)   linear last layer with columns w_k on L-Lipschitz features
 * </pre>
 *
 * These four take logits as exact. {@link #computed} allows for rounding in both places: at the sample, and wherever an attack
 * may go.
 *
 * @see <a href="https://arxiv.org/abs/1802.04034">Tsuzuku, Sato, Sugiyama 2018</a>
 */
public final class CertifiedRadius {
    private CertifiedRadius() {}

    /**
     * Radius of a binary score.
     *
     * @param sign 1 or -1, the class asked for
     */
    public static double binary(double logit, int sign, double lipschitz) {
        return requireSign(sign) * logit / requireLipschitz(lipschitz);
    }

    /** Radius where the vector of logits is L-Lipschitz, as with orthonormal columns in the last layer. */
    public static double joint(double[] logits, int label, double lipschitz) {
        return gap(logits, label) / (Math.sqrt(2) * requireLipschitz(lipschitz));
    }

    /** Radius where each single logit is L-Lipschitz. */
    public static double disjoint(double[] logits, int label, double lipschitz) {
        return gap(logits, label) / (2 * requireLipschitz(lipschitz));
    }

    /**
     * Radius from the distances of the last layer's columns.
     *
     * @param columnDistances {@code [k][l] = |w_k - w_l|}, upper bounds
     * @param lipschitz bound of the map before the last layer
     */
    public static double pairwise(double[] logits, int label, double[][] columnDistances, double lipschitz) {
        requireLabel(logits, label);
        if (columnDistances.length != logits.length) {
            throw new ShapeMismatchException(
                    "pairwise radius", logits.length + " columns", String.valueOf(columnDistances.length));
        }
        requireLipschitz(lipschitz);
        double smallest = Double.POSITIVE_INFINITY;
        for (int k = 0; k < logits.length; k++) {
            double difference = logits[label] - logits[k];
            double distance = columnDistances[label][k];
            double slope = distance == 0 ? 0 : Math.max(lipschitz * distance, Double.MIN_VALUE);
            if (k != label) {
                // equal columns: the difference is the same at every input, so it never flips or always did
                double radius = slope > 0
                        ? difference / slope
                        : difference > 0 ? Double.POSITIVE_INFINITY : difference < 0 ? Double.NEGATIVE_INFINITY : 0;
                smallest = Math.min(smallest, radius);
            }
        }
        return smallest;
    }

    /**
     * Radius within which a computed number (a score, or the difference of two logits) keeps its sign; itself rounded down.
     *
     * <pre>
     * (|g| - 2 e(|x|)) / (L + relative),   e(n) = relative n + absolute
     * </pre>
     *
     * The exact number at x is at least |g| - e(|x|), at distance r at least L r less, and the computed one there at least
     * e(|x| + r) less again; all of that is above 0 for r below the radius.
     *
     * @param difference g, as computed at x
     * @param norm |x|, an upper bound
     * @param map what is proven of the map from x to g
     * @return with the sign of g; 0 where rounding alone could explain that sign
     */
    public static double computed(double difference, double norm, ErrorGrowth map) {
        double error = map.rounding().errorAt(norm);
        double left = Math.nextDown(Math.nextDown(Math.abs(difference)) - 2 * error);
        if (!(left > 0)) {
            return 0;
        }
        double slope = map.lipschitz() + map.rounding().relative();
        double radius = slope == 0 ? Double.POSITIVE_INFINITY : Math.nextDown(left / Math.nextUp(slope));
        return Math.copySign(radius, difference);
    }

    /** {@code f_y - max over the other classes}. */
    public static double gap(double[] logits, int label) {
        requireLabel(logits, label);
        double rival = Double.NEGATIVE_INFINITY;
        for (int k = 0; k < logits.length; k++) {
            if (k != label) {
                rival = Math.max(rival, logits[k]);
            }
        }
        return logits[label] - rival;
    }

    static int requireSign(int sign) {
        if (sign != 1 && sign != -1) {
            throw new IllegalArgumentException("binary radius: sign must be 1 or -1, got " + sign);
        }
        return sign;
    }

    static void requireLabel(double[] logits, int label) {
        if (logits.length < 2) {
            throw new IllegalArgumentException(
                    "multiclass radius: expected at least 2 logits, got " + logits.length + "; use the binary radius");
        }
        if (label < 0 || label >= logits.length) {
            throw new IllegalArgumentException(
                    "label " + label + " is outside the " + logits.length + " classes 0.." + (logits.length - 1));
        }
    }

    private static double requireLipschitz(double lipschitz) {
        if (!(lipschitz > 0) || Double.isInfinite(lipschitz)) {
            throw new IllegalArgumentException(
                    "certified radius: expected a finite Lipschitz bound > 0, got " + lipschitz);
        }
        return lipschitz;
    }
}
