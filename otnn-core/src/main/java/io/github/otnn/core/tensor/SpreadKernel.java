package io.github.otnn.core.tensor;

import java.lang.ref.Reference;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Dilated kernel written as a plain one, with zeros between its taps. ND4J's oneDNN convolutions compute the padding behind
 * the image as if there were no dilation, and fail.
 */
final class SpreadKernel {
    private SpreadKernel() {}

    /** New {@code [(kH-1) dH + 1, (kW-1) dW + 1, in, out]}, to be closed by the caller. */
    static INDArray of(INDArray kernel, Convolutions.Geometry geometry) {
        INDArray spread = Tensors.zeros(kernel.dataType(), shape(kernel, geometry));
        copy(kernel, kernel, spread, geometry, true);
        return spread;
    }

    /** Uninitialised array for the gradient of a spread kernel, to be closed by the caller. */
    static INDArray like(INDArray kernel, Convolutions.Geometry geometry) {
        return Tensors.uninitialized(kernel.dataType(), shape(kernel, geometry));
    }

    /** Copies the taps of a spread kernel back. */
    static void gather(INDArray spread, Convolutions.Geometry geometry, INDArray kernel) {
        copy(kernel, spread, kernel, geometry, false);
    }

    private static long[] shape(INDArray kernel, Convolutions.Geometry geometry) {
        return new long[] {
            (kernel.size(0) - 1) * geometry.dilationHeight() + 1,
            (kernel.size(1) - 1) * geometry.dilationWidth() + 1,
            kernel.size(2),
            kernel.size(3)
        };
    }

    private static void copy(
            INDArray kernel, INDArray from, INDArray to, Convolutions.Geometry geometry, boolean spreading) {
        int block = Math.toIntExact(kernel.size(2) * kernel.size(3));
        int width = (int) kernel.size(1);
        int spreadWidth = (width - 1) * geometry.dilationWidth() + 1;
        for (int a = 0; a < kernel.size(0); a++) {
            for (int b = 0; b < width; b++) {
                int dense = (a * width + b) * block;
                int spread = (a * geometry.dilationHeight() * spreadWidth + b * geometry.dilationWidth()) * block;
                copy(from, spreading ? dense : spread, to, spreading ? spread : dense, block);
            }
        }
        Reference.reachabilityFence(from);
        Reference.reachabilityFence(to);
    }

    private static void copy(INDArray from, int fromIndex, INDArray to, int toIndex, int length) {
        if (from.dataType() == DataType.FLOAT) {
            FloatBuffer source = Tensors.floats(from);
            Tensors.floats(to).put(toIndex, source, fromIndex, length);
        } else {
            DoubleBuffer source = Tensors.doubles(from);
            Tensors.doubles(to).put(toIndex, source, fromIndex, length);
        }
    }
}
