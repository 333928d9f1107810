package io.github.otnn.xai;

/** y f. */
final class SignedScore implements Score {
    private final int[] labels;

    SignedScore(int[] labels) {
        this.labels = labels.clone();
        for (int i = 0; i < labels.length; i++) {
            if (labels[i] != 1 && labels[i] != -1 && labels[i] != 0) {
                throw new IllegalArgumentException(
                        "signed score: expected labels 1 and -1 (or 0), got " + labels[i] + " at sample " + i);
            }
        }
    }

    @Override
    public double evaluate(int sample, double[] logits, double[] gradient) {
        gradient[0] = labels[sample] > 0 ? 1 : -1;
        return gradient[0] * logits[0];
    }

    @Override
    public void requireFits(int samples, int outputs) {
        if (outputs != 1) {
            throw new IllegalArgumentException("signed score: expected a function with 1 output, got " + outputs
                    + "; for classes use Score.margin(targets)");
        }
        if (labels.length != samples) {
            throw new IllegalArgumentException("signed score: expected one label for each of the " + samples
                    + " samples, got " + labels.length + " labels");
        }
    }

    @Override
    public String describe() {
        return "binary logit towards each sample's label";
    }
}
