package io.github.otnn.loss;

import io.github.otnn.core.train.LossResult;
import org.jspecify.annotations.Nullable;

/** Losses that treat each column of the logits as a binary problem of its own. */
final class Columns {
    private Columns() {}

    /** Signs in C order, {@code [samples * classes]}: 1 for the class of the sample, else -1. */
    static int[] signs(int[] labels, int classes) {
        int[] signs = new int[labels.length * classes];
        for (int i = 0; i < signs.length; i++) {
            signs[i] = labels[i / classes] == i % classes ? 1 : -1;
        }
        return signs;
    }

    /** One column of row-major signs. */
    static int[] column(int[] signs, int outputs, int output) {
        int[] column = new int[signs.length / outputs];
        for (int i = 0; i < column.length; i++) {
            column[i] = signs[i * outputs + output];
        }
        return column;
    }

    /** {@code share * sum over columns of the head's loss}, with values per sample where all heads have them. */
    static LossResult sum(LogitBatch batch, int[] signs, BinaryHkr[] heads, double share) {
        int outputs = batch.outputs();
        double[] gradient = new double[signs.length];
        double[] slopes = new double[batch.samples()];
        double value = 0;
        for (int k = 0; k < outputs; k++) {
            double[] scores = batch.column(k);
            int[] column = column(signs, outputs, k);
            SignCounts counts = SignCounts.of(column);
            value += share * heads[k].value(heads[k].parts(scores, column, counts));
            heads[k].slopes(scores, column, counts, slopes);
            for (int i = 0; i < slopes.length; i++) {
                gradient[i * outputs + k] = share * slopes[i];
            }
        }
        return batch.result(value, gradient, perSample(batch, signs, heads, share));
    }

    private static double @Nullable [] perSample(LogitBatch batch, int[] signs, BinaryHkr[] heads, double share) {
        double[] perSample = new double[batch.samples()];
        for (int k = 0; k < heads.length; k++) {
            if (!heads[k].isSampleWise()) {
                return null;
            }
            for (int i = 0; i < perSample.length; i++) {
                int at = i * heads.length + k;
                perSample[i] += share * heads[k].sample(batch.values()[at], signs[at]);
            }
        }
        return perSample;
    }

    /**
     * Adds {@code factor * (mean(f | s=-1) - mean(f | s=1))} of one column to a loss.
     *
     * @param gradient of all columns, row-major; the column's entries grow by their slopes
     * @return the summand
     */
    static double addTransport(LogitBatch batch, int[] signs, int output, double factor, double[] gradient) {
        int outputs = batch.outputs();
        SignCounts counts = SignCounts.of(column(signs, outputs, output));
        double value = 0;
        for (int at = output; at < signs.length; at += outputs) {
            double slope = -signs[at] * factor / counts.of(signs[at]);
            value += slope * batch.values()[at];
            gradient[at] += slope;
        }
        return value;
    }
}
