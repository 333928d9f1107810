package io.github.otnn.xai;

/** 0.5 for colour images, else 0. */
record GreyBaseline() implements Baseline {
    @Override
    public double[] of(double[] sample, long[] shape) {
        boolean colour = shape.length == 3 && shape[2] == 3;
        return new ConstantBaseline(colour ? 0.5 : 0).of(sample, shape);
    }

    @Override
    public String describe() {
        return "baseline grey";
    }
}
