package io.github.otnn.xai;

import io.github.otnn.core.tensor.Tensors;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Consecutive samples of an input with their scores and the gradients of these scores. Handed out by
 * {@link ScoredFunction#forEachBatch}; belongs to that thread, and its arrays are not to be modified.
 */
public final class ScoredBatch {
    private final ScoredFunction function;
    private final int samples;
    private final int first;
    private final INDArray input;
    private final ScoredFunction.Values values;
    private final INDArray gradient;
    private double @Nullable [] norms;

    ScoredBatch(
            ScoredFunction function,
            int samples,
            int first,
            INDArray input,
            ScoredFunction.Values values,
            INDArray gradient) {
        this.function = function;
        this.samples = samples;
        this.first = first;
        this.input = input;
        this.values = values;
        this.gradient = gradient;
    }

    /** Index of the first sample in the whole input. */
    public int first() {
        return first;
    }

    /** Number of samples. */
    public int size() {
        return values.scores().length;
    }

    /** Number of samples of the whole input. */
    public int samples() {
        return samples;
    }

    /** The samples {@code [size, ...]}, dense. */
    public INDArray input() {
        return input;
    }

    /** Logits and scores of the samples. */
    public ScoredFunction.Values values() {
        return values;
    }

    /** d score / d x, {@code [size, ...]}, dense. */
    public INDArray gradient() {
        return gradient;
    }

    /** L2 norm of each sample's gradient, accumulated in float64. */
    public double[] gradientNorms() {
        if (norms == null) {
            double[] all = Tensors.toDoubles(gradient);
            int length = all.length / size();
            double[] computed = new double[size()];
            for (int i = 0; i < computed.length; i++) {
                double squares = 0;
                for (int p = i * length; p < (i + 1) * length; p++) {
                    squares += all[p] * all[p];
                }
                computed[i] = Math.sqrt(squares);
            }
            norms = computed;
        }
        return norms.clone();
    }

    /**
     * The samples moved along their gradients: {@code x_i - step_i grad_i}.
     *
     * @param steps one for each sample
     * @return new array of shape and type of {@link #input()}; each value is computed in float64 and rounded once
     */
    public INDArray moved(double[] steps) {
        INDArray moved = Tensors.uninitialized(input.dataType(), input.shape());
        // whole batches: a view for each sample takes longer than what is done with it
        double[] x = Tensors.toDoubles(input);
        double[] g = Tensors.toDoubles(gradient);
        int length = x.length / size();
        for (int i = 0; i < size(); i++) {
            for (int p = i * length; p < (i + 1) * length; p++) {
                x[p] -= steps[i] * g[p];
            }
        }
        Tensors.write(x, moved);
        return moved;
    }

    /**
     * Logits and scores at other points that stand for the same samples, so that targets given by sample still apply.
     *
     * @param points {@code [size, ...]}, shape of {@link #input()}. Not modified.
     * @throws IllegalArgumentException if a point or a logit is NaN or infinite
     */
    public ScoredFunction.Values valuesAt(INDArray points) {
        Tensors.requireFinite("moved samples, batch from sample " + first, points);
        return function.values(points, first, samples);
    }

    /**
     * The same samples at other points, with scores and gradients there.
     *
     * @param points {@code [size, ...]}, shape of {@link #input()}, dense. Not modified.
     * @throws IllegalArgumentException if a point, a logit or a gradient is NaN or infinite
     */
    public ScoredBatch at(INDArray points) {
        Tensors.requireFinite("moved samples, batch from sample " + first, points);
        return function.gradients(points, first, samples);
    }
}
