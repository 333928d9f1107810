package io.github.otnn.loss;

import io.github.otnn.core.train.LossResult;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The multiclass hKR of deel-lip and deel-torchlip, for settings that come from there: a mean over classes, with the hinge of
 * the true class weighted by the number of its rivals.
 *
 * <pre>
 * L = (1 / classes) (sum over k of (mean(f_k | y != k) - mean(f_k | y = k))
 *     + lambda * mean((classes - 1) (margin - f_y)+ + sum over k != y of (margin + f_k)+))
 * </pre>
 * <ul>
 *   <li>logits f {@code [batch, classes]}, raw, 2 or more classes; labels y: class indices {@code [batch]} or
 *       {@code [batch, 1]}, or one-hot rows {@code [batch, classes]}.
 *   <li>A class absent from the batch, or the only one, adds 0 for its empty side. Slope of a hinge at its kink: 0.
 *   <li>lambda 0: KR alone; lambda infinite: hinges alone, and then values per sample.
 *   <li>deel-torchlip's value is L / (1 + lambda). For new work take {@link SoftmaxHkr} or {@link OneVsAllHkr}.
 * </ul>
 * Immutable, thread-safe; sums in float64.
 *
 * @param lambda weight of the hinge, at least 0
 * @param margin the m of the hinges, positive
 * @see <a href="https://github.com/deel-ai/deel-torchlip">deel-torchlip</a>, HKRMulticlassLoss
 */
public record DeelMulticlassHkr(double lambda, double margin) implements NamedLoss {
    private static final String NAME = "DeelMulticlassHkr";

    /** Checks the settings. */
    public DeelMulticlassHkr {
        HkrTerms.requireLambda(NAME, lambda);
        HkrTerms.requireMargin(NAME, margin);
    }

    /** Settings of deel-torchlip: lambda = alpha / (1 - alpha), or alpha where it is above 1; margin = min_margin / 2. */
    public static DeelMulticlassHkr fromTorchlip(double alpha, double minMargin) {
        return new DeelMulticlassHkr(HkrTerms.torchlipLambda(alpha), minMargin / 2);
    }

    /** Settings of deel-lip: lambda = alpha, margin = min_margin / 2. */
    public static DeelMulticlassHkr fromDeelLip(double alpha, double minMargin) {
        return new DeelMulticlassHkr(alpha, minMargin / 2);
    }

    /** The same loss with another weight of the hinge. */
    public DeelMulticlassHkr withLambda(double newLambda) {
        return new DeelMulticlassHkr(newLambda, margin);
    }

    /** The same loss with another margin. */
    public DeelMulticlassHkr withMargin(double newMargin) {
        return new DeelMulticlassHkr(lambda, newMargin);
    }

    @Override
    public LossResult evaluate(INDArray logits, INDArray labels) {
        LogitBatch batch = LogitBatch.readClasses(NAME, logits);
        int classes = batch.outputs();
        int samples = batch.samples();
        int[] signs = Columns.signs(LabelReader.classes(NAME, labels, samples, classes), classes);
        double[] gradient = new double[signs.length];
        double[] hinges = new double[samples];
        double sum = 0;
        for (int at = 0; at < signs.length; at++) {
            double weight = HkrTerms.hingeFactor(lambda) / classes * (signs[at] > 0 ? classes - 1 : 1);
            double aligned = signs[at] * batch.values()[at];
            hinges[at / classes] += weight * HkrTerms.hinge(margin, aligned);
            sum += weight * HkrTerms.hinge(margin, aligned);
            gradient[at] = -signs[at] * weight / samples * HkrTerms.insideMargin(margin, aligned);
        }
        double value = sum / samples;
        if (Double.isInfinite(lambda)) {
            return batch.result(value, gradient, hinges);
        }
        for (int k = 0; k < classes; k++) {
            value += Columns.addTransport(batch, signs, k, 1.0 / classes, gradient);
        }
        return batch.result(value, gradient, null);
    }

    @Override
    public LossSettings settings() {
        return LossSettings.of(LossCatalog.DEEL_MULTICLASS_HKR)
                .with("lambda", lambda)
                .with("margin", margin);
    }

    static DeelMulticlassHkr read(LossSettings settings) {
        return new DeelMulticlassHkr(settings.number("lambda"), settings.number("margin"));
    }
}
