package io.github.otnn.loss;

import io.github.otnn.core.train.LossResult;
import java.util.Objects;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Multiclass hinge: the true logit should lead the strongest rival by a margin.
 *
 * <pre>L = mean((margin - f_y + max over k != y of f_k)+)</pre>
 * <ul>
 *   <li>logits f {@code [batch, classes]}, raw, 2 or more classes; labels y: class indices {@code [batch]} or
 *       {@code [batch, 1]}, or one-hot rows {@code [batch, classes]}.
 *   <li>A mean over samples; with class priors sample i weighs 1 / (classes * prior_y), else 1.
 *   <li>Slope at the kink: 0; among equal rivals the first takes the slope.
 *   <li>The margin is a gap between two logits: twice the margin of an hKR loss, which is counted from 0.
 * </ul>
 * Immutable, thread-safe; sums in float64.
 *
 * @param margin gap that is asked for, positive
 * @param priors class frequencies; {@link ClassPriors#uniform()} for none
 * @see <a href="https://jmlr.org/papers/v2/crammer01a.html">Crammer, Singer 2001</a>
 */
public record CategoricalHinge(double margin, ClassPriors priors) implements NamedLoss {
    private static final String NAME = "CategoricalHinge";

    /** Checks the settings. */
    public CategoricalHinge {
        Objects.requireNonNull(priors, "priors");
        HkrTerms.requireMargin(NAME, margin);
    }

    /** All samples weigh the same. */
    public CategoricalHinge(double margin) {
        this(margin, ClassPriors.uniform());
    }

    /** The same loss with another margin. */
    public CategoricalHinge withMargin(double newMargin) {
        return new CategoricalHinge(newMargin, priors);
    }

    /** The same loss with class priors. */
    public CategoricalHinge withPriors(ClassPriors newPriors) {
        return new CategoricalHinge(margin, newPriors);
    }

    @Override
    public LossResult evaluate(INDArray logits, INDArray labels) {
        return SampleMean.evaluate(NAME, logits, labels, priors, this::sample);
    }

    @Override
    public LossSettings settings() {
        return LossSettings.of(LossCatalog.CATEGORICAL_HINGE)
                .with("margin", margin)
                .with("priors", priors);
    }

    static CategoricalHinge read(LossSettings settings) {
        return new CategoricalHinge(settings.number("margin"), settings.priors("priors"));
    }

    private double sample(double[] f, int y, double[] slope) {
        int rival = y == 0 ? 1 : 0;
        for (int k = 0; k < f.length; k++) {
            slope[k] = 0;
            rival = k != y && f[k] > f[rival] ? k : rival;
        }
        double gap = f[y] - f[rival];
        slope[rival] = HkrTerms.insideMargin(margin, gap);
        slope[y] = -slope[rival];
        return HkrTerms.hinge(margin, gap);
    }
}
