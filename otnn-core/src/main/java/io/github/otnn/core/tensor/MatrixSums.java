package io.github.otnn.core.tensor;

import org.nd4j.linalg.api.ndarray.INDArray;

/** Sums and norms of dense matrices of one type. */
public final class MatrixSums {
    private MatrixSums() {}

    /** Writes ones on the diagonal of a square matrix, zeros elsewhere. */
    public static void setIdentity(INDArray square) {
        square.assign(0);
        for (long i = 0; i < square.size(0); i++) {
            square.putScalar(i, i, 1);
        }
    }

    /** result = factor (square + squareT) / 2. The result must be another array. */
    public static void symmetricPart(double factor, INDArray square, INDArray result) {
        result.assign(0);
        addSymmetricPart(factor, square, result);
    }

    /** result += factor (square + squareT) / 2. */
    public static void addSymmetricPart(double factor, INDArray square, INDArray result) {
        INDArray scaled = square.muli(factor / 2);
        result.addi(scaled);
        result.addi(scaled.transpose());
    }

    /** result = the symmetric matrix with the lower triangle of the given one, diagonal included. */
    public static void mirrorLowerTriangle(INDArray square, INDArray result) {
        int side = Math.toIntExact(square.size(0));
        double[] values = Tensors.toDoubles(square);
        for (int i = 0; i < side; i++) {
            for (int j = 0; j < i; j++) {
                values[j * side + i] = values[i * side + j];
            }
        }
        Tensors.write(values, result);
    }

    /** Sum of the diagonal. */
    public static double trace(INDArray square) {
        double sum = 0;
        for (long i = 0; i < square.size(0); i++) {
            sum += square.getDouble(i, i);
        }
        return sum;
    }

    /** Frobenius norm of a - b. */
    public static double distance(INDArray a, INDArray b) {
        return a.distance2(b);
    }

    /** Square root of the sum of squares. */
    public static double frobeniusNorm(INDArray a) {
        return a.norm2Number().doubleValue();
    }

    /** Largest sum of absolute values of a row: an upper bound of every eigenvalue's size. */
    public static double largestRowSum(INDArray square) {
        return square.norm1(1).maxNumber().doubleValue();
    }
}
