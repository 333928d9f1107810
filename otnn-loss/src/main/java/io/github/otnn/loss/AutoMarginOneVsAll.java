package io.github.otnn.loss;

import io.github.otnn.core.train.LearnableScalar;
import io.github.otnn.core.train.LossResult;
import java.util.Arrays;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * {@link OneVsAllHkr} that learns a margin per class, so that a wanted share of the samples ends up inside each.
 *
 * <pre>
 * L = sum over k of (KR_k + lambda (mean(w_k (m_k - s_k f_k)+) - hingeProportion * m_k)),   s_k = 1 if k = y, else -1
 * dL/dm_k = lambda (mean(w_k [s_k f_k &lt; m_k]) - hingeProportion)
 * </pre>
 * <ul>
 *   <li>logits f {@code [batch, classes]}, raw; labels y: class indices {@code [batch]} or {@code [batch, 1]}, or one-hot rows
 *       {@code [batch, classes]}.
 *   <li>w_k = 1, or with class priors 1 / (2 prior_k) for class k and 1 / (2 (1 - prior_k)) for the others.
 *   <li>A class absent from the batch adds 0 to its KR. Slope of a hinge at its kink: 0. No values per sample.
 * </ul>
 * Evaluation reads the margins and is thread-safe as long as nobody moves them; sums in float64.
 *
 * @see <a href="https://arxiv.org/abs/2206.06854v1">Serrurier et al. 2022</a>, Eq. 3 of version 1, corrected
 */
public final class AutoMarginOneVsAll implements AutoMarginLoss {
    private static final String NAME = "AutoMarginOneVsAll";

    private final AutoMargin settings;
    private final int classes;
    private final ClassPriors priors;
    private final LearnedMargins margins;

    /**
     * Starts with the margins of the settings.
     *
     * @param settings of the learning
     * @param classes columns of the logits, 2 or more
     * @param priors class frequencies; {@link ClassPriors#uniform()} for unweighted hinges
     */
    public AutoMarginOneVsAll(AutoMargin settings, int classes, ClassPriors priors) {
        this(
                settings,
                HkrTerms.requireClassCount(NAME, classes),
                priors,
                new LearnedMargins(settings, classes, 1, k -> "margin of class " + k));
    }

    /** Unweighted hinges. */
    public AutoMarginOneVsAll(AutoMargin settings, int classes) {
        this(settings, classes, ClassPriors.uniform());
    }

    private AutoMarginOneVsAll(AutoMargin settings, int classes, ClassPriors priors, LearnedMargins margins) {
        priors.requireClasses(NAME, classes);
        this.settings = settings;
        this.classes = classes;
        this.priors = priors;
        this.margins = margins;
    }

    /** The same loss with another weight of the hinge; both share the margins. */
    public AutoMarginOneVsAll withLambda(double newLambda) {
        return new AutoMarginOneVsAll(settings.withLambda(newLambda), classes, priors, margins);
    }

    @Override
    public LossResult evaluate(INDArray logits, INDArray labels) {
        AutoMarginTerms terms = terms(logits, labels);
        double[] present = margins.values();
        margins.found(terms.fractionInside(present));
        return terms.evaluate(present);
    }

    /** The loss at other margins than the present ones. */
    LossResult evaluateAt(INDArray logits, INDArray labels, double... otherMargins) {
        return terms(logits, labels).evaluate(otherMargins);
    }

    @Override
    public double[] fractionInside() {
        return margins.lastFractions();
    }

    @Override
    public double[] fractionInside(INDArray logits, INDArray labels) {
        return terms(logits, labels).fractionInside(margins.values());
    }

    @Override
    public AutoMargin autoMargin() {
        return settings;
    }

    @Override
    public List<LearnableScalar> scalars() {
        return margins.scalars();
    }

    @Override
    public LossSettings settings() {
        return settings.write(LossSettings.of(LossCatalog.AUTO_MARGIN_ONE_VS_ALL))
                .with("classes", classes)
                .with("priors", priors);
    }

    static AutoMarginOneVsAll read(LossSettings from) {
        return new AutoMarginOneVsAll(AutoMargin.read(from), from.count("classes"), from.priors("priors"));
    }

    private AutoMarginTerms terms(INDArray logits, INDArray labels) {
        LogitBatch batch = LogitBatch.readClasses(NAME, logits, classes);
        int[] signs = Columns.signs(LabelReader.classes(NAME, labels, batch.samples(), classes), classes);
        ClassPriors[] heads = new ClassPriors[classes];
        Arrays.setAll(heads, priors::against);
        return new AutoMarginTerms(batch, signs, settings, heads, MarginSharing.SHARED, 1);
    }
}
