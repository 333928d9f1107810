package io.github.otnn.xai;

/** f_k - max of the others. */
record MarginScore(TargetClasses targets) implements Score {
    @Override
    public double evaluate(int sample, double[] logits, double[] gradient) {
        int target = targets.of(sample);
        int rival = target == 0 ? 1 : 0;
        for (int k = rival + 1; k < logits.length; k++) {
            if (k != target && logits[k] > logits[rival]) {
                rival = k;
            }
        }
        gradient[target] = 1;
        gradient[rival] = -1;
        return logits[target] - logits[rival];
    }

    @Override
    public void requireFits(int samples, int outputs) {
        if (outputs < 2) {
            throw new IllegalArgumentException("margin score: expected a function with at least 2 outputs, got "
                    + outputs + "; use Score.binary()");
        }
        targets.requireFits("margin", samples, outputs);
    }

    @Override
    public String describe() {
        return "margin of " + targets;
    }
}
