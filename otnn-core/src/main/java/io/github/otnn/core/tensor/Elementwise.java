package io.github.otnn.core.tensor;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.api.ops.impl.scalar.ScalarMultiplication;
import org.nd4j.linalg.factory.Nd4j;

/** Element by element operations into given results; operands and results are dense and of one type. */
public final class Elementwise {
    private Elementwise() {}

    /** result = factor a. The result may be the operand. */
    public static void scale(INDArray a, double factor, INDArray result) {
        Nd4j.exec(new ScalarMultiplication(a, null, result, factor));
    }

    /** result = matrix + bias, the bias added to each row. */
    public static void addBias(INDArray matrix, INDArray bias, INDArray result) {
        Nd4j.exec(DynamicCustomOp.builder("biasadd")
                .addInputs(matrix, bias)
                .addOutputs(result)
                .build());
    }
}
