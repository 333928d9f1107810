package io.github.otnn.xai;

/** f, the only output. */
record BinaryScore() implements Score {
    @Override
    public double evaluate(int sample, double[] logits, double[] gradient) {
        gradient[0] = 1;
        return logits[0];
    }

    @Override
    public void requireFits(int samples, int outputs) {
        if (outputs != 1) {
            throw new IllegalArgumentException("binary score: expected a function with 1 output, got " + outputs
                    + "; name a class with Score.logit(target)");
        }
    }

    @Override
    public String describe() {
        return "binary logit";
    }
}
