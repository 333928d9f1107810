package io.github.otnn.core.certify;

import io.github.otnn.core.ShapeMismatchException;
import io.github.otnn.core.network.CondensedNetwork;
import io.github.otnn.core.tensor.Tensors;
import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Turns the logits of an audited network into certificates.
 *
 * <p>One logit is read as a binary score. With several, the radius is {@code min_k (f_y - f_k) / (L d_yk)}: L bounds the map
 * up to the last layer, d_yk the difference of two outputs of the last layer. For orthonormal columns that is the joint
 * form, gap / (sqrt 2 L); for unit columns it is never below the disjoint form, gap / (2 L).
 *
 * <p>The radius holds for exact arithmetic on the float32 weights and on the logits as given. What rounding does to those
 * logits in the forward pass, about a millionth of their size in float32, is not subtracted; a DOUBLE network ({@link
 * CondensedNetwork#as}) makes it negligible. Immutable and thread-safe.
 *
 * @see CertifiedRadius
 */
public final class Certifier {
    private final LipschitzAudit audit;
    private final double[][] differences;

    private Certifier(LipschitzAudit audit, double[][] differences) {
        this.audit = audit;
        this.differences = differences;
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
            throw new IllegalArgumentException("no certificate: layer '" + layer.name() + "' (" + layer.description()
                    + ") has no proven Lipschitz bound: " + layer.bound().method());
        }
        return new Certifier(audit, network.differenceBounds());
    }

    /** The proof that the radii rest on. */
    public LipschitzAudit audit() {
        return audit;
    }

    /**
     * Certificates of a batch.
     *
     * @param logits {@code [batch, outputs]}, from the audited network. Not modified.
     * @param labels true class of each sample; with one logit: 1 for positive, -1 or 0 for negative
     */
    public Certificates certify(INDArray logits, int[] labels) {
        if (logits.rank() != 2 || logits.size(0) != labels.length || logits.size(1) != differences.length) {
            throw new ShapeMismatchException(
                    "certify",
                    "logits [" + labels.length + ", " + differences.length + "]",
                    Arrays.toString(logits.shape()));
        }
        Tensors.requireFinite("certify: logits", logits);
        double[] values = Tensors.toDoubles(logits);
        int outputs = differences.length;
        int[] predicted = new int[labels.length];
        double[] predictedRadii = new double[labels.length];
        double[] labelRadii = new double[labels.length];
        for (int i = 0; i < labels.length; i++) {
            double[] row = Arrays.copyOfRange(values, i * outputs, (i + 1) * outputs);
            predicted[i] = predict(row);
            predictedRadii[i] = radius(row, predicted[i]);
            try {
                labelRadii[i] = radius(row, outputs == 1 && labels[i] == 0 ? -1 : labels[i]);
            } catch (IllegalArgumentException cause) {
                throw new IllegalArgumentException("certify: row " + i + ": " + cause.getMessage(), cause);
            }
        }
        return new Certificates(predicted, predictedRadii, labelRadii);
    }

    /**
     * L2 distance within which the class cannot stop (or, where negative, cannot begin) to be the predicted one.
     *
     * @param logits of one sample
     * @param label class; with one logit 1 or -1
     */
    public double radius(double[] logits, int label) {
        return logits.length == 1
                ? CertifiedRadius.binary(logits[0], label, audit.logitBound())
                : CertifiedRadius.pairwise(logits, label, differences, audit.featureBound());
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
