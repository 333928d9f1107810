package io.github.otnn.layers.pytorch;

import io.github.otnn.core.Shape;
import io.github.otnn.core.ShapeMismatchException;
import io.github.otnn.core.tensor.Tensors;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A place for an array of ours, and how it comes about from one of PyTorch.
 *
 * @param module path of the layer it belongs to
 * @param name ours, {@code layer/parameter}
 * @param parameter its last part
 * @param shape ours
 * @param flattened shape of the images whose values are its inputs, where PyTorch numbers those otherwise
 * @param optional whether zeros stand for an array that is not there
 */
record Slot(
        String module,
        String name,
        String parameter,
        Shape shape,
        @Nullable Shape flattened,
        boolean optional) {
    /** Our parameters and those of PyTorch and deel-torchlip; others have the same name on both sides. */
    private static final Map<String, String> THEIRS = Map.of(
            "kernel", "weight",
            "scale", "weight",
            "slope", "weight",
            "mix", "alpha",
            "runningMean", "running_mean",
            "runningVariance", "running_var");

    /** Name of the array within a module of PyTorch. */
    String theirs() {
        return THEIRS.getOrDefault(parameter, parameter);
    }

    /** A new array in our layout, of the type of the given one. */
    INDArray converted(String source, INDArray array) {
        String where = "'" + name + "' from '" + source + "'";
        Tensors.requireFinite(where, array);
        INDArray ours = switch (parameter) {
            case "kernel" -> kernel(where, array);
            case "weight" -> weight(where, array);
            case "slope" -> slope(where, array);
            default -> same(where, array);
        };
        if (parameter.equals("runningVariance")) {
            requireWithin(where, ours, 0, Double.POSITIVE_INFINITY, "variances >= 0");
        }
        return ours;
    }

    private INDArray kernel(String where, INDArray array) {
        boolean series = array.rank() == 3 && shape.size(0) == 1;
        long[] sizes = {shape.size(3), shape.size(2), shape.size(0), shape.size(1)};
        long[] expected = series ? new long[] {sizes[0], sizes[1], sizes[3]} : sizes;
        require(where, array, expected, " for a kernel ");
        return array.dup('c').reshape('c', sizes).permute(2, 3, 1, 0).dup('c');
    }

    private INDArray weight(String where, INDArray array) {
        long inputs = shape.size(0);
        long outputs = shape.size(1);
        require(where, array, new long[] {outputs, inputs}, " for a weight ");
        if (flattened == null) {
            return array.transpose().dup('c');
        }
        // [out, channels, positions] to [positions, channels, out]
        long channels = flattened.channels();
        return array.dup('c')
                .reshape('c', outputs, channels, inputs / channels)
                .permute(2, 1, 0)
                .dup('c')
                .reshape('c', inputs, outputs);
    }

    private INDArray slope(String where, INDArray array) {
        requireWithin(
                where, array, -1, 1, "slopes in [-1, 1] (deel-torchlip clamps them when it runs: clamp before saving)");
        if (array.length() == 1 && shape.length() > 1) {
            double[] values = new double[Math.toIntExact(shape.length())];
            Arrays.fill(values, array.getDouble(0));
            return Tensors.of(array.dataType(), values, shape.sizes());
        }
        return same(where, array);
    }

    private INDArray same(String where, INDArray array) {
        require(where, array, shape.sizes(), " for ");
        return array.dup('c');
    }

    private void require(String where, INDArray array, long[] expected, String ours) {
        if (!Arrays.equals(array.shape(), expected)) {
            throw new ShapeMismatchException(
                    where, Arrays.toString(expected) + ours + shape, Arrays.toString(array.shape()));
        }
        if (array.dataType() != DataType.FLOAT && array.dataType() != DataType.DOUBLE) {
            throw new IllegalArgumentException(where + ": expected FLOAT or DOUBLE, got " + array.dataType());
        }
    }

    private static void requireWithin(String where, INDArray array, double least, double most, String expected) {
        for (double value : Tensors.toDoubles(array)) {
            if (!(value >= least && value <= most)) {
                throw new IllegalArgumentException(where + ": expected " + expected + ", got " + value);
            }
        }
    }
}
