package io.github.otnn.xai;

/** e^f_k / sum_j e^f_j. */
record SoftmaxScore(TargetClasses targets) implements Score {
    @Override
    public double evaluate(int sample, double[] logits, double[] gradient) {
        int target = targets.of(sample);
        double largest = Double.NEGATIVE_INFINITY;
        for (double logit : logits) {
            largest = Math.max(largest, logit);
        }
        double sum = 0;
        for (double logit : logits) {
            sum += Math.exp(logit - largest);
        }
        double probability = Math.exp(logits[target] - largest) / sum;
        // 1 - probability as the sum of the others: exact to the last digits where the probability is nearly 1
        double others = 0;
        for (int k = 0; k < logits.length; k++) {
            if (k != target) {
                double other = Math.exp(logits[k] - largest) / sum;
                gradient[k] = -probability * other;
                others += other;
            }
        }
        gradient[target] = probability * others;
        return probability;
    }

    @Override
    public void requireFits(int samples, int outputs) {
        if (outputs < 2) {
            throw new IllegalArgumentException("softmax score: expected a function with at least 2 outputs, got "
                    + outputs + "; use Score.sigmoid()");
        }
        targets.requireFits("softmax", samples, outputs);
    }

    @Override
    public boolean isProbability() {
        return true;
    }

    @Override
    public String describe() {
        return "softmax probability of " + targets;
    }
}
