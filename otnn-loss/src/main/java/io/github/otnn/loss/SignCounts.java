package io.github.otnn.loss;

import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Number of negative and positive samples of a batch, which the class means of {@link BinaryHkr} divide by.
 *
 * @param negative samples with y = -1
 * @param positive samples with y = 1
 */
public record SignCounts(long negative, long positive) {
    /** Checks the counts. */
    public SignCounts {
        if (negative < 0 || positive < 0 || negative + positive <= 0) {
            throw new IllegalArgumentException("SignCounts: expected counts >= 0, not both 0, got " + negative
                    + " negative and " + positive + " positive");
        }
    }

    /**
     * Counts labels.
     *
     * @param labels signs or one-hot rows, as for {@link BinaryHkr#evaluate}. Not modified.
     */
    public static SignCounts of(INDArray labels) {
        return of(LabelReader.signs("SignCounts", labels, LabelReader.rows("SignCounts", labels), 1));
    }

    static SignCounts of(int[] signs) {
        int positive = 0;
        for (int sign : signs) {
            if (sign > 0) {
                positive++;
            }
        }
        return new SignCounts(signs.length - positive, positive);
    }

    /** All samples. */
    public long total() {
        return negative + positive;
    }

    /** Samples of one sign. */
    long of(int sign) {
        return sign > 0 ? positive : negative;
    }
}
