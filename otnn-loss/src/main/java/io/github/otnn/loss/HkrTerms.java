package io.github.otnn.loss;

/** What every hKR loss shares: the factors of its two terms, and the hinge with its slope. */
final class HkrTerms {
    private HkrTerms() {}

    /** Checks the hinge weight: at least 0, infinite allowed. */
    static void requireLambda(String where, double lambda) {
        if (!(lambda >= 0)) {
            throw new IllegalArgumentException(
                    where + ": lambda must be >= 0 (infinite for the hinge alone), got " + lambda);
        }
    }

    /** Checks the margin: positive and finite. */
    static void requireMargin(String where, double margin) {
        if (!(margin > 0) || Double.isInfinite(margin)) {
            throw new IllegalArgumentException(where + ": margin must be finite and > 0, got " + margin);
        }
    }

    /** Checks a temperature or another factor of the logits: positive and finite. */
    static void requirePositive(String where, String name, double value) {
        if (!(value > 0) || Double.isInfinite(value)) {
            throw new IllegalArgumentException(where + ": " + name + " must be finite and > 0, got " + value);
        }
    }

    /** Checks the temperature of a softmax: finite and at least 0. */
    static void requireTemperature(String where, double temperature) {
        if (!(temperature >= 0) || Double.isInfinite(temperature)) {
            throw new IllegalArgumentException(where + ": temperature must be finite and >= 0, got " + temperature);
        }
    }

    /** Checks and returns a number of classes: 2 or more. */
    static int requireClassCount(String where, int classes) {
        if (classes < 2) {
            throw new IllegalArgumentException(where + ": expected 2 or more classes, got " + classes
                    + "; use the binary loss AutoMarginHkr for a single output");
        }
        return classes;
    }

    /** The lambda of deel-torchlip's alpha: alpha / (1 - alpha), or alpha itself where it is above 1. */
    static double torchlipLambda(double alpha) {
        return alpha > 1 ? alpha : alpha / (1 - alpha);
    }

    /** Factor of the transport term: 0 if lambda is infinite, else 1. */
    static double transportFactor(double lambda) {
        return Double.isInfinite(lambda) ? 0 : 1;
    }

    /** Factor of the hinge: 1 if lambda is infinite, else lambda. */
    static double hingeFactor(double lambda) {
        return Double.isInfinite(lambda) ? 1 : lambda;
    }

    /** {@code (margin - aligned)+}, where {@code aligned} is a logit signed so that larger is better. */
    static double hinge(double margin, double aligned) {
        return Math.max(margin - aligned, 0);
    }

    /** 1 where the hinge descends, strictly inside the margin; else 0. */
    static double insideMargin(double margin, double aligned) {
        return aligned < margin ? 1 : 0;
    }
}
