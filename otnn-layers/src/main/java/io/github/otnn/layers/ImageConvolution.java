package io.github.otnn.layers;

import io.github.otnn.core.linalg.ConvolutionAxis;
import io.github.otnn.core.linalg.ConvolutionBound;
import io.github.otnn.core.tensor.Borders;
import io.github.otnn.core.tensor.Convolutions;
import io.github.otnn.core.tensor.Elementwise;
import io.github.otnn.core.tensor.Patches;
import io.github.otnn.core.tensor.Products;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The linear map of a convolution on images of one size, and its adjoints, into given results. Borders that the convolution
 * does not make by itself are made by copying the image into a frame.
 *
 * <p>x {@code [n, height, width, in]}, kernel {@code [kH, kW, in, out]}, y {@code [n, outHeight, outWidth, out]}.
 */
record ImageConvolution(ConvolutionAxis rows, ConvolutionAxis columns) {
    /** Up to so many input channels windows are gathered as columns. */
    static final long FEW_CHANNELS = 4;

    private static final long FEW_VALUES = 1 << 15;
    private static final long FEW_WINDOWS = 64;
    private static final long FEW_WINDOWS_VALUES = 1 << 18;

    static ImageConvolution on(ConvolutionWindow window, long height, long width) {
        return new ImageConvolution(window.rows().on(height), window.columns().on(width));
    }

    /** y = conv(x, kernel) + bias. */
    void apply(INDArray x, INDArray kernel, @Nullable INDArray bias, ConvolutionMemory memory, INDArray y) {
        if (isSmall(kernel, y)) {
            applyToPatches(x, kernel, bias, memory, y);
            return;
        }
        Convolutions.forward(memory.call("convolution"), framed(x, memory), kernel, bias, geometry(), y);
    }

    /** dx = adjoint(dy, kernel). */
    void applyAdjoint(INDArray kernel, INDArray dy, ConvolutionMemory memory, INDArray dx) {
        INDArray into = isFramed() ? memory.array("frame gradient", framedShape(dx)) : dx;
        if (isSmall(kernel, dy)) {
            applyAdjointToPatches(kernel, dy, memory, into);
        } else {
            INDArray scratch = Convolutions.needsReach(into, kernel, dy, geometry())
                    ? memory.array("reach", Convolutions.reach(kernel, dy, geometry()))
                    : into;
            Convolutions.inputGradient(memory.call("adjoint"), kernel, dy, geometry(), scratch, into);
        }
        unframe(into, dx);
    }

    /** dx = adjoint(dy, kernel), and the gradient of {@code <dy, conv(x, kernel)>} with respect to the kernel. */
    void gradients(INDArray x, INDArray kernel, INDArray dy, ConvolutionMemory memory, INDArray dx, INDArray dKernel) {
        INDArray into = isFramed() ? memory.array("frame gradient", framedShape(dx)) : dx;
        Convolutions.backward(memory.call("gradients"), framed(x, memory), kernel, dy, geometry(), into, dKernel);
        unframe(into, dx);
    }

    /**
     * Whether one product of gathered patches is faster: about a single small picture. oneDNN then spends half its time on
     * preparing, or on bringing a large kernel into another order.
     */
    private boolean isSmall(INDArray kernel, INDArray y) {
        long windows = y.length() / y.size(3);
        long values = windows * (kernel.length() / kernel.size(3));
        return gathersPatches()
                && y.dataType() == DataType.FLOAT
                && (values <= FEW_VALUES || windows <= FEW_WINDOWS && values <= FEW_WINDOWS_VALUES);
    }

    private void applyToPatches(
            INDArray x, INDArray kernel, @Nullable INDArray bias, ConvolutionMemory memory, INDArray y) {
        boolean columns = x.size(3) <= FEW_CHANNELS;
        INDArray patches = patches(x, kernel, y, columns, memory);
        long filters = y.size(3);
        INDArray taps = memory.view("kernel as matrix", kernel, kernel.length() / filters, filters);
        INDArray rowsOfY = memory.view("rows of y", y, y.length() / filters, filters);
        Products.product(memory.call("small convolution"), patches, columns, taps, false, 1, 0, rowsOfY);
        if (bias != null) {
            Elementwise.addBias(memory.call("small bias"), rowsOfY, bias, rowsOfY);
        }
    }

