package io.github.otnn.loss;

import io.github.otnn.core.train.LossResult;
import java.util.Objects;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Softmax cross-entropy at a temperature; plain cross-entropy at temperature 1.
 *
 * <pre>
 * L = mean(log(sum over k of exp(tau f_k)) - tau f_y) / tau
 * dL/df_k = (softmax(tau f)_k - [k = y]) / batch
 * </pre>
 * <ul>
 *   <li>logits f {@code [batch, classes]}, raw, 2 or more classes; labels y: class indices {@code [batch]} or
 *       {@code [batch, 1]}, or one-hot rows {@code [batch, classes]}.
 *   <li>A mean over samples; with class priors sample i weighs 1 / (classes * prior_y), else 1.
 *   <li>The logits of a 1-Lipschitz network cannot grow, so tau decides between accuracy (large) and robustness (small); 1 is for
 *       unconstrained networks.
 * </ul>
 * Immutable, thread-safe; sums in float64.
 *
 * @param tau factor of the logits, positive
 * @param priors class frequencies; {@link ClassPriors#uniform()} for none
 * @see <a href="https://arxiv.org/abs/2104.05097">B&eacute;thune et al. 2022</a>
 */
public record TauCrossEntropy(double tau, ClassPriors priors) implements NamedLoss {
    private static final String NAME = "TauCrossEntropy";

    /** Checks the settings. */
    public TauCrossEntropy {
        Objects.requireNonNull(priors, "priors");
        HkrTerms.requirePositive(NAME, "tau", tau);
    }

    /** All samples weigh the same. */
    public TauCrossEntropy(double tau) {
        this(tau, ClassPriors.uniform());
    }

    /** The same loss with another temperature. */
    public TauCrossEntropy withTau(double newTau) {
        return new TauCrossEntropy(newTau, priors);
    }

    /** The same loss with class priors. */
    public TauCrossEntropy withPriors(ClassPriors newPriors) {
        return new TauCrossEntropy(tau, newPriors);
    }

    @Override
    public LossResult evaluate(INDArray logits, INDArray labels) {
        return SampleMean.evaluate(NAME, logits, labels, priors, this::sample);
    }

    @Override
    public LossSettings settings() {
        return LossSettings.of(LossCatalog.TAU_CROSS_ENTROPY).with("tau", tau).with("priors", priors);
    }

    static TauCrossEntropy read(LossSettings settings) {
        return new TauCrossEntropy(settings.number("tau"), settings.priors("priors"));
    }

    private double sample(double[] f, int y, double[] slope) {
        int top = 0;
        for (int k = 1; k < f.length; k++) {
            top = f[k] > f[top] ? k : top;
        }
        double others = 0;
        for (int k = 0; k < f.length; k++) {
            slope[k] = Math.exp(tau * (f[k] - f[top]));
            others += k == top ? 0 : slope[k];
        }
        for (int k = 0; k < f.length; k++) {
            slope[k] /= 1 + others;
        }
        slope[y] -= 1;
        // log1p keeps the digits of a sample that is almost certain
        return Math.log1p(others) / tau + (f[top] - f[y]);
    }
}
