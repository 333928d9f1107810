package io.github.otnn.xai.attack;

/** How logits decide, and the difference of logits that an attack brings down. One logit stands for two classes, 1 and -1. */
final class Decision {
    private Decision() {}

    static int prediction(double[] logits) {
        if (logits.length == 1) {
            return logits[0] > 0 ? 1 : -1;
        }
        int best = 0;
        for (int k = 1; k < logits.length; k++) {
            best = logits[k] > logits[best] ? k : best;
        }
        return best;
    }

    /** The strongest other class; with one logit the opposite sign. */
    static int rival(double[] logits, int label) {
        if (logits.length == 1) {
            return -label;
        }
        int best = label == 0 ? 1 : 0;
        for (int k = best + 1; k < logits.length; k++) {
            best = k != label && logits[k] > logits[best] ? k : best;
        }
        return best;
    }

    /** Lead of the label over a rival. */
    static double margin(double[] logits, int label, int rival) {
        return logits.length == 1 ? label * logits[0] : logits[label] - logits[rival];
    }

    /** Writes d margin / d logits into zeros. */
    static void cotangent(double[] into, int at, int outputs, int label, int rival) {
        if (outputs == 1) {
            into[at] = label;
        } else {
            into[at + label] = 1;
            into[at + rival] = -1;
        }
    }

    /** The label as it is compared with predictions: with one logit 0 reads as -1. */
    static int requireLabel(int label, int sample, int outputs) {
        if (outputs == 1) {
            if (label < -1 || label > 1) {
                throw new IllegalArgumentException("label " + label + " of sample " + sample
                        + ": expected 1, -1 or 0 for a function with one logit");
            }
            return label == 1 ? 1 : -1;
        }
        if (label < 0 || label >= outputs) {
            throw new IllegalArgumentException("label " + label + " of sample " + sample + " is outside the " + outputs
                    + " classes 0.." + (outputs - 1));
        }
        return label;
    }
}
