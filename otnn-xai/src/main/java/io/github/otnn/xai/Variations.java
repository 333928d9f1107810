package io.github.otnn.xai;

import io.github.otnn.core.tensor.Tensors;
import java.util.Arrays;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Evaluates points made from samples, many of them for each: noisy copies, points of a path, masked copies.
 *
 * <p>Batches are full whatever the number of points per sample, and one batch of points is all that is held. Points are handed
 * over sample by sample, each sample's in order, so that sums taken from them do not depend on batches. One thread.
 */
public final class Variations {
    private final ScoredFunction function;
    private final INDArray input;
    private final SampleValues inputs;
    private final int samples;
    private final int length;
    private final Progress progress;
    private final long total;
    private final double[] buffer;
    private final float[] narrow;
    private final int[] owners;
    private final int[] indices;
    private final INDArray points;
    private int filled;
    private long done;

    /** Makes one point. */
    @FunctionalInterface
    public interface Maker {
        /**
         * Writes a point.
         *
         * @param sample index of the sample
         * @param index of the point among those of the sample
         * @param x the sample's values. Not modified.
         * @param into receives as many values, from {@code offset} on
         */
        void make(int sample, int index, double[] x, double[] into, int offset);
    }

    /** Takes the score of one point. */
    @FunctionalInterface
    public interface ScoreVisitor {
        /** Takes the score of point {@code index} of a sample. */
        void accept(int sample, int index, double score);
    }

    /** Takes the gradient of one point. */
    @FunctionalInterface
    public interface GradientVisitor {
        /** Takes the gradient of point {@code index} of a sample: the values from {@code offset} on, not to be kept. */
        void accept(int sample, int index, double[] gradients, int offset);
    }

    private interface Batch {
        void evaluate(INDArray points, int[] owners);
    }

    /**
     * Prepares for an input.
     *
     * @param input {@code [samples, ...]}, finite. Not modified.
     * @param pointsPerSample of the whole computation, for the progress
     * @throws IllegalArgumentException if the input is empty, or a value is NaN or infinite
     */
    public Variations(ScoredFunction function, INDArray input, int pointsPerSample, Progress progress) {
        this.function = function;
        this.input = ScoredFunction.requireInput(input);
        this.inputs = new SampleValues(this.input);
        this.samples = inputs.samples();
        this.length = inputs.length();
        this.progress = progress;
        this.total = (long) samples * pointsPerSample;
        int capacity = (int) Math.min(function.batchSize(), total);
        this.buffer = new double[Math.multiplyExact(capacity, length)];
        this.narrow = new float[this.input.dataType() == DataType.FLOAT ? buffer.length : 0];
        this.owners = new int[capacity];
        this.indices = new int[capacity];
        long[] shape = this.input.shape().clone();
        shape[0] = capacity;
        this.points = Tensors.uninitialized(this.input.dataType(), shape);
    }

    /** Number of samples. */
    public int samples() {
        return samples;
    }

    /** Values of one sample. */
    public int length() {
        return length;
    }

    /** The input, dense. */
    public INDArray input() {
        return input;
    }

    /** Values of a sample in C order; not to be modified. */
    public double[] sample(int sample) {
        return inputs.of(sample);
    }

    /** Scores of points {@code from} to {@code to - 1} of every sample. */
    public void scores(int from, int to, Maker maker, ScoreVisitor visitor) {
        run(from, to, maker, (batch, samplesOf) -> {
            double[] scores = function.valuesAt(batch, samplesOf, samples).scores();
            for (int p = 0; p < scores.length; p++) {
                visitor.accept(samplesOf[p], indices[p], scores[p]);
            }
        });
    }

    /** Gradients at points {@code from} to {@code to - 1} of every sample. */
    public void gradients(int from, int to, Maker maker, GradientVisitor visitor) {
        run(from, to, maker, (batch, samplesOf) -> {
            double[] gradients = Tensors.toDoubles(
                    function.gradientsAt(batch, samplesOf, samples).gradient());
            for (int p = 0; p < samplesOf.length; p++) {
                visitor.accept(samplesOf[p], indices[p], gradients, p * length);
            }
        });
    }

    private void run(int from, int to, Maker maker, Batch batch) {
        for (int i = 0; i < samples; i++) {
            for (int j = from; j < to; j++) {
                maker.make(i, j, inputs.of(i), buffer, filled * length);
                owners[filled] = i;
                indices[filled] = j;
                filled++;
                if (filled == owners.length) {
                    flush(batch);
                }
            }
        }
        flush(batch);
    }

    private void flush(Batch batch) {
        if (filled == 0) {
            return;
        }
        INDArray part = Tensors.rows(points, 0, filled);
        writePoints(part, filled * length);
        batch.evaluate(part, filled == owners.length ? owners : Arrays.copyOf(owners, filled));
        done += filled;
        filled = 0;
        progress.advance(done, total);
    }

    /** Rounds in a reused array where the points are FLOAT: a new one for each batch would cost as much as making the points. */
    private void writePoints(INDArray part, int values) {
        boolean full = values == buffer.length;
        if (narrow.length == 0) {
            Tensors.write(full ? buffer : Arrays.copyOf(buffer, values), part);
            return;
        }
        for (int p = 0; p < values; p++) {
            narrow[p] = (float) buffer[p];
        }
        Tensors.write(full ? narrow : Arrays.copyOf(narrow, values), part);
    }
}
