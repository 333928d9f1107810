package io.github.otnn.core.tensor;

import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

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
    private static final double[] NO_FLOATS = {};

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

    /**
     * y = conv(x, kernel) + bias.
     *
     * @param bias {@code [out]}; null for none
     */
    public static void forward(
            RepeatedCall call, INDArray x, INDArray kernel, @Nullable INDArray bias, Geometry geometry, INDArray y) {
        if (mustSpread(kernel, geometry)) {
            try (INDArray spread = SpreadKernel.of(kernel, geometry)) {
                forward(call, x, spread, bias, geometry.withoutDilation(), y);
            }
            return;
        }
        INDArray[] inputs = bias == null ? new INDArray[] {x, kernel} : new INDArray[] {x, kernel, bias};
        call.run("conv2d", NO_FLOATS, arguments(kernel, geometry), inputs, y);
    }

    /** dx and dKernel for the cotangent dy. */
    public static void backward(
            RepeatedCall call,
            INDArray x,
            INDArray kernel,
            INDArray dy,
            Geometry geometry,
            INDArray dx,
            INDArray dKernel) {
        if (mustSpread(kernel, geometry)) {
            try (INDArray spread = SpreadKernel.of(kernel, geometry);
                    INDArray gradient = SpreadKernel.like(kernel, geometry)) {
                backward(call, x, spread, dy, geometry.withoutDilation(), dx, gradient);
                SpreadKernel.gather(gradient, geometry, dKernel);
            }
            return;
        }
        call.run("conv2d_bp", NO_FLOATS, arguments(kernel, geometry), new INDArray[] {x, kernel, dy}, dx, dKernel);
    }

    /**
     * dx alone.
     *
     * @param scratch memory of the shape {@link #reach}, if {@link #needsReach}; else unused. Modified.
     */
    public static void inputGradient(
            RepeatedCall call, INDArray kernel, INDArray dy, Geometry geometry, INDArray scratch, INDArray dx) {
        if (mustSpread(kernel, geometry)) {
            try (INDArray spread = SpreadKernel.of(kernel, geometry)) {
                inputGradient(call, spread, dy, geometry.withoutDilation(), scratch, dx);
            }
            return;
        }
        if (!needsReach(dx, kernel, dy, geometry)) {
            call.run("deconv2d", NO_FLOATS, arguments(kernel, geometry), new INDArray[] {dy, kernel}, dx);
            return;
        }
        // deconv2d knows no size of its result: it takes all that the windows read, and nothing else
        Geometry unpadded = new Geometry(
                geometry.strideHeight(),
                geometry.strideWidth(),
                0,
                0,
                geometry.dilationHeight(),
                geometry.dilationWidth());
        call.run("deconv2d", NO_FLOATS, arguments(kernel, unpadded), new INDArray[] {dy, kernel}, scratch);
        int[] rows = within(scratch.size(1), geometry.padHeight(), dx.size(1));
        Borders.frame(scratch, rows, within(scratch.size(2), geometry.padWidth(), dx.size(2)), dx);
    }

    /** Where in what was read each pixel is. */
    private static int[] within(long reach, int pad, long size) {
        return IntStream.range(pad, pad + (int) size)
                .map(i -> i < reach ? i : Borders.NOTHING)
                .toArray();
    }

    /** Whether the last windows do not end with the padding, so that {@link #inputGradient} computes its {@link #reach} first. */
    public static boolean needsReach(INDArray dx, INDArray kernel, INDArray dy, Geometry geometry) {
        long[] reach = reach(kernel, dy, geometry);
        return reach[1] != dx.size(1) + 2L * geometry.padHeight() || reach[2] != dx.size(2) + 2L * geometry.padWidth();
    }

    /** Shape of all that windows read, from the first place of the padding to the last of the last window. */
    public static long[] reach(INDArray kernel, INDArray dy, Geometry geometry) {
        long height = (dy.size(1) - 1) * geometry.strideHeight() + (kernel.size(0) - 1) * geometry.dilationHeight() + 1;
        long width = (dy.size(2) - 1) * geometry.strideWidth() + (kernel.size(1) - 1) * geometry.dilationWidth() + 1;
        return new long[] {dy.size(0), height, width, kernel.size(2)};
    }

    /** FLOAT goes to oneDNN where it is present. */
    private static boolean mustSpread(INDArray kernel, Geometry geometry) {
        return kernel.dataType() == DataType.FLOAT && !geometry.equals(geometry.withoutDilation());
    }

    private static long[] arguments(INDArray kernel, Geometry geometry) {
        return new long[] {
            kernel.size(0),
            kernel.size(1),
            geometry.strideHeight(),
            geometry.strideWidth(),
            geometry.padHeight(),
            geometry.padWidth(),
            geometry.dilationHeight(),
            geometry.dilationWidth(),
            EXPLICIT_PADDING,
            CHANNELS_LAST,
            KERNEL_HWIO
        };
    }
}
