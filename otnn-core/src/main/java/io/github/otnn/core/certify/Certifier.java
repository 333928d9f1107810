package io.github.otnn.core.certify;

import io.github.otnn.core.ShapeMismatchException;
import io.github.otnn.core.network.CondensedNetwork;
import io.github.otnn.core.network.ErrorGrowth;
import io.github.otnn.core.network.Rounding;
import io.github.otnn.core.tensor.Tensors;
import java.util.Arrays;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Turns the logits of an audited network into certificates.
 *
 * <p>One logit is read as a binary score. With several, the radius is {@code min_k (f_y - f_k) / (L d_yk)}: L bounds the map
 * up to the last layer, d_yk the difference of two outputs of the last layer. For orthonormal columns that is the joint
 * form, gap / (sqrt 2 L); for unit columns it is never below the disjoint form, gap / (2 L).
 *
 * <p>{@code certify} speaks of the logits that the computer produces: it allows for what rounding can do in the forward pass, at
 * the sample and wherever an attack may go ({@link CertifiedRadius#computed}). Where float32 costs too much of the radii, as
 * in deep networks, {@code Certifier.of(network.as(DataType.DOUBLE))} costs next to nothing; it then certifies the logits of
 * that network. Immutable and thread-safe.
 *
 * @see CertifiedRadius
 */
public final class Certifier {
    private final CondensedNetwork network;
    private final LipschitzAudit audit;
    private final double[][] differences;
    private final ErrorGrowth[][] computedDifferences;

    private Certifier(CondensedNetwork network, LipschitzAudit audit) {
        this.network = network;
        this.audit = audit;
        this.differences = network.differenceBounds();
        this.computedDifferences = new ErrorGrowth[differences.length][differences.length];
        Rounding last =
                ofDifference(audit.layers().get(audit.layers().size() - 1).rounding());
        for (int y = 0; y < differences.length; y++) {
            for (int k = 0; k < differences.length; k++) {
                computedDifferences[y][k] = audit.features().then(differences[y][k], last);
            }
        }
    }

    /** The difference of two values of a vector is off by at most sqrt 2 times what the vector is off by. */
    private static Rounding ofDifference(Rounding vector) {
        double root = Math.nextUp(Math.sqrt(2));
        return new Rounding(
                vector.relative() == 0 ? 0 : Math.nextUp(root * vector.relative()),
                vector.absolute() == 0 ? 0 : Math.nextUp(root * vector.absolute()),
                vector.offset() == 0 ? 0 : Math.nextUp(root * vector.offset()));
    }

    /**
     * Audits a network.
     *
     * @throws IllegalArgumentException if a layer has no proven bound, naming it
     */
    public static Certifier of(CondensedNetwork network) {
        LipschitzAudit audit = LipschitzAudit.of(network);
        if (!audit.unbounded().isEmpty()) {
            LipschitzAudit.LayerReport layer = audit.unbounded().get(0);
            throw new IllegalArgumentException("no certificate: " + layer.describe()
                    + " has no proven Lipschitz bound: " + layer.bound().method());
        }
        return new Certifier(network, audit);
    }

    /** The proof that the radii rest on. */
    public LipschitzAudit audit() {
        return audit;
    }

    /**
     * Predicts many samples and certifies what comes out.
     *
     * @param inputs {@code [samples, ...]}. Not modified.
     * @param labels true class of each sample; with one logit: 1 for positive, -1 or 0 for negative
     * @param batchSize samples predicted at a time
     * @throws IllegalArgumentException if a layer says nothing of its rounding, naming it
     */
    public Certificates certify(INDArray inputs, int[] labels, int batchSize) {
        requireKnownRounding();
        return certify(inputs, network.predict(inputs, batchSize), labels);
    }

    /**
     * Certificates of logits that the network has computed.
     *
     * @param inputs {@code [samples, ...]}. Not modified.
     * @param logits {@code [samples, outputs]}, what the audited network predicts for these inputs. Not modified.
     * @param labels true class of each sample; with one logit: 1 for positive, -1 or 0 for negative
     * @throws IllegalArgumentException if a layer says nothing of its rounding, naming it
     */
    public Certificates certify(INDArray inputs, INDArray logits, int[] labels) {
        requireKnownRounding();
        DataType type = inputs.dataType() == DataType.FLOAT ? DataType.FLOAT : DataType.DOUBLE;
        INDArray samples = Tensors.requireBatch("certify", inputs, network.inputShape(), type);
        if (samples.size(0) != labels.length) {
            throw new ShapeMismatchException("certify", labels.length + " inputs", String.valueOf(samples.size(0)));
        }
        double[] norms = new double[labels.length];
        for (int i = 0; i < norms.length; i++) {
            norms[i] = norm(Tensors.toDoubles(Tensors.rows(samples, i, i + 1L)));
        }
        double[] allowances =
                Arrays.stream(norms).map(audit.logit().rounding()::errorAt).toArray();
        return certificates(logits, labels, allowances, (row, label, i) -> radius(row, label, norms[i]));
    }

    /**
     * Certificates for exact arithmetic: those of logits without any rounding. What the computer produces is not covered; for
     * comparison with published radii, and for layers whose rounding is not known.
     *
     * @param logits {@code [samples, outputs]}. Not modified.
     * @param labels true class of each sample; with one logit: 1 for positive, -1 or 0 for negative
     */
    public Certificates certifyIgnoringRounding(INDArray logits, int[] labels) {
        return certificates(
                logits, labels, new double[labels.length], (row, label, i) -> radiusIgnoringRounding(row, label));
    }

    /**
     * L2 distance within which the class cannot stop (or, where negative, cannot begin) to be the predicted one, rounding
     * included.
     *
     * @param logits of one sample, as the network computes them
     * @param label class; with one logit 1 or -1
     * @param inputNorm L2 norm of the sample, an upper bound
     * @return 0 where rounding leaves nothing
     */
    public double radius(double[] logits, int label, double inputNorm) {
        requireKnownRounding();
        double radius;
        if (logits.length == 1) {
            double towards = CertifiedRadius.requireSign(label) * logits[0];
            radius = CertifiedRadius.computed(towards, inputNorm, audit.logit());
        } else {
            radius = Double.POSITIVE_INFINITY;
            CertifiedRadius.requireLabel(logits, label);
            for (int k = 0; k < logits.length; k++) {
                if (k != label) {
                    double difference = logits[label] - logits[k];
                    ErrorGrowth map = computedDifferences[label][k];
                    radius = Math.min(radius, CertifiedRadius.computed(difference, inputNorm, map));
                }
            }
        }
        // further out a value may overflow, and then nothing is proven
        double limit = Math.max(0, Math.nextDown(audit.largestInput() - inputNorm));
        return Math.max(-limit, Math.min(limit, radius));
    }

    /**
     * The same for logits without rounding.
     *
     * @param logits of one sample
     * @param label class; with one logit 1 or -1
     */
    public double radiusIgnoringRounding(double[] logits, int label) {
        return logits.length == 1
                ? CertifiedRadius.binary(logits[0], label, audit.logitBound())
                : CertifiedRadius.pairwise(logits, label, differences, audit.featureBound());
    }

    private interface RadiusOfRow {
        double apply(double[] logits, int label, int row);
    }

    private Certificates certificates(INDArray logits, int[] given, double[] allowances, RadiusOfRow radius) {
        int outputs = differences.length;
        if (logits.rank() != 2 || logits.size(0) != given.length || logits.size(1) != outputs) {
            throw new ShapeMismatchException(
                    "certify", "logits [" + given.length + ", " + outputs + "]", Arrays.toString(logits.shape()));
        }
        Tensors.requireFinite("certify: logits", logits);
        double[] values = Tensors.toDoubles(logits);
        int[] labels = Arrays.stream(given)
                .map(label -> outputs == 1 && label == 0 ? -1 : label)
                .toArray();
        int[] predicted = new int[labels.length];
        double[] predictedRadii = new double[labels.length];
        double[] labelRadii = new double[labels.length];
        for (int i = 0; i < labels.length; i++) {
            double[] row = Arrays.copyOfRange(values, i * outputs, (i + 1) * outputs);
            predicted[i] = predict(row);
            predictedRadii[i] = radius.apply(row, predicted[i], i);
            try {
                labelRadii[i] = radius.apply(row, labels[i], i);
            } catch (IllegalArgumentException cause) {
                throw new IllegalArgumentException("certify: row " + i + ": " + cause.getMessage(), cause);
            }
        }
        return new Certificates(predicted, labels, predictedRadii, labelRadii, allowances);
    }

    private void requireKnownRounding() {
        if (!audit.unknownRounding().isEmpty()) {
            throw new IllegalArgumentException("no certificate of computed logits: "
                    + audit.unknownRounding().get(0).describe()
                    + " says nothing of its rounding; override Layer.rounding, or use certifyIgnoringRounding");
        }
    }

    /** Upper bound of the norm: a sum of n rounded squares is off by n units in the last place, tiny squares vanish. */
    private static double norm(double[] sample) {
        double squares = 0;
        for (double value : sample) {
            squares += value * value;
        }
        int terms = sample.length;
        return Math.sqrt(squares) * (1 + 0x1p-52 * (terms + 4)) + Math.sqrt(terms) * 0x1p-510;
    }

    private static int predict(double[] logits) {
        if (logits.length == 1) {
            return logits[0] > 0 ? 1 : -1;
        }
        int best = 0;
        for (int k = 1; k < logits.length; k++) {
            best = logits[k] > logits[best] ? k : best;
        }
        return best;
    }
}
