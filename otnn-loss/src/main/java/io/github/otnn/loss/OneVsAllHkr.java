package io.github.otnn.loss;

import io.github.otnn.core.train.LossResult;
import java.util.Arrays;
import java.util.Objects;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * One-vs-all hKR: the sum of one {@link BinaryHkr} per class, the class against all others.
 *
 * <pre>
 * L = sum over k of (mean(f_k | y != k) - mean(f_k | y = k) + lambda * mean((margin - s_k f_k)+)),   s_k = 1 if k = y, else -1
 * dL/df_k = -s_k / n_{k,s} - (lambda / batch) s_k [s_k f_k &lt; margin],   n_{k,s} samples with y = k, or y != k
 * </pre>
 * <ul>
 *   <li>logits f {@code [batch, classes]}, raw, 2 or more classes; labels y: class indices {@code [batch]} or
 *       {@code [batch, 1]}, or one-hot rows {@code [batch, classes]}.
 *   <li>A class absent from the batch, or the only one, adds 0 for its empty side. Slope of a hinge at its kink: 0.
 *   <li>With class priors each of the binary hinges gives both of its sides half the weight: 1 / (2 prior_k) for class k,
 *       1 / (2 (1 - prior_k)) for the others. Without, the few positives of a head weigh little.
 *   <li>No mean over samples: a batch wants several samples of each class. {@link SoftmaxHkr} has neither drawback.
 *   <li>lambda 0: KR alone; lambda infinite: hinges alone.
 * </ul>
 * Immutable, thread-safe; sums in float64.
 *
 * @param lambda weight of the hinge, at least 0
 * @param margin the m of the hinges, positive; a distance in input space if each f_k is 1-Lipschitz
 * @param priors class frequencies; {@link ClassPriors#uniform()} for unweighted hinges
 * @see <a href="https://arxiv.org/abs/2206.06854">Serrurier et al. 2023</a>, Eq. 4, with the positive part of arXiv 2006.06520
 */
public record OneVsAllHkr(double lambda, double margin, ClassPriors priors) implements NamedLoss {
    private static final String NAME = "OneVsAllHkr";

    /** Checks the settings. */
    public OneVsAllHkr {
        HkrTerms.requireLambda(NAME, lambda);
        HkrTerms.requireMargin(NAME, margin);
        Objects.requireNonNull(priors, "priors");
    }

    /** Unweighted hinges. */
    public OneVsAllHkr(double lambda, double margin) {
        this(lambda, margin, ClassPriors.uniform());
    }

    /** The same loss with another weight of the hinge. */
    public OneVsAllHkr withLambda(double newLambda) {
        return new OneVsAllHkr(newLambda, margin, priors);
    }

    /** The same loss with another margin. */
    public OneVsAllHkr withMargin(double newMargin) {
        return new OneVsAllHkr(lambda, newMargin, priors);
    }

    /** The same loss with class priors. */
    public OneVsAllHkr withPriors(ClassPriors newPriors) {
        return new OneVsAllHkr(lambda, margin, newPriors);
    }

    @Override
    public LossResult evaluate(INDArray logits, INDArray labels) {
        LogitBatch batch = LogitBatch.readClasses(NAME, logits);
        int classes = batch.outputs();
        priors.requireClasses(NAME, classes);
        int[] signs = Columns.signs(LabelReader.classes(NAME, labels, batch.samples(), classes), classes);
        BinaryHkr[] heads = new BinaryHkr[classes];
        Arrays.setAll(heads, k -> new BinaryHkr(lambda, margin).withPriors(priors.against(k)));
        return Columns.sum(batch, signs, heads, 1);
    }

    @Override
    public LossSettings settings() {
        return LossSettings.of(LossCatalog.ONE_VS_ALL_HKR)
                .with("lambda", lambda)
                .with("margin", margin)
                .with("priors", priors);
    }

    static OneVsAllHkr read(LossSettings settings) {
        return new OneVsAllHkr(settings.number("lambda"), settings.number("margin"), settings.priors("priors"));
    }
}
