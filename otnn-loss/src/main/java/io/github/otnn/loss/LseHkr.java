package io.github.otnn.loss;

import io.github.otnn.core.train.LossResult;
import java.util.Objects;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Multiclass hKR against a smooth maximum of the rivals.
 *
 * <pre>
 * g = temperature * f,   t = log(classes - 1) / (penalty * margin)
 * E = log(sum over k != y of exp(t g_k)) / t,   max &lt;= E &lt;= max + penalty * margin
 * L = mean(E - g_y + lambda ((margin - g_y)+ + (margin + E)+))
 * dL/df_y = -temperature (1 + lambda [g_y &lt; margin]) / batch
 * dL/df_k = temperature s_k (1 + lambda [E &gt; -margin]) / batch,   s = softmax over k != y of t g
 * </pre>
 * <ul>
 *   <li>logits f {@code [batch, classes]}, raw, 2 or more classes; labels y: class indices {@code [batch]} or
 *       {@code [batch, 1]}, or one-hot rows {@code [batch, classes]}.
 *   <li>A mean over samples; with class priors sample i weighs 1 / (classes * prior_y), else 1.
 *   <li>Two classes: E is the other logit, times the temperature.
 *   <li>In input space the margin is margin / temperature. lambda 0: no hinge; lambda infinite: hinges alone.
 *   <li>Slope of a hinge at its kink: 0.
 *   <li>deel-torchlip's loss of (alpha, min_margin) is L / (1 + lambda).
 * </ul>
 * Immutable, thread-safe; sums in float64.
 *
 * @param lambda weight of the hinge, at least 0
 * @param margin the m of both hinges, positive
 * @param temperature factor of the logits, positive
 * @param penalty how far E may lie above the maximum, in margins; positive
 * @param priors class frequencies; {@link ClassPriors#uniform()} for none
 */
public record LseHkr(double lambda, double margin, double temperature, double penalty, ClassPriors priors)
        implements NamedLoss {
    private static final String NAME = "LseHkr";

    /** Checks the settings. */
    public LseHkr {
        Objects.requireNonNull(priors, "priors");
        HkrTerms.requireLambda(NAME, lambda);
        HkrTerms.requireMargin(NAME, margin);
        HkrTerms.requirePositive(NAME, "temperature", temperature);
        HkrTerms.requirePositive(NAME, "penalty", penalty);
    }

    /** All samples weigh the same. */
    public LseHkr(double lambda, double margin, double temperature, double penalty) {
        this(lambda, margin, temperature, penalty, ClassPriors.uniform());
    }

    /** Temperature 1, penalty 1, no priors. */
    public LseHkr(double lambda, double margin) {
        this(lambda, margin, 1, 1);
    }

    /** Settings of deel-torchlip's {@code LseHKRMulticlassLoss(alpha, min_margin)}: margin = min_margin / 2. */
    public static LseHkr fromTorchlip(double alpha, double minMargin, double temperature, double penalty) {
        return new LseHkr(HkrTerms.torchlipLambda(alpha), minMargin / 2, temperature, penalty);
    }

    /** The same loss with another weight of the hinge. */
    public LseHkr withLambda(double newLambda) {
        return new LseHkr(newLambda, margin, temperature, penalty, priors);
    }

    /** The same loss with another margin. */
    public LseHkr withMargin(double newMargin) {
        return new LseHkr(lambda, newMargin, temperature, penalty, priors);
    }

    /** The same loss with another temperature. */
    public LseHkr withTemperature(double newTemperature) {
        return new LseHkr(lambda, margin, newTemperature, penalty, priors);
    }

    /** The same loss with class priors. */
    public LseHkr withPriors(ClassPriors newPriors) {
        return new LseHkr(lambda, margin, temperature, penalty, newPriors);
    }

    @Override
    public LossResult evaluate(INDArray logits, INDArray labels) {
        return SampleMean.evaluate(NAME, logits, labels, priors, this::sample);
    }

    @Override
    public LossSettings settings() {
        return LossSettings.of(LossCatalog.LSE_HKR)
                .with("lambda", lambda)
                .with("margin", margin)
                .with("temperature", temperature)
                .with("penalty", penalty)
                .with("priors", priors);
    }

    static LseHkr read(LossSettings settings) {
        return new LseHkr(
                settings.number("lambda"),
                settings.number("margin"),
                settings.number("temperature"),
                settings.number("penalty"),
                settings.priors("priors"));
    }

    private double sample(double[] f, int y, double[] slope) {
        double transport = HkrTerms.transportFactor(lambda);
        double hinge = HkrTerms.hingeFactor(lambda);
        double own = temperature * f[y];
        // 0 for two classes, where any sharpness gives the single rival all the weight
        double sharpness = Math.log(f.length - 1.0) / (penalty * margin);
        RivalSoftmax.write(f, y, sharpness * temperature, slope);
        double rivals = smoothMaximum(f, y, sharpness, slope);
        double pull = temperature * (transport + hinge * HkrTerms.insideMargin(margin, -rivals));
        for (int k = 0; k < f.length; k++) {
            slope[k] *= pull;
        }
        slope[y] = -temperature * (transport + hinge * HkrTerms.insideMargin(margin, own));
        return transport * (rivals - own) + hinge * (HkrTerms.hinge(margin, own) + HkrTerms.hinge(margin, -rivals));
    }

    /** The E of the formula, from the softmax of the rivals: the largest has weight 1 / sum of exp(t (g_k - max)). */
    private double smoothMaximum(double[] f, int y, double sharpness, double[] weights) {
        int top = y == 0 ? 1 : 0;
        for (int k = 0; k < f.length; k++) {
            top = k != y && f[k] > f[top] ? k : top;
        }
        double excess = f.length == 2 ? 0 : -Math.log(weights[top]) / sharpness;
        return temperature * f[top] + excess;
    }
}
