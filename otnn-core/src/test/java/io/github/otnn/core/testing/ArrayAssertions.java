package io.github.otnn.core.testing;

import io.github.otnn.core.tensor.Tensors;
import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Comparison of arrays that says where they differ and by how much; ND4J's own equality hides 1e-5. */
public final class ArrayAssertions {
    private ArrayAssertions() {}

    /**
     * Fails unless shapes are equal and every value is within {@code tolerance} times the largest expected size (or times
     * 1, where all expected values are smaller).
     */
    public static void assertClose(INDArray actual, Golden expected, double tolerance) {
        if (!Arrays.equals(actual.shape(), expected.shape())) {
            throw new AssertionError("shape: expected " + Arrays.toString(expected.shape()) + ", got "
                    + Arrays.toString(actual.shape()));
        }
        assertClose(Tensors.toDoubles(actual), expected.values(), tolerance);
    }

    /** The same for two arrays. */
    public static void assertClose(INDArray actual, INDArray expected, double tolerance) {
        if (!Arrays.equals(actual.shape(), expected.shape())) {
            throw new AssertionError("shape: expected " + Arrays.toString(expected.shape()) + ", got "
                    + Arrays.toString(actual.shape()));
        }
        assertClose(Tensors.toDoubles(actual), Tensors.toDoubles(expected), tolerance);
    }

    /** The same for plain values. */
    public static void assertClose(double[] actual, double[] expected, double tolerance) {
        if (actual.length != expected.length) {
            throw new AssertionError("length: expected " + expected.length + ", got " + actual.length);
        }
        double scale = Math.max(1, Arrays.stream(expected).map(Math::abs).max().orElse(1));
        int worst = -1;
        double worstError = tolerance * scale;
        for (int i = 0; i < actual.length; i++) {
            double error = Math.abs(actual[i] - expected[i]);
            if (!(error <= worstError)) {
                worst = i;
                worstError = error;
            }
        }
        if (worst >= 0) {
            throw new AssertionError("value " + worst + ": expected " + expected[worst] + ", got " + actual[worst]
                    + " (error " + worstError + ", allowed " + tolerance * scale + ")");
        }
    }

    /** Fails unless both arrays hold the same bits in the same shape. */
    public static void assertSameBits(INDArray actual, INDArray expected) {
        if (!Arrays.equals(actual.shape(), expected.shape())
                || !Arrays.equals(Tensors.toDoubles(actual), Tensors.toDoubles(expected))) {
            throw new AssertionError("arrays differ: " + actual + " and " + expected);
        }
    }
}
