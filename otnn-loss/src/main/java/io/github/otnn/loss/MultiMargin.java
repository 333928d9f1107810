package io.github.otnn.loss;

import io.github.otnn.core.train.LossResult;
import java.util.Objects;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Multiclass hinge that counts every rival: the true logit should lead each by a margin.
 *
 * <pre>L = mean over samples of (1 / classes) sum over k != y of (margin - f_y + f_k)+</pre>
 * <ul>
 *   <li>logits f {@code [batch, classes]}, raw, 2 or more classes; labels y: class indices {@code [batch]} or
 *       {@code [batch, 1]}, or one-hot rows {@code [batch, classes]}.
 *   <li>A mean over samples; with class priors sample i weighs 1 / (classes * prior_y), else 1.
 *   <li>Slope at a kink: 0.
 *   <li>The margin is a gap between two logits: twice the margin of an hKR loss, which is counted from 0.
 * </ul>
 * Immutable, thread-safe; sums in float64.
 *
 * @param margin gap that is asked for, positive
 * @param priors class frequencies; {@link ClassPriors#uniform()} for none
 * @see <a href="https://www.esann.org/sites/default/files/proceedings/legacy/es1999-461.pdf">Weston, Watkins 1999</a>
 */
public record MultiMargin(double margin, ClassPriors priors) implements NamedLoss {
    private static final String NAME = "MultiMargin";

    /** Checks the settings. */
    public MultiMargin {
        Objects.requireNonNull(priors, "priors");
        HkrTerms.requireMargin(NAME, margin);
    }

    /** All samples weigh the same. */
    public MultiMargin(double margin) {
        this(margin, ClassPriors.uniform());
    }

    /** The same loss with another margin. */
    public MultiMargin withMargin(double newMargin) {
        return new MultiMargin(newMargin, priors);
    }

    /** The same loss with class priors. */
    public MultiMargin withPriors(ClassPriors newPriors) {
        return new MultiMargin(margin, newPriors);
    }

    @Override
    public LossResult evaluate(INDArray logits, INDArray labels) {
        return SampleMean.evaluate(NAME, logits, labels, priors, this::sample);
    }

    @Override
    public LossSettings settings() {
        return LossSettings.of(LossCatalog.MULTI_MARGIN).with("margin", margin).with("priors", priors);
    }

    static MultiMargin read(LossSettings settings) {
        return new MultiMargin(settings.number("margin"), settings.priors("priors"));
    }

    private double sample(double[] f, int y, double[] slope) {
        double sum = 0;
        double pull = 0;
        for (int k = 0; k < f.length; k++) {
            double gap = f[y] - f[k];
            slope[k] = k == y ? 0 : HkrTerms.insideMargin(margin, gap) / f.length;
            sum += k == y ? 0 : HkrTerms.hinge(margin, gap);
            pull += slope[k];
        }
        slope[y] = -pull;
        return sum / f.length;
    }
}
