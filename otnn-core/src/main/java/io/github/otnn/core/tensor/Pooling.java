package io.github.otnn.core.tensor;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Means and maxima over the windows of a dense channels-last image, and their pullbacks. Windows that reach beyond the far
 * border and its padding are dropped; pixels in no window get the cotangent 0.
 */
public final class Pooling {
    private Pooling() {}

    /**
     * Where the windows lie, along height and width.
     *
     * @param padding pixels added on each side that never win a maximum; 0 for means
     */
    public record Windows(int height, int width, int rowStride, int columnStride, int padding) {}

    /** y = mean of each window of x. */
    public static void mean(INDArray x, Windows windows, INDArray y) {
        run("avgpool2d", windows, y, x);
    }

    /** dx = dy / (window size), summed over the windows of each pixel. */
    public static void meanBackward(INDArray x, INDArray dy, Windows windows, INDArray dx) {
        run("avgpool2d_bp", windows, dx, x, dy);
    }

    /** y = maximum of each window of x. */
    public static void maximum(INDArray x, Windows windows, INDArray y) {
        run("maxpool2d", windows, y, x);
    }

    /** dx = dy at one largest pixel of each window, summed over windows. */
    public static void maximumBackward(INDArray x, INDArray dy, Windows windows, INDArray dx) {
        run("maxpool2d_bp", windows, dx, x, dy);
    }

    private static void run(String name, Windows windows, INDArray result, INDArray... operands) {
        int padding = windows.padding;
        // dilation 1, explicit padding, means divided by the window size, channels last
        Nd4j.exec(DynamicCustomOp.builder(name)
                .addInputs(operands)
                .addOutputs(result)
                .addIntegerArguments(
                        windows.height,
                        windows.width,
                        windows.rowStride,
                        windows.columnStride,
                        padding,
                        padding,
                        1,
                        1,
                        0,
                        1,
                        1)
                .build());
    }
}