    private void applyAdjointToPatches(INDArray kernel, INDArray dy, ConvolutionMemory memory, INDArray dx) {
        long filters = dy.size(3);
        INDArray rowsOfDy = memory.view("rows of dy", dy, dy.length() / filters, filters);
        INDArray taps = memory.view("kernel as matrix", kernel, kernel.length() / filters, filters);
        INDArray patches = memory.array("patches", rowsOfDy.size(0), taps.size(0));
        Products.product(memory.call("small adjoint"), rowsOfDy, false, taps, true, 1, 0, patches);
        windows(dy).sumRows(patches, dx);
    }

    /** Whether {@link #kernelGradientFromPatches} knows this window. */
    boolean gathersPatches() {
        return rows.dilation() == 1 && columns.dilation() == 1;
    }

    /** The kernel gradient alone, by gathering patches: for FLOAT images with few channels. */
    void kernelGradientFromPatches(
            INDArray x, INDArray dy, ConvolutionMemory memory, boolean accumulate, INDArray dKernel) {
        long filters = dy.size(3);
        INDArray rowsOfDy = memory.view("rows of dy", dy, dy.length() / filters, filters);
        INDArray patches = patches(x, dKernel, dy, true, memory);
        INDArray gradient = memory.view("rows of the kernel", dKernel, dKernel.length() / filters, filters);
        Products.product(memory.call("patches"), patches, false, rowsOfDy, false, 1, accumulate ? 1 : 0, gradient);
    }

    private INDArray patches(INDArray x, INDArray kernel, INDArray y, boolean columns, ConvolutionMemory memory) {
        Patches windows = windows(y);
        long count = y.length() / y.size(3);
        long taps = kernel.length() / kernel.size(3);
        INDArray framed = framed(x, memory);
        if (columns) {
            INDArray patches = memory.array("patches", taps, count);
            windows.gatherColumns(framed, patches);
            return patches;
        }
        INDArray patches = memory.array("patches", count, taps);
        windows.gatherRows(framed, patches);
        return patches;
    }

    private Patches windows(INDArray y) {
        return new Patches(rows.kernel(), columns.kernel(), geometry(), (int) y.size(1), (int) y.size(2));
    }

    /** Proven upper bound of the operator norm, in float64. */
    double bound(INDArray kernel) {
        return ConvolutionBound.of(kernel, rows, columns);
    }

    /** Values of one input image. */
    long[] imageShape(long channels) {
        return new long[] {1, rows.size(), columns.size(), channels};
    }

    /** Values of one output image. */
    long[] outputShape(long filters) {
        return new long[] {1, rows.windows(), columns.windows(), filters};
    }

    private boolean isFramed() {
        return needsFrame(rows) || needsFrame(columns);
    }

    private static boolean needsFrame(ConvolutionAxis axis) {
        return axis.before() != axis.after() || axis.border() == ConvolutionAxis.Border.CIRCULAR && axis.before() > 0;
    }

    private Convolutions.Geometry geometry() {
        boolean framed = isFramed();
        return new Convolutions.Geometry(
                rows.stride(),
                columns.stride(),
                framed ? 0 : rows.before(),
                framed ? 0 : columns.before(),
                rows.dilation(),
                columns.dilation());
    }

    private INDArray framed(INDArray x, ConvolutionMemory memory) {
        if (!isFramed()) {
            return x;
        }
        INDArray framed = memory.array("frame", framedShape(x));
        Borders.frame(x, frameSources(rows), frameSources(columns), framed);
        return framed;
    }

    private void unframe(INDArray framed, INDArray x) {
        if (isFramed()) {
            x.assign(0);
            Borders.addBack(framed, frameSources(rows), frameSources(columns), x);
        }
    }

    private long[] framedShape(INDArray x) {
        return new long[] {x.size(0), framedSize(rows), framedSize(columns), x.size(3)};
    }

    private static int framedSize(ConvolutionAxis axis) {
        return axis.before() + axis.size() + axis.after();
    }

    /** Image position that each position of the frame shows. */
    private static int[] frameSources(ConvolutionAxis axis) {
        return IntStream.range(0, framedSize(axis))
                .map(i -> source(axis, i - axis.before()))
                .toArray();
    }

    private static int source(ConvolutionAxis axis, int position) {
        if (axis.border() == ConvolutionAxis.Border.CIRCULAR) {
            return Math.floorMod(position, axis.size());
        }
        return position >= 0 && position < axis.size() ? position : Borders.NOTHING;
    }
}
