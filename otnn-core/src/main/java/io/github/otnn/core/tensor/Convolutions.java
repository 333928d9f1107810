package io.github.otnn.core.tensor;

import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Convolution (cross-correlation) and its two adjoints, channels last, into given results.
 *
 * <pre>y[n,i,j,o] = sum_{a,b,c} x[n, i s + a d - p, j s + b d - p, c] k[a,b,c,o]</pre>
 *
 * x {@code [n, height, width, in]}, k {@code [kH, kW, in, out]}, y {@code [n, outHeight, outWidth, out]}; s the
 * stride, d the dilation, p zeros on each side. All arrays dense and of one type. Dilated
 * convolutions in FLOAT cost as much as with the zeros between the taps written out.
 */
public final class Convolutions {
    private static final int EXPLICIT_PADDING = 0;
    private static final int CHANNELS_LAST = 1;
    private static final int KERNEL_HWIO = 0;

    private Convolutions() {}

    /** Stride, zero padding (on each side) and dilation (distance between taps) of each spatial axis. */
    public record Geometry(
            int strideHeight, int strideWidth, int padHeight, int padWidth, int dilationHeight, int dilationWidth) {
        /** Without dilation. */
        public Geometry(int strideHeight, int strideWidth, int padHeight, int padWidth) {
            this(strideHeight, strideWidth, padHeight, padWidth, 1, 1);
        }

        Geometry withoutDilation() {
            return new Geometry(strideHeight, strideWidth, padHeight, padWidth);
        }
    }

    /** y = conv(x, kernel) + bias. */
    public static void forward(INDArray x, INDArray kernel, INDArray bias, Geometry geometry, INDArray y) {
        forward(geometry, kernel, y, x, kernel, bias);
    }

    /** y = conv(x, kernel). */
    public static void forward(INDArray x, INDArray kernel, Geometry geometry, INDArray y) {
        forward(geometry, kernel, y, x, kernel);
    }

    private static void forward(Geometry geometry, INDArray kernel, INDArray y, INDArray... inputs) {
        if (mustSpread(kernel, geometry)) {
            try (INDArray spread = SpreadKernel.of(kernel, geometry)) {
                inputs[1] = spread;
                forward(geometry.withoutDilation(), spread, y, inputs);
            }
            return;
        }
        Nd4j.exec(operation("conv2d", kernel, geometry)
                .addInputs(inputs)
                .addOutputs(y)
                .build());
    }

    /** dx and dKernel for the cotangent dy. */
    public static void backward(
            INDArray x, INDArray kernel, INDArray dy, Geometry geometry, INDArray dx, INDArray dKernel) {
        if (mustSpread(kernel, geometry)) {
            try (INDArray spread = SpreadKernel.of(kernel, geometry);
                    INDArray gradient = SpreadKernel.like(kernel, geometry)) {
                backward(x, spread, dy, geometry.withoutDilation(), dx, gradient);
                SpreadKernel.gather(gradient, geometry, dKernel);
            }
            return;
        }
        Nd4j.exec(operation("conv2d_bp", kernel, geometry)
                .addInputs(x, kernel, dy)
                .addOutputs(dx, dKernel)
                .build());
    }

    /**
     * dx alone.
     *
     * @param x input of the forward pass
     * @param scratch memory of the kernel's shape. Modified.
     */
    public static void inputGradient(
            INDArray x, INDArray kernel, INDArray dy, Geometry geometry, INDArray scratch, INDArray dx) {
        if (!endsWithTheLastWindow(x, kernel, dy, geometry)) {
            // deconv2d knows no output size: it would drop rows that the last windows read
            backward(x, kernel, dy, geometry, dx, scratch);
            return;
        }
        if (mustSpread(kernel, geometry)) {
            try (INDArray spread = SpreadKernel.of(kernel, geometry)) {
                inputGradient(x, spread, dy, geometry.withoutDilation(), scratch, dx);
            }
            return;
        }
        Nd4j.exec(operation("deconv2d", kernel, geometry)
                .addInputs(dy, kernel)
                .addOutputs(dx)
                .build());
    }

    /** FLOAT goes to oneDNN where it is present. */
    private static boolean mustSpread(INDArray kernel, Geometry geometry) {
        return kernel.dataType() == DataType.FLOAT && !geometry.equals(geometry.withoutDilation());
    }

    /** Whether the output size that follows from dy alone is that of x. */
    private static boolean endsWithTheLastWindow(INDArray x, INDArray kernel, INDArray dy, Geometry geometry) {
        long height = (dy.size(1) - 1) * geometry.strideHeight() + (kernel.size(0) - 1) * geometry.dilationHeight() + 1;
        long width = (dy.size(2) - 1) * geometry.strideWidth() + (kernel.size(1) - 1) * geometry.dilationWidth() + 1;
        return height == x.size(1) + 2L * geometry.padHeight() && width == x.size(2) + 2L * geometry.padWidth();
    }

    private static DynamicCustomOp.DynamicCustomOpsBuilder operation(String name, INDArray kernel, Geometry geometry) {
        return DynamicCustomOp.builder(name)
                .addIntegerArguments(
                        (int) kernel.size(0),
                        (int) kernel.size(1),
                        geometry.strideHeight(),
                        geometry.strideWidth(),
                        geometry.padHeight(),
                        geometry.padWidth(),
                        geometry.dilationHeight(),
                        geometry.dilationWidth(),
                        EXPLICIT_PADDING,
                        CHANNELS_LAST,
                        KERNEL_HWIO);
    }
}
