package io.github.otnn.core.tensor;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Matrix products into given C-ordered results, the layout for which ND4J uses oneDNN.
 *
 * <pre>result = alpha op(a) op(b) + beta result</pre>
 *
 * All operands are dense matrices, or stacks {@code [n, rows, columns]}, of one type. The result must not be one of the
 * operands.
 */
public final class Products {
    private static final String MATMUL = "matmul";

    private Products() {}

    /** result = a b. */
    public static void multiply(INDArray a, INDArray b, INDArray result) {
        product(a, false, b, false, 1, 0, result);
    }

    /** result = aT b. */
    public static void multiplyTransposedLeft(INDArray a, INDArray b, INDArray result) {
        product(a, true, b, false, 1, 0, result);
    }

    /** result = a bT. */
    public static void multiplyTransposedRight(INDArray a, INDArray b, INDArray result) {
        product(a, false, b, true, 1, 0, result);
    }

    /** {@link #multiply(INDArray, INDArray, INDArray)} at a place that is passed often. */
    public static void multiply(RepeatedCall call, INDArray a, INDArray b, INDArray result) {
        product(call, a, false, b, false, 1, 0, result);
    }

    /** result = alpha op(a) op(b) + beta result, at a place that is passed often. */
    public static void product(
            RepeatedCall call,
            INDArray a,
            boolean transposeA,
            INDArray b,
            boolean transposeB,
            double alpha,
            double beta,
            INDArray result) {
        call.run(
                MATMUL,
                new double[] {alpha, beta},
                new long[] {transposeA ? 1 : 0, transposeB ? 1 : 0, 0},
                new INDArray[] {a, b},
                result);
    }

    /** result = alpha op(a) op(b) + beta result. */
    public static void product(
            INDArray a,
            boolean transposeA,
            INDArray b,
            boolean transposeB,
            double alpha,
            double beta,
            INDArray result) {
        Nd4j.exec(DynamicCustomOp.builder(MATMUL)
                .addInputs(a, b)
                .addOutputs(result)
                .addFloatingPointArguments(alpha, beta)
                .addIntegerArguments(transposeA ? 1 : 0, transposeB ? 1 : 0, 0)
                .build());
    }

    /** total = sum of the rows of a matrix (+ total if accumulating); {@code ones} is {@code [1, rows]} of ones. */
    public static void sumRows(RepeatedCall call, INDArray ones, INDArray matrix, boolean accumulate, INDArray total) {
        product(call, ones, false, matrix, false, 1, accumulate ? 1 : 0, total);
    }
}
