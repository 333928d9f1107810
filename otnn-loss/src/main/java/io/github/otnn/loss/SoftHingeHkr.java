package io.github.otnn.loss;

import io.github.otnn.core.train.LearnableScalar;
import io.github.otnn.core.train.LossResult;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Multiclass hKR with one hinge per sample on half the gap between the true logit and its rivals, and a learned margin per
 * class.
 *
 * <pre>
 * L = KR + lambda mean((m_y - f_y / 2 + u / 2)+ - hingeProportion * m_y)
 * u = sum over k != y of s_k f_k,   s = softmax over k != y of T f
 * dH/df_y = -1/2,   dH/df_k = s_k (1 + T (f_k - u)) / 2,   dH/dm_y = 1 - hingeProportion   inside,
 * else 0, 0, -hingeProportion
 * </pre>
 * <ul>
 *   <li>logits f {@code [batch, classes]}, raw; labels y: class indices {@code [batch]} or {@code [batch, 1]}, or one-hot rows
 *       {@code [batch, classes]}.
 *   <li>At the fixed point the share hingeProportion of each class has a half-gap below its margin.
 *   <li>A class absent from the batch adds 0 to KR, and its margin stays. Slope of the hinge at its kink: 0.
 *   <li>The learning rate of a margin is multiplied by the number of classes, since it only sees its own class's samples.
 *   <li>Values per sample come with {@link RivalTransport#SOFTMAX} or infinite lambda.
 * </ul>
 * Evaluation reads the margins and is thread-safe as long as nobody moves them; sums in float64.
 *
 * @see <a href="https://arxiv.org/abs/2206.06854v1">Serrurier et al. 2022</a>, Eq. 5 of version 1, corrected
 */
public final class SoftHingeHkr implements AutoMarginLoss {
    private static final String NAME = "SoftHingeHkr";

    private final AutoMargin settings;
    private final int classes;
    private final double temperature;
    private final RivalTransport transport;
    private final LearnedMargins margins;

    /**
     * Starts with the margins of the settings.
     *
     * @param settings of the learning
     * @param classes columns of the logits, 2 or more
     * @param temperature T of the softmax, finite and at least 0
     * @param transport the KR term
     */
    public SoftHingeHkr(AutoMargin settings, int classes, double temperature, RivalTransport transport) {
        this(
                settings,
                HkrTerms.requireClassCount(NAME, classes),
                temperature,
                transport,
                new LearnedMargins(settings, classes, classes, k -> "margin of class " + k));
    }

    /** The paper's first version: temperature 1, one-vs-all KR. */
    public SoftHingeHkr(AutoMargin settings, int classes) {
        this(settings, classes, 1, RivalTransport.ONE_VS_ALL);
    }

    private SoftHingeHkr(
            AutoMargin settings, int classes, double temperature, RivalTransport transport, LearnedMargins margins) {
        HkrTerms.requireTemperature(NAME, temperature);
        this.settings = settings;
        this.classes = classes;
        this.temperature = temperature;
        this.transport = Objects.requireNonNull(transport, "transport");
        this.margins = margins;
    }

    /** The same loss with another weight of the hinge; both share the margins. */
    public SoftHingeHkr withLambda(double newLambda) {
        return new SoftHingeHkr(settings.withLambda(newLambda), classes, temperature, transport, margins);
    }

    /** The same loss with another temperature; both share the margins. */
    public SoftHingeHkr withTemperature(double newTemperature) {
        return new SoftHingeHkr(settings, classes, newTemperature, transport, margins);
    }

    @Override
    public LossResult evaluate(INDArray logits, INDArray labels) {
        Evaluation evaluation = new Evaluation(logits, labels, margins.values());
        margins.found(evaluation.fractionInside());
        return evaluation.result();
    }

    /** The loss at other margins than the present ones. */
    LossResult evaluateAt(INDArray logits, INDArray labels, double... otherMargins) {
        return new Evaluation(logits, labels, otherMargins).result();
    }

    @Override
    public double[] fractionInside() {
        return margins.lastFractions();
    }

    @Override
    public double[] fractionInside(INDArray logits, INDArray labels) {
        return new Evaluation(logits, labels, margins.values()).fractionInside();
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
        return settings.write(LossSettings.of(LossCatalog.SOFT_HINGE_HKR))
                .with("classes", classes)
                .with("temperature", temperature)
                .with("transport", transport);
    }

    static SoftHingeHkr read(LossSettings from) {
        return new SoftHingeHkr(
                AutoMargin.read(from),
                from.count("classes"),
                from.number("temperature"),
                from.choice("transport", RivalTransport.class));
    }

    /** One batch at given margins. */
    private final class Evaluation {
        private final LogitBatch batch;
        private final int[] indices;
        private final double[] margins;
        private final double[] gradient;
        private final double[] perSample;
        private final double[] inside = new double[classes];
        private final double[] counts = new double[classes];
        private final double kr = HkrTerms.transportFactor(settings.lambda());
        private final double hinge = HkrTerms.hingeFactor(settings.lambda());

        Evaluation(INDArray logits, INDArray labels, double[] margins) {
            batch = LogitBatch.readClasses(NAME, logits, classes);
            indices = LabelReader.classes(NAME, labels, batch.samples(), classes);
            gradient = new double[batch.samples() * classes];
            perSample = new double[batch.samples()];
            this.margins = margins;
            double[] weights = new double[classes];
            for (int i = 0; i < perSample.length; i++) {
                addSample(i, weights);
            }
        }

        private void addSample(int i, double[] weights) {
            double[] f = Arrays.copyOfRange(batch.values(), i * classes, (i + 1) * classes);
            int y = indices[i];
            RivalSoftmax.write(f, y, temperature, weights);
            double rivals = 0;
            for (int k = 0; k < classes; k++) {
                rivals += weights[k] * f[k];
            }
            double halfGap = (f[y] - rivals) / 2;
            double isInside = HkrTerms.insideMargin(margins[y], halfGap);
            counts[y]++;
            inside[y] += isInside;
            double ownTransport = transport == RivalTransport.SOFTMAX ? kr : 0;
            perSample[i] = -2 * ownTransport * halfGap
                    + hinge * (HkrTerms.hinge(margins[y], halfGap) - settings.hingeProportion() * margins[y]);
            // both terms are functions of the half-gap
            double pull = (ownTransport + hinge * isInside / 2) / perSample.length;
            for (int k = 0; k < classes; k++) {
                gradient[i * classes + k] = k == y ? -pull : pull * weights[k] * (1 + temperature * (f[k] - rivals));
            }
        }

        LossResult result() {
            int samples = perSample.length;
            double value = Arrays.stream(perSample).sum() / samples;
            double[] marginGradients = new double[classes];
            for (int k = 0; k < classes; k++) {
                marginGradients[k] = hinge * (inside[k] - settings.hingeProportion() * counts[k]) / samples;
            }
            if (transport == RivalTransport.SOFTMAX || kr == 0) {
                return batch.result(value, gradient, perSample, marginGradients);
            }
            int[] signs = Columns.signs(indices, classes);
            for (int k = 0; k < classes; k++) {
                value += Columns.addTransport(batch, signs, k, kr, gradient);
            }
            return batch.result(value, gradient, null, marginGradients);
        }

        double[] fractionInside() {
            double[] fractions = new double[classes];
            Arrays.setAll(fractions, k -> counts[k] == 0 ? Double.NaN : inside[k] / counts[k]);
            return fractions;
        }
    }
}
