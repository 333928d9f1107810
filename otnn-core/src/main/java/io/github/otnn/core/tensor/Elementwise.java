package io.github.otnn.core.tensor;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.api.ops.impl.scalar.ScalarMax;
import org.nd4j.linalg.api.ops.impl.scalar.ScalarMultiplication;
import org.nd4j.linalg.api.ops.impl.transforms.floating.Sqrt;
import org.nd4j.linalg.factory.Nd4j;

/** Element by element operations into given results; operands and results are dense and of one type. */
public final class Elementwise {
    private Elementwise() {}

    /** result = a b. The result may be an operand. */
    public static void multiply(INDArray a, INDArray b, INDArray result) {
        Nd4j.exec(DynamicCustomOp.builder("multiply")
                .addInputs(a, b)
                .addOutputs(result)
                .build());
    }

    /** result = a / b. The result may be an operand. */
    public static void divide(INDArray a, INDArray b, INDArray result) {
        Nd4j.exec(DynamicCustomOp.builder("divide")
                .addInputs(a, b)
                .addOutputs(result)
                .build());
    }

    /** result = factor a. The result may be the operand. */
    public static void scale(INDArray a, double factor, INDArray result) {
        Nd4j.exec(new ScalarMultiplication(a, null, result, factor));
    }

    /** result = max(a, floor). The result may be the operand. */
    public static void atLeast(INDArray a, double floor, INDArray result) {
        Nd4j.exec(new ScalarMax(a, null, result, floor));
    }

    /** x = sqrt(x). */
    public static void sqrtInPlace(INDArray x) {
        Nd4j.exec(new Sqrt(x, x));
    }

    /** result = matrix + bias, the bias added to each row. */
    public static void addBias(INDArray matrix, INDArray bias, INDArray result) {
        Nd4j.exec(DynamicCustomOp.builder("biasadd")
                .addInputs(matrix, bias)
                .addOutputs(result)
                .build());
    }
}
