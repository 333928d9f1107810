package io.github.otnn.loss;

import io.github.otnn.core.train.LossResult;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Sigmoid cross-entropy at a temperature, for one score or several independent labels; the plain one at temperature 1.
 *
 * <pre>
 * L = mean over samples and labels of log(1 + exp(-tau y f)) / tau
 * dL/df = -y / (1 + exp(tau y f)) / (batch * labels)
 * </pre>
 * <ul>
 *   <li>logits f {@code [batch, labels]}, raw; labels y {@code [batch, labels]}, 1 or -1 (0 reads as -1). A single label also
 *       takes the forms of {@link BinaryHkr}.
 *   <li>A mean over samples, each of them the mean over its labels.
 * </ul>
 * Immutable, thread-safe; sums in float64.
 *
 * @param tau factor of the logits, positive
 * @see <a href="https://arxiv.org/abs/2104.05097">B&eacute;thune et al. 2022</a>
 */
public record TauBinaryCrossEntropy(double tau) implements NamedLoss {
    private static final String NAME = "TauBinaryCrossEntropy";

    /** Checks the settings. */
    public TauBinaryCrossEntropy {
        HkrTerms.requirePositive(NAME, "tau", tau);
    }

    /** The same loss with another temperature. */
    public TauBinaryCrossEntropy withTau(double newTau) {
        return new TauBinaryCrossEntropy(newTau);
    }

    @Override
    public LossResult evaluate(INDArray logits, INDArray labels) {
        LogitBatch batch = LogitBatch.readLabels(NAME, logits);
        int outputs = batch.outputs();
        int[] signs = LabelReader.signs(NAME, labels, batch.samples(), outputs);
        double[] gradient = new double[signs.length];
        double[] perSample = new double[batch.samples()];
        double sum = 0;
        for (int i = 0; i < signs.length; i++) {
            double aligned = tau * signs[i] * batch.values()[i];
            // exp of a negative number only
            double small = Math.exp(-Math.abs(aligned));
            double value = (Math.log1p(small) + Math.max(-aligned, 0)) / tau;
            perSample[i / outputs] += value / outputs;
            sum += value;
            gradient[i] = -signs[i] * (aligned > 0 ? small : 1) / (1 + small) / signs.length;
        }
        return batch.result(sum / signs.length, gradient, perSample);
    }

    @Override
    public LossSettings settings() {
        return LossSettings.of(LossCatalog.TAU_BINARY_CROSS_ENTROPY).with("tau", tau);
    }

    static TauBinaryCrossEntropy read(LossSettings settings) {
        return new TauBinaryCrossEntropy(settings.number("tau"));
    }
}
