package io.github.otnn.xai;

/** f_k - f_r. */
record PairScore(TargetClasses targets, TargetClasses rivals) implements Score {
    @Override
    public double evaluate(int sample, double[] logits, double[] gradient) {
        int target = targets.of(sample);
        int rival = rivals.of(sample);
        gradient[target] = 1;
        gradient[rival] = -1;
        return logits[target] - logits[rival];
    }

    @Override
    public void requireFits(int samples, int outputs) {
        targets.requireFits("pair", samples, outputs);
        rivals.requireFits("pair", samples, outputs);
        for (int i = 0; i < samples; i++) {
            if (targets.of(i) == rivals.of(i)) {
                throw new IllegalArgumentException("pair score: class " + targets.of(i) + " of sample " + i
                        + " is its own rival; expected two different classes");
            }
        }
    }

    @Override
    public String describe() {
        return targets + " against " + rivals.asRival();
    }
}
