package io.github.otnn.loss;

import io.github.otnn.core.train.LossResult;
import java.util.Objects;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Multiclass hKR whose rivals of the true class share one unit of weight by a softmax; the default for several classes.
 *
 * <pre>
 * L = mean(w_y (KR + lambda H))
 * sigma_k = exp(T f_k) / sum over j != y of exp(T f_j)
 * KR = sum over k != y of sigma_k f_k - f_y
 * H  = (margin - f_y)+ + sum over k != y of sigma_k (margin + f_k)+
 * dL/df_y = -1 - lambda [f_y &lt; margin]
 * dL/df_k = sigma_k (1 + lambda [f_k &gt; -margin]) + T sigma_k (a_k - sum of sigma_j a_j),  a = f + lambda (margin + f)+
 * </pre>
 * both slopes times w_y / batch; the weights sigma are differentiated too.
 * <ul>
 *   <li>logits f {@code [batch, classes]}, raw, 2 or more classes; labels y: class indices {@code [batch]} or
 *       {@code [batch, 1]}, or one-hot rows {@code [batch, classes]}. Every form gives the same bits.
 *   <li>The loss is a mean over samples: no value depends on the rest of the batch. The pull on f_y is the same for any number
 *       of classes.
 *   <li>Temperature 0 averages over the rivals, as one-vs-all does; a large one looks at the strongest rival only. With logits
 *       of the size of a small margin, temperatures of 10 to 50 are usual.
 *   <li>w_y = 1, or 1 / (classes * prior_y) with class priors. lambda 0: KR alone; lambda infinite: H alone.
 *   <li>Slope of a hinge at its kink: 0.
 * </ul>
 * Immutable, thread-safe; sums in float64.
 *
 * @param lambda weight of the hinge, at least 0
 * @param margin the m of both hinges, positive; a distance in input space if each f_k is 1-Lipschitz
 * @param temperature T of the softmax, finite and at least 0
 * @param priors class frequencies; {@link ClassPriors#uniform()} for none
 * @see <a href="https://arxiv.org/abs/2206.06854v3">Serrurier et al. 2023</a>, Eq. 5 of version 3
 */
public record SoftmaxHkr(double lambda, double margin, double temperature, ClassPriors priors) implements NamedLoss {
    private static final String NAME = "SoftmaxHkr";

    /** Checks the settings. */
    public SoftmaxHkr {
        Objects.requireNonNull(priors, "priors");
        HkrTerms.requireLambda(NAME, lambda);
        HkrTerms.requireMargin(NAME, margin);
        HkrTerms.requireTemperature(NAME, temperature);
    }

    /** All samples weigh the same. */
    public SoftmaxHkr(double lambda, double margin, double temperature) {
        this(lambda, margin, temperature, ClassPriors.uniform());
    }

    /** The same loss with another weight of the hinge. */
    public SoftmaxHkr withLambda(double newLambda) {
        return new SoftmaxHkr(newLambda, margin, temperature, priors);
    }

    /** The same loss with another margin. */
    public SoftmaxHkr withMargin(double newMargin) {
        return new SoftmaxHkr(lambda, newMargin, temperature, priors);
    }

    /** The same loss with class priors. */
    public SoftmaxHkr withPriors(ClassPriors newPriors) {
        return new SoftmaxHkr(lambda, margin, temperature, newPriors);
    }

    /** The same loss with another temperature. */
    public SoftmaxHkr withTemperature(double newTemperature) {
        return new SoftmaxHkr(lambda, margin, newTemperature, priors);
    }

    @Override
    public LossResult evaluate(INDArray logits, INDArray labels) {
        return evaluate(NAME, LogitBatch.readClasses(NAME, logits), labels);
    }

    /** The same on logits that have been read. */
    LossResult evaluate(String where, LogitBatch batch, INDArray labels) {
        return SampleMean.evaluate(where, batch, labels, priors, this::sample);
    }

    @Override
    public LossSettings settings() {
        return LossSettings.of(LossCatalog.SOFTMAX_HKR)
                .with("lambda", lambda)
                .with("margin", margin)
                .with("temperature", temperature)
                .with("priors", priors);
    }

    static SoftmaxHkr read(LossSettings settings) {
        return new SoftmaxHkr(
                settings.number("lambda"),
                settings.number("margin"),
                settings.number("temperature"),
                settings.priors("priors"));
    }

    private double sample(double[] f, int y, double[] slope) {
        double transport = HkrTerms.transportFactor(lambda);
        double hinge = HkrTerms.hingeFactor(lambda);
        RivalSoftmax.write(f, y, temperature, slope);
        double rivals = 0;
        for (int k = 0; k < f.length; k++) {
            rivals += slope[k] * rivalTerm(f[k]);
        }
        for (int k = 0; k < f.length; k++) {
            double sigma = slope[k];
            // a single rival has sigma = 1 and a_k = rivals, so that the second summand vanishes exactly
            slope[k] = sigma * (transport + hinge * HkrTerms.insideMargin(margin, -f[k]))
                    + temperature * sigma * (rivalTerm(f[k]) - rivals);
        }
        slope[y] = -transport - hinge * HkrTerms.insideMargin(margin, f[y]);
        return rivals - transport * f[y] + hinge * HkrTerms.hinge(margin, f[y]);
    }

    /** The a_k of the formula: what a rival of full weight adds to the loss. */
    private double rivalTerm(double logit) {
        return HkrTerms.transportFactor(lambda) * logit + HkrTerms.hingeFactor(lambda) * HkrTerms.hinge(margin, -logit);
    }
}
