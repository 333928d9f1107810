package io.github.otnn.loss;

import io.github.otnn.core.ShapeMismatchException;
import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Class frequencies of the data set, from which a loss takes the weight of each class so that all count the same.
 *
 * <pre>weight of class y = 1 / (classes * prior_y)</pre>
 * Priors come from the data set, not from the batch: with 2 % positives one batch of 128 in thirteen has no positive at all.
 * For a binary loss class 0 is the negative one and class 1 the positive one. Immutable, thread-safe.
 */
public final class ClassPriors {
    private static final String WHERE = "ClassPriors";
    private static final double SUM_SLACK = 1e-3;
    private static final ClassPriors UNIFORM = new ClassPriors(new double[0]);

    /** By class index; empty for any number of equally frequent classes. */
    private final double[] priors;

    private ClassPriors(double[] priors) {
        this.priors = priors;
    }

    /** Equally frequent classes, as many as there are: every weight is 1. */
    public static ClassPriors uniform() {
        return UNIFORM;
    }

    /**
     * Priors by class index.
     *
     * @param priors two or more positive numbers that sum to 1 within 1e-3. Copied.
     */
    public static ClassPriors of(double... priors) {
        if (priors.length < 2) {
            throw new IllegalArgumentException(WHERE + ": expected 2 or more priors, got " + priors.length);
        }
        double sum = 0;
        for (int k = 0; k < priors.length; k++) {
            if (!(priors[k] > 0)) {
                throw new IllegalArgumentException(
                        WHERE + ": the prior of class " + k + " must be > 0, got " + priors[k]);
            }
            sum += priors[k];
        }
        if (!(Math.abs(sum - 1) <= SUM_SLACK)) {
            throw new IllegalArgumentException(
                    WHERE + ": priors must sum to 1, got " + Arrays.toString(priors) + " with sum " + sum);
        }
        return new ClassPriors(priors.clone());
    }

    /**
     * Priors of a binary problem.
     *
     * @param positive share of the positive class, between 0 and 1, both excluded
     */
    public static ClassPriors binary(double positive) {
        return of(1 - positive, positive);
    }

    /**
     * Frequencies counted in the labels of a data set.
     *
     * @param labels class indices {@code [n]} or {@code [n, 1]}, one-hot rows {@code [n, classes]}, or signs for two classes.
     *     Not modified.
     * @param classes number of classes, 2 or more
     * @throws IllegalArgumentException if a class has no sample
     */
    public static ClassPriors ofLabels(INDArray labels, int classes) {
        if (classes < 2) {
            throw new IllegalArgumentException(WHERE + ": expected 2 or more classes, got " + classes);
        }
        int samples = LabelReader.rows(WHERE, labels);
        int[] counts = new int[classes];
        if (classes == 2) {
            for (int sign : LabelReader.signs(WHERE, labels, samples, 1)) {
                counts[sign > 0 ? 1 : 0]++;
            }
        } else {
            for (int label : LabelReader.classes(WHERE, labels, samples, classes)) {
                counts[label]++;
            }
        }
        double[] shares = new double[classes];
        for (int k = 0; k < classes; k++) {
            if (counts[k] == 0) {
                throw new IllegalArgumentException(
                        WHERE + ": class " + k + " does not occur in the " + samples + " labels");
            }
            shares[k] = (double) counts[k] / samples;
        }
        return of(shares);
    }

    /** Weight of a class, {@code 1 / (classes * prior)}. */
    public double weight(int label) {
        return priors.length == 0 ? 1 : 1 / (priors.length * priors[label]);
    }

    /** The binary problem of one class against all others; uniform if this is. */
    ClassPriors against(int label) {
        return priors.length == 0 ? UNIFORM : binary(priors[label]);
    }

    /** By class index; empty if uniform. */
    double[] shares() {
        return priors.clone();
    }

    /** Checks that these are the priors of so many classes. */
    void requireClasses(String where, int classes) {
        if (priors.length != 0 && priors.length != classes) {
            throw new ShapeMismatchException(where, "priors of " + classes + " classes", priors.length + " priors");
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ClassPriors that && Arrays.equals(priors, that.priors);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(priors);
    }

    @Override
    public String toString() {
        return priors.length == 0 ? "uniform" : Arrays.toString(priors);
    }
}
