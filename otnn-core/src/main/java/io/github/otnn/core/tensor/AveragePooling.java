package io.github.otnn.core.tensor;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.factory.Nd4j;

/** Mean over disjoint windows of a channels-last image, and its adjoint. Incomplete windows are dropped. */
public final class AveragePooling {
    private AveragePooling() {}

    /** y = mean of each {@code window x window} patch of x. */
    public static void forward(INDArray x, int window, INDArray y) {
        Nd4j.exec(operation("avgpool2d", window).addInputs(x).addOutputs(y).build());
    }

    /** dx = dy / window^2 spread over the patch; 0 on pixels of dropped windows. */
    public static void backward(INDArray x, INDArray dy, int window, INDArray dx) {
        Nd4j.exec(operation("avgpool2d_bp", window)
                .addInputs(x, dy)
                .addOutputs(dx)
                .build());
    }

    private static DynamicCustomOp.DynamicCustomOpsBuilder operation(String name, int window) {
        // kernel, stride, padding 0, dilation 1, no SAME, divide by the window size, channels last
        return DynamicCustomOp.builder(name).addIntegerArguments(window, window, window, window, 0, 0, 1, 1, 0, 1, 1);
    }
}
