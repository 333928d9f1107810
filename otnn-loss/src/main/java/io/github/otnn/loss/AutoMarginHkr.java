package io.github.otnn.loss;

import io.github.otnn.core.train.LearnableScalar;
import io.github.otnn.core.train.LossResult;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Binary hKR that learns its margin, so that a wanted share of the samples ends up inside.
 *
 * <pre>
 * L = mean(f | y=-1) - mean(f | y=1) + lambda (mean(w_y (m - y f)+) - hingeProportion * m)
 * dL/dm = lambda (mean(w_y [y f &lt; m]) - hingeProportion)
 * PER_CLASS: margin m_y, and penalty mean(w_y hingeProportion * m_y)
 * </pre>
 * <ul>
 *   <li>logits f {@code [batch, 1]}, raw; labels y in the forms of {@link BinaryHkr}.
 *   <li>w_y = 1, or 1 / (2 prior_y) with class priors. Scalars: the margin; or that of y = -1, then that of y = 1.
 *   <li>With unequal classes a shared margin leaves most of the rare class inside, and with priors the mean of both shares is
 *       hingeProportion; a margin per class leaves hingeProportion of each inside. Priors make the rare class's margin move
 *       as fast as the other.
 *   <li>At the best m, mean((m - y f)+) - hingeProportion * m is -hingeProportion times the mean of the worst
 *       hingeProportion of y f (the conditional value at risk).
 *   <li>A class absent from the batch adds 0 to KR. Slope of the hinge at y f = m: 0. No values per sample.
 * </ul>
 * Evaluation reads the margins and is thread-safe as long as nobody moves them; sums in float64.
 *
 * @see <a href="https://arxiv.org/abs/2206.06854v1">Serrurier et al. 2022</a>, Eq. 3 of version 1, corrected
 */
public final class AutoMarginHkr implements AutoMarginLoss {
    private static final String NAME = "AutoMarginHkr";

    private final AutoMargin settings;
    private final MarginSharing sharing;
    private final ClassPriors priors;
    private final LearnedMargins margins;

    /**
     * Starts with the margins of the settings.
     *
     * @param settings of the learning
     * @param sharing one margin, or one per class
     * @param priors class frequencies, negative class first; {@link ClassPriors#uniform()} for none
     */
    public AutoMarginHkr(AutoMargin settings, MarginSharing sharing, ClassPriors priors) {
        this(
                settings,
                sharing,
                priors,
                sharing == MarginSharing.SHARED
                        ? new LearnedMargins(settings, 1, 1, i -> "margin")
                        : new LearnedMargins(settings, 2, 2, i -> "margin of y = " + (2 * i - 1)));
    }

    /** All samples weigh the same. */
    public AutoMarginHkr(AutoMargin settings, MarginSharing sharing) {
        this(settings, sharing, ClassPriors.uniform());
    }

    private AutoMarginHkr(AutoMargin settings, MarginSharing sharing, ClassPriors priors, LearnedMargins margins) {
        priors.requireClasses(NAME, 2);
        this.settings = settings;
        this.sharing = sharing;
        this.priors = priors;
        this.margins = margins;
    }

    /** The same loss with another weight of the hinge; both share the margins. */
    public AutoMarginHkr withLambda(double newLambda) {
        return new AutoMarginHkr(settings.withLambda(newLambda), sharing, priors, margins);
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
        return settings.write(LossSettings.of(LossCatalog.AUTO_MARGIN_HKR))
                .with("sharing", sharing)
                .with("priors", priors);
    }

    static AutoMarginHkr read(LossSettings from) {
        return new AutoMarginHkr(
                AutoMargin.read(from), from.choice("sharing", MarginSharing.class), from.priors("priors"));
    }

    private AutoMarginTerms terms(INDArray logits, INDArray labels) {
        LogitBatch batch = LogitBatch.readScores(NAME, logits);
        int[] signs = LabelReader.signs(NAME, labels, batch.samples(), 1);
        return new AutoMarginTerms(batch, signs, settings, new ClassPriors[] {priors}, sharing, 1);
    }
}
