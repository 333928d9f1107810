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

    /** Frobenius norm of square - I, summed in float64. One sweep: ND4J's reductions take five times as long. */
    public static double distanceToIdentity(INDArray square) {
        int side = Math.toIntExact(square.size(0));
        int total = Math.toIntExact(square.length());
        int block = Stretch.wholeRows(side, total);
        Stretch in = Stretch.of(square);
        double[] values = new double[block];
        // four sums, as one would wait for itself at every addition
        double[] sums = new double[4];
        for (int start = 0; start < total; start += block) {
            int count = Math.min(block, total - start);
            in.read(start, values, count);
            for (int row = 0; row < count / side; row++) {
                values[row * side + start / side + row] -= 1;
            }
            addSquares(values, count, sums);
        }
        return Math.sqrt(sums[0] + sums[1] + sums[2] + sums[3]);
    }

    private static void addSquares(double[] values, int count, double[] sums) {
        double first = sums[0];
        double second = sums[1];
        double third = sums[2];
        double fourth = sums[3];
        int i = 0;
        for (; i + 3 < count; i += 4) {
            first += values[i] * values[i];
            second += values[i + 1] * values[i + 1];
            third += values[i + 2] * values[i + 2];
            fourth += values[i + 3] * values[i + 3];
        }
        for (; i < count; i++) {
            first += values[i] * values[i];
        }
        sums[0] = first;
        sums[1] = second;
        sums[2] = third;
        sums[3] = fourth;
    }

    /** result = factor square + shift I, in one sweep. The result may be the operand. */
    public static void scaleAndShift(INDArray square, double factor, double shift, INDArray result) {
        int side = Math.toIntExact(square.size(0));
        int total = Math.toIntExact(square.length());
        int block = Stretch.wholeRows(side, total);
        Stretch in = Stretch.of(square);
        Stretch out = Stretch.of(result);
        double[] values = new double[block];
        for (int start = 0; start < total; start += block) {
            int count = Math.min(block, total - start);
            in.read(start, values, count);
            for (int i = 0; i < count; i++) {
                values[i] *= factor;
            }
            for (int row = 0; row < count / side; row++) {
                values[row * side + start / side + row] += shift;
            }
            out.write(start, values, count);
        }
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
