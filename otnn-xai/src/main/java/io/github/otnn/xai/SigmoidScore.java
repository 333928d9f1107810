package io.github.otnn.xai;

/** 1 / (1 + e^-s) of another score s. */
record SigmoidScore(Score inner) implements Score {
    @Override
    public double evaluate(int sample, double[] logits, double[] gradient) {
        double value = inner.evaluate(sample, logits, gradient);
        // both halves from the exponential that cannot overflow, so that neither is a difference from 1
        double small = Math.exp(-Math.abs(value));
        double near = 1 / (1 + small);
        double far = small / (1 + small);
        for (int k = 0; k < gradient.length; k++) {
            gradient[k] *= near * far;
        }
        return value >= 0 ? near : far;
    }

    @Override
    public void requireFits(int samples, int outputs) {
        inner.requireFits(samples, outputs);
    }

    @Override
    public boolean isProbability() {
        return true;
    }

    @Override
    public String describe() {
        return "sigmoid of " + inner.describe();
    }
}
