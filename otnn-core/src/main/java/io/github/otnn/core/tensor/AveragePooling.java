package io.github.otnn.core.tensor;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.factory.Nd4j;

/** Mean over disjoint windows of a channels-last image, and its adjoint. Incomplete windows are dropped. */
public final class AveragePooling {
    private AveragePooling() {}

    /** y = mean of each {@code height x width} window of x. */
    public static void forward(INDArray x, long height, long width, INDArray y) {
        Nd4j.exec(
                operation("avgpool2d", height, width).addInputs(x).addOutputs(y).build());
    }

    /** dx = dy / (height width) spread over the window; 0 on pixels of dropped windows. */
    public static void backward(INDArray x, INDArray dy, long height, long width, INDArray dx) {
        Nd4j.exec(operation("avgpool2d_bp", height, width)
                .addInputs(x, dy)
                .addOutputs(dx)
                .build());
    }

    private static DynamicCustomOp.DynamicCustomOpsBuilder operation(String name, long height, long width) {
        int kH = Math.toIntExact(height);
        int kW = Math.toIntExact(width);
        // kernel, stride, padding 0, dilation 1, no SAME, divide by the window size, channels last
        return DynamicCustomOp.builder(name).addIntegerArguments(kH, kW, kH, kW, 0, 0, 1, 1, 0, 1, 1);
    }
}
