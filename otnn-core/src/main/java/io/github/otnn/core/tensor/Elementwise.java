package io.github.otnn.core.tensor;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
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
