package io.github.otnn.loss;

import io.github.otnn.core.train.LossResult;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Binary hKR: pulls two classes apart by transport (KR) and by a margin (hinge). The classifier is the sign of f.
 *
 * <pre>
 * L  = -KR + lambda H,     dL/df_i = -y_i / n_{y_i} - (lambda / n) y_i w_{y_i} [y_i f_i &lt; margin]
 * KR = mean(f | y=1) - mean(f | y=-1), or mean(y f) with {@link KrWeighting#PRIOR_WEIGHTED}
 * H  = mean(w_y (margin - y f)+),   w_y = 1, or 1 / (2 prior_y) with class priors
 * </pre>
 * <ul>
 *   <li>logits f {@code [batch, 1]}, raw; labels y {@code [batch]} or {@code [batch, 1]}, 1 or -1 (0 reads as -1), or one-hot
 *       {@code [batch, 2]} whose second column is the positive class. Every form gives the same bits.
 *   <li>A class absent from the batch adds 0 to KR. Slope of the hinge at y f = margin: 0.
 *   <li>lambda 0: KR alone, as for a Wasserstein critic; lambda infinite: H alone.
 *   <li>Class priors balance H. KR is balanced already, unless it is prior-weighted by choice.
 *   <li>Values per sample come with PRIOR_WEIGHTED or infinite lambda; elsewhere L is no mean over samples, and its value
 *       depends on which samples share a batch.
 * </ul>
 * Immutable, thread-safe; sums in float64.
 *
 * @param lambda weight of the hinge, at least 0
 * @param margin the m of (m - y f)+, positive; a distance in input space if f is 1-Lipschitz
 * @param weighting how the classes share KR
 * @param priors class frequencies, negative class first; {@link ClassPriors#uniform()} for none
 * @see <a href="https://arxiv.org/abs/2206.06854">Serrurier et al. 2023</a>, Eq. 1
 */
public record BinaryHkr(double lambda, double margin, KrWeighting weighting, ClassPriors priors) implements NamedLoss {
    private static final String NAME = "BinaryHkr";

    /** Checks the settings. */
    public BinaryHkr {
        HkrTerms.requireLambda(NAME, lambda);
        HkrTerms.requireMargin(NAME, margin);
        Objects.requireNonNull(weighting, "weighting");
        priors.requireClasses(NAME, 2);
    }

    /** Eq. 1 literally: class-conditional KR, unweighted hinge. */
    public BinaryHkr(double lambda, double margin) {
        this(lambda, margin, KrWeighting.CLASS_CONDITIONAL, ClassPriors.uniform());
    }

    /** The same loss with another weight of the hinge. */
    public BinaryHkr withLambda(double newLambda) {
        return new BinaryHkr(newLambda, margin, weighting, priors);
    }

    /** The same loss with another margin. */
    public BinaryHkr withMargin(double newMargin) {
        return new BinaryHkr(lambda, newMargin, weighting, priors);
    }

    /** The same loss with another share of the classes in KR. */
    public BinaryHkr withWeighting(KrWeighting newWeighting) {
        return new BinaryHkr(lambda, margin, newWeighting, priors);
    }

    /** The same loss with class priors for the hinge. */
    public BinaryHkr withPriors(ClassPriors newPriors) {
        return new BinaryHkr(lambda, margin, weighting, newPriors);
    }

    /**
     * Settings of deel-torchlip's {@code HKRLoss(alpha, min_margin)}: lambda = alpha / (1 - alpha), or alpha where it is
     * above 1; margin = min_margin / 2. Its value is {@code L / (1 + lambda)}, and L itself at alpha = 1.
     */
    public static BinaryHkr fromTorchlip(double alpha, double minMargin) {
        return new BinaryHkr(HkrTerms.torchlipLambda(alpha), minMargin / 2);
    }

    /** Settings of deel-lip's {@code HKR(alpha, min_margin)}: lambda = alpha, margin = min_margin / 2. Its value is L. */
    public static BinaryHkr fromDeelLip(double alpha, double minMargin) {
        return new BinaryHkr(alpha, minMargin / 2);
    }

    @Override
    public LossResult evaluate(INDArray logits, INDArray labels) {
        LogitBatch batch = LogitBatch.readScores(NAME, logits);
        int[] signs = LabelReader.signs(NAME, labels, batch.samples(), 1);
        double[] perSample = isSampleWise() ? new double[signs.length] : null;
        return evaluate(batch, signs, SignCounts.of(signs), perSample);
    }

    /**
     * The part of a batch's loss that falls to some of its samples: parts of disjoint shards add up to {@link #evaluate} of
     * the whole batch, values and rows of the gradient. For micro-batches and data-parallel workers.
     *
     * @param logits {@code [shard, 1]}. Not modified.
     * @param labels as in {@code evaluate}. Not modified.
     * @param whole counts over the whole batch
     * @throws IllegalArgumentException if the shard holds more samples of a sign than the whole batch
     */
    public LossResult evaluateShard(INDArray logits, INDArray labels, SignCounts whole) {
        LogitBatch batch = LogitBatch.readScores(NAME, logits);
        int[] signs = LabelReader.signs(NAME, labels, batch.samples(), 1);
        SignCounts own = SignCounts.of(signs);
        if (own.positive() > whole.positive() || own.negative() > whole.negative()) {
            throw new IllegalArgumentException(NAME + ": the shard's " + own + " exceed the whole batch's " + whole);
        }
        return evaluate(batch, signs, whole, null);
    }

    /** The two terms of the loss. Arguments and errors as in {@link #evaluate}. */
    public Parts parts(INDArray logits, INDArray labels) {
        LogitBatch batch = LogitBatch.readScores(NAME, logits);
        int[] signs = LabelReader.signs(NAME, labels, batch.samples(), 1);
        return parts(batch.values(), signs, SignCounts.of(signs));
    }

    @Override
    public LossSettings settings() {
        return write(LossSettings.of(LossCatalog.BINARY_HKR), "");
    }

    static BinaryHkr read(LossSettings settings) {
        return read(settings, "");
    }

    /** Adds these settings, their names after a prefix. */
    LossSettings write(LossSettings settings, String prefix) {
        return settings.with(prefix + "lambda", lambda)
                .with(prefix + "margin", margin)
                .with(prefix + "weighting", weighting)
                .with(prefix + "priors", priors);
    }

    static BinaryHkr read(LossSettings settings, String prefix) {
        return new BinaryHkr(
                settings.number(prefix + "lambda"),
                settings.number(prefix + "margin"),
                settings.choice(prefix + "weighting", KrWeighting.class),
                settings.priors(prefix + "priors"));
    }

    boolean isSampleWise() {
        return weighting == KrWeighting.PRIOR_WEIGHTED || Double.isInfinite(lambda);
    }

    private LossResult evaluate(LogitBatch batch, int[] signs, SignCounts counts, double @Nullable [] perSample) {
        double[] gradient = new double[signs.length];
        slopes(batch.values(), signs, counts, gradient);
        if (perSample != null) {
            for (int i = 0; i < signs.length; i++) {
                perSample[i] = sample(batch.values()[i], signs[i]);
            }
        }
        return batch.result(value(parts(batch.values(), signs, counts)), gradient, perSample);
    }

    /** Value of one sample, where the loss is a mean over samples. */
    double sample(double score, int sign) {
        double aligned = sign * score;
        return value(new Parts(aligned, classWeight(sign) * HkrTerms.hinge(margin, aligned)));
    }

    /** The loss from its terms. */
    double value(Parts parts) {
        return HkrTerms.hingeFactor(lambda) * parts.hinge - HkrTerms.transportFactor(lambda) * parts.kr;
    }

    /** Terms of a column of scores, divided by these counts. */
    Parts parts(double[] scores, int[] signs, SignCounts counts) {
        double kr = 0;
        double hinge = 0;
        for (int i = 0; i < signs.length; i++) {
            double aligned = signs[i] * scores[i];
            kr += transportShare(signs[i], counts) * aligned;
            hinge += hingeShare(signs[i], counts) * HkrTerms.hinge(margin, aligned);
        }
        return new Parts(kr, hinge);
    }

    /** Derivative of the loss with respect to each score of a column. */
    void slopes(double[] scores, int[] signs, SignCounts counts, double[] into) {
        for (int i = 0; i < signs.length; i++) {
            double transport = HkrTerms.transportFactor(lambda) * transportShare(signs[i], counts);
            double hinge = HkrTerms.hingeFactor(lambda)
                    * hingeShare(signs[i], counts)
                    * HkrTerms.insideMargin(margin, signs[i] * scores[i]);
            into[i] = -signs[i] * (transport + hinge);
        }
    }

    // only asked for signs that occur, so that no count is 0
    private double transportShare(int sign, SignCounts counts) {
        return 1.0 / (weighting == KrWeighting.CLASS_CONDITIONAL ? counts.of(sign) : counts.total());
    }

    private double hingeShare(int sign, SignCounts counts) {
        return classWeight(sign) / counts.total();
    }

    private double classWeight(int sign) {
        return priors.weight(sign > 0 ? 1 : 0);
    }

    /**
     * The terms of {@code L = -KR + lambda H}.
     *
     * @param kr transport term; for a 1-Lipschitz f and class-conditional weighting a lower bound of the Wasserstein distance
     *     between the two classes of the batch
     * @param hinge mean hinge, weighted by class priors if there are any
     */
    public record Parts(double kr, double hinge) {}
}
