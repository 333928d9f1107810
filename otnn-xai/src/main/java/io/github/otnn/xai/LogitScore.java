package io.github.otnn.xai;

/** f_k. */
record LogitScore(TargetClasses targets) implements Score {
    @Override
    public double evaluate(int sample, double[] logits, double[] gradient) {
        int target = targets.of(sample);
        gradient[target] = 1;
        return logits[target];
    }

    @Override
    public void requireFits(int samples, int outputs) {
        targets.requireFits("logit", samples, outputs);
    }

    @Override
    public String describe() {
        return "logit of " + targets;
    }
}
