package io.github.otnn.loss;

import io.github.otnn.core.train.LearnableScalar;
import io.github.otnn.core.train.LossResult;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * {@link MultilabelHkr} that learns a margin per label, so that a wanted share of the samples ends up inside each.
 *
 * <pre>
 * L = (1 / labels) sum over l of (KR_l + lambda (mean(w_l (m_l - y_l f_l)+) - hingeProportion * m_l))
 * dL/dm_l = (lambda / labels) (mean(w_l [y_l f_l &lt; m_l]) - hingeProportion)
 * </pre>
 * <ul>
 *   <li>logits f {@code [batch, labels]}, raw; labels y {@code [batch, labels]}, 1 or -1 (0 reads as -1). A single label also
 *       takes the forms of {@link BinaryHkr}.
 *   <li>w_l = 1, or 1 / (2 prior) of the label's sign with class priors.
 *   <li>The learning rate of a margin is multiplied by the number of labels, so that its speed does not depend on it.
 *   <li>A label with one sign only in the batch adds 0 for the other. Slope of a hinge at its kink: 0. No values per sample.
 * </ul>
 * Evaluation reads the margins and is thread-safe as long as nobody moves them; sums in float64.
 *
 * @see <a href="https://arxiv.org/abs/2206.06854v1">Serrurier et al. 2022</a>, Eq. 3 of version 1, corrected
 */
public final class AutoMarginMultilabel implements AutoMarginLoss {
    private static final String NAME = "AutoMarginMultilabel";

    private final AutoMargin settings;
    private final List<ClassPriors> priors;
    private final LearnedMargins margins;

    /**
     * Starts with the margins of the settings.
     *
     * @param settings of the learning
     * @param priors of each label, negative first; as many as there are labels
     */
    public AutoMarginMultilabel(AutoMargin settings, List<ClassPriors> priors) {
        this(
                settings,
                List.copyOf(priors),
                new LearnedMargins(settings, priors.size(), priors.size(), l -> "margin of label " + l));
    }

    /** All samples weigh the same. */
    public AutoMarginMultilabel(AutoMargin settings, int labels) {
        this(settings, Collections.nCopies(Math.max(labels, 0), ClassPriors.uniform()));
    }

    private AutoMarginMultilabel(AutoMargin settings, List<ClassPriors> priors, LearnedMargins margins) {
        if (priors.isEmpty()) {
            throw new IllegalArgumentException(NAME + ": expected priors of one label or more, got none");
        }
        priors.forEach(each -> each.requireClasses(NAME, 2));
        this.settings = settings;
        this.priors = priors;
        this.margins = margins;
    }

    /** The same loss with another weight of the hinge; both share the margins. */
    public AutoMarginMultilabel withLambda(double newLambda) {
        return new AutoMarginMultilabel(settings.withLambda(newLambda), priors, margins);
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
        LossSettings written = settings.write(LossSettings.of(LossCatalog.AUTO_MARGIN_MULTILABEL))
                .with("labels", priors.size());
        for (int l = 0; l < priors.size(); l++) {
            written = written.with(l + ".priors", priors.get(l));
        }
        return written;
    }

    static AutoMarginMultilabel read(LossSettings from) {
        List<ClassPriors> priors = new ArrayList<>();
        for (int l = 0; l < from.count("labels"); l++) {
            priors.add(from.priors(l + ".priors"));
        }
        return new AutoMarginMultilabel(AutoMargin.read(from), priors);
    }

    private AutoMarginTerms terms(INDArray logits, INDArray labels) {
        LogitBatch batch = LogitBatch.readLabels(NAME, logits);
        int outputs = priors.size();
        batch.requireOutputs(NAME, "logits of " + outputs + " labels", outputs);
        int[] signs = LabelReader.signs(NAME, labels, batch.samples(), outputs);
        ClassPriors[] heads = priors.toArray(new ClassPriors[0]);
        return new AutoMarginTerms(batch, signs, settings, heads, MarginSharing.SHARED, 1.0 / outputs);
    }
}
