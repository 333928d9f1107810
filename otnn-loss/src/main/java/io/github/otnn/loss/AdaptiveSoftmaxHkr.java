package io.github.otnn.loss;

import io.github.otnn.core.train.LearnableScalar;
import io.github.otnn.core.train.LossResult;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * {@link SoftmaxHkr} whose temperature follows the size of the logits, so that it need not be tuned anew while they grow.
 *
 * <pre>
 * g = 0.99 M + 0.01 mean(|f|),   M moves to clip(g, 0.005, 1000) in training
 * T = clip(temperature * 2 margin / clip(g, 2 margin, 20000), 0.005, 250)
 * </pre>
 * T counts as a constant in the gradient. Logits, labels, priors: as for {@code SoftmaxHkr}.
 * <ul>
 *   <li>The running mean M is the loss's only {@link #scalars() scalar}: {@link #evaluate} reads it and leaves it alone, and
 *       says in the result where it should go; the trainer moves it once per step, over all micro-batches and workers. Outside
 *       of a trainer {@link #train} evaluates and moves.
 *   <li>M starts at 2 margin (or 0.005, if that is more), is part of a run's state, and can be put back.
 *   <li>The loss depends on the batch through T; there are no values per sample.
 *   <li>deel-lip's loss is L / lambda, deel-torchlip's L / (1 + lambda).
 * </ul>
 * Evaluation is thread-safe as long as nobody moves M; sums in float64.
 *
 * @see <a href="https://github.com/deel-ai/deel-torchlip">deel-torchlip</a>, SoftHKRMulticlassLoss
 */
public final class AdaptiveSoftmaxHkr implements NamedLoss {
    private static final String NAME = "AdaptiveSoftmaxHkr";
    private static final double MOMENTUM = 0.99;
    private static final double SMALLEST_MEAN = 0.005;
    private static final double LARGEST_MEAN = 1000;
    private static final double LARGEST_SCALE = 20_000;
    private static final double SMALLEST_TEMPERATURE = 0.005;
    private static final double LARGEST_TEMPERATURE = 250;

    /** Its temperature is the factor of the adaptive one. */
    private final SoftmaxHkr settings;

    private final LearnableScalar runningMean;

    /**
     * Starts with M = 2 margin.
     *
     * @param lambda weight of the hinge, at least 0
     * @param margin the m of both hinges, positive
     * @param temperature factor of the adaptive temperature, positive
     * @param priors class frequencies; {@link ClassPriors#uniform()} for none
     */
    public AdaptiveSoftmaxHkr(double lambda, double margin, double temperature, ClassPriors priors) {
        this(checked(lambda, margin, temperature, priors), start(margin));
    }

    /** All samples weigh the same. */
    public AdaptiveSoftmaxHkr(double lambda, double margin, double temperature) {
        this(lambda, margin, temperature, ClassPriors.uniform());
    }

    private AdaptiveSoftmaxHkr(SoftmaxHkr settings, LearnableScalar runningMean) {
        this.settings = settings;
        this.runningMean = runningMean;
    }

    private static SoftmaxHkr checked(double lambda, double margin, double temperature, ClassPriors priors) {
        HkrTerms.requireLambda(NAME, lambda);
        HkrTerms.requireMargin(NAME, margin);
        HkrTerms.requirePositive(NAME, "temperature", temperature);
        return new SoftmaxHkr(lambda, margin, temperature, priors);
    }

    // descending by 0.01 along M - mean(|f|) is the running mean
    private static LearnableScalar start(double margin) {
        return new LearnableScalar(
                "running mean of |logits|", Math.max(2 * margin, SMALLEST_MEAN), SMALLEST_MEAN, 1 - MOMENTUM);
    }

    /** Settings of deel-torchlip's loss: lambda = alpha / (1 - alpha), margin = min_margin / 2. */
    public static AdaptiveSoftmaxHkr fromTorchlip(double alpha, double minMargin, double temperature) {
        return new AdaptiveSoftmaxHkr(HkrTerms.torchlipLambda(alpha), minMargin / 2, temperature);
    }

    /** Settings of deel-lip's loss: lambda = alpha, margin = min_margin / 2. */
    public static AdaptiveSoftmaxHkr fromDeelLip(double alpha, double minMargin, double temperature) {
        return new AdaptiveSoftmaxHkr(alpha, minMargin / 2, temperature);
    }

    /** The same loss with another weight of the hinge; both share the running mean. */
    public AdaptiveSoftmaxHkr withLambda(double newLambda) {
        return new AdaptiveSoftmaxHkr(
                checked(newLambda, settings.margin(), settings.temperature(), settings.priors()), runningMean);
    }

    /** The same loss with another factor of the temperature; both share the running mean. */
    public AdaptiveSoftmaxHkr withTemperature(double newTemperature) {
        return new AdaptiveSoftmaxHkr(
                checked(settings.lambda(), settings.margin(), newTemperature, settings.priors()), runningMean);
    }

    /** Value and gradient at the present running mean, which stays. */
    @Override
    public LossResult evaluate(INDArray logits, INDArray labels) {
        LogitBatch batch = LogitBatch.readClasses(NAME, logits);
        double mean = meanSize(batch);
        LossResult result = settings.withTemperature(temperatureAt(mean)).evaluate(NAME, batch, labels);
        double present = runningMean.value();
        double pull = Math.max(present - mean, (present - LARGEST_MEAN) / (1 - MOMENTUM));
        return new LossResult(result.value(), result.gradient(), null, new double[] {pull});
    }

    /** Evaluates, then moves the running mean: a training call for loops without a trainer. For one thread. */
    public LossResult train(INDArray logits, INDArray labels) {
        LossResult result = evaluate(logits, labels);
        runningMean.descend(result.scalarGradients()[0]);
        return result;
    }

    /** The temperature that {@link #evaluate} would use for these logits. */
    public double temperature(INDArray logits) {
        return temperatureAt(meanSize(LogitBatch.readClasses(NAME, logits)));
    }

    /** Present running mean of |f|. */
    public double runningMean() {
        return runningMean.value();
    }

    /** Puts back a running mean, as when a stored run goes on; at least 0.005. */
    public void restoreRunningMean(double value) {
        runningMean.restore(value);
    }

    @Override
    public List<LearnableScalar> scalars() {
        return List.of(runningMean);
    }

    @Override
    public LossSettings settings() {
        return LossSettings.of(LossCatalog.ADAPTIVE_SOFTMAX_HKR)
                .with("lambda", settings.lambda())
                .with("margin", settings.margin())
                .with("temperature", settings.temperature())
                .with("priors", settings.priors());
    }

    static AdaptiveSoftmaxHkr read(LossSettings from) {
        return new AdaptiveSoftmaxHkr(
                from.number("lambda"), from.number("margin"), from.number("temperature"), from.priors("priors"));
    }

    private double temperatureAt(double mean) {
        double gap = 2 * settings.margin();
        double size = MOMENTUM * runningMean.value() + (1 - MOMENTUM) * mean;
        double scale = Math.min(Math.max(size, gap), LARGEST_SCALE);
        double temperature = settings.temperature() * gap / scale;
        return Math.min(Math.max(temperature, SMALLEST_TEMPERATURE), LARGEST_TEMPERATURE);
    }

    private static double meanSize(LogitBatch batch) {
        double sum = 0;
        for (double logit : batch.values()) {
            sum += Math.abs(logit);
        }
        return sum / batch.values().length;
    }
}
