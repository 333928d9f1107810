package io.github.otnn.loss;

import io.github.otnn.core.train.LossResult;
import java.util.Arrays;

/**
 * The sum of binary auto-margin losses over columns:
 *
 * <pre>
 * share * sum over columns of (KR + lambda * (mean(w (m - s f)+) - hingeProportion * m))
 * </pre>
 *
 * A margin belongs to a column or, in a single column, to a sign; then its penalty counts for the samples of that sign, with
 * their weights.
 */
final class AutoMarginTerms {
    private final LogitBatch batch;
    private final int[] signs;
    private final AutoMargin settings;
    private final ClassPriors[] priors;
    private final MarginSharing sharing;
    private final double share;

    /**
     * Prepares a batch.
     *
     * @param signs row-major, as many as logits
     * @param priors of each column
     * @param share factor of the whole
     */
    AutoMarginTerms(
            LogitBatch batch,
            int[] signs,
            AutoMargin settings,
            ClassPriors[] priors,
            MarginSharing sharing,
            double share) {
        this.batch = batch;
        this.signs = signs;
        this.settings = settings;
        this.priors = priors;
        this.sharing = sharing;
        this.share = share;
    }

    /** Value, gradient and margin gradients at these margins. */
    LossResult evaluate(double[] margins) {
        double[] gradient = new double[signs.length];
        double[] inside = new double[margins.length];
        double factor = share * HkrTerms.hingeFactor(settings.lambda());
        double value = 0;
        for (int at = 0; at < signs.length; at++) {
            double margin = margins[marginOf(at)];
            double aligned = signs[at] * batch.values()[at];
            double weight = weight(at);
            double isInside = weight * HkrTerms.insideMargin(margin, aligned);
            value += factor * weight * HkrTerms.hinge(margin, aligned);
            inside[marginOf(at)] += isInside;
            gradient[at] = -signs[at] * factor * isInside;
        }
        double[] masses = masses(margins.length);
        double[] marginGradients = new double[margins.length];
        for (int i = 0; i < margins.length; i++) {
            value -= factor * settings.hingeProportion() * masses[i] * margins[i];
            marginGradients[i] = factor * (inside[i] - settings.hingeProportion() * masses[i]);
        }
        double transport = share * HkrTerms.transportFactor(settings.lambda());
        for (int k = 0; k < batch.outputs(); k++) {
            value += Columns.addTransport(batch, signs, k, transport, gradient);
        }
        return batch.result(value, gradient, null, marginGradients);
    }

    /** Weighted share of the samples of each margin that are inside it; NaN where there are none. */
    double[] fractionInside(double[] margins) {
        double[] fractions = new double[margins.length];
        for (int at = 0; at < signs.length; at++) {
            fractions[marginOf(at)] +=
                    weight(at) * HkrTerms.insideMargin(margins[marginOf(at)], signs[at] * batch.values()[at]);
        }
        double[] masses = masses(margins.length);
        Arrays.setAll(fractions, i -> masses[i] == 0 ? Double.NaN : fractions[i] / masses[i]);
        return fractions;
    }

    private int marginOf(int at) {
        if (sharing == MarginSharing.PER_CLASS) {
            return signs[at] > 0 ? 1 : 0;
        }
        return at % batch.outputs();
    }

    /** Weight of an entry in the mean over samples. */
    private double weight(int at) {
        return priors[at % batch.outputs()].weight(signs[at] > 0 ? 1 : 0) / batch.samples();
    }

    /** What the penalty of each margin is multiplied by: 1, or the weight of the samples of its sign. */
    private double[] masses(int margins) {
        double[] masses = new double[margins];
        if (sharing == MarginSharing.SHARED) {
            Arrays.fill(masses, 1);
            return masses;
        }
        for (int at = 0; at < signs.length; at++) {
            masses[marginOf(at)] += weight(at);
        }
        return masses;
    }
}
