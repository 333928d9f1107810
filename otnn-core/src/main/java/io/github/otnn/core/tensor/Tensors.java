package io.github.otnn.core.tensor;

import io.github.otnn.core.Shape;
import io.github.otnn.core.ShapeMismatchException;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.util.Arrays;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Creates arrays, moves values between arrays and Java, and checks what comes from outside. C order throughout. */
public final class Tensors {
    /** Whether the first of two floats read as one long is its low half. */
    static final boolean FIRST_IS_LOW = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;

    private Tensors() {}

    /** Array of zeros. */
    public static INDArray zeros(DataType type, long... shape) {
        Backend.check();
        return Nd4j.create(requireFloating(type), shape, 'c');
    }

    /** Array whose content is undefined until written. */
    public static INDArray uninitialized(DataType type, long... shape) {
        Backend.check();
        return Nd4j.createUninitialized(requireFloating(type), shape, 'c');
    }

    /** Array holding these values in C order. */
    public static INDArray of(DataType type, double[] values, long... shape) {
        INDArray array = uninitialized(type, shape);
        write(values, array);
        return array;
    }

    /** Array holding these values in C order. */
    public static INDArray of(float[] values, long... shape) {
        INDArray array = uninitialized(DataType.FLOAT, shape);
        write(values, array);
        return array;
    }

    /** Copies values into a dense C-ordered array of the same length. */
    public static void write(double[] values, INDArray into) {
        requireLength(values.length, into);
        if (into.dataType() == DataType.DOUBLE) {
            doubles(into).put(values);
        } else {
            float[] narrow = new float[values.length];
            for (int i = 0; i < values.length; i++) {
                narrow[i] = (float) values[i];
            }
            floats(into).put(narrow);
        }
        Reference.reachabilityFence(into);
    }

    /** Copies values into a dense C-ordered FLOAT array of the same length. */
    public static void write(float[] values, INDArray into) {
        requireLength(values.length, into);
        floats(into).put(values);
        Reference.reachabilityFence(into);
    }

    /** All values in C order, whatever the memory layout and type of the array. */
    public static double[] toDoubles(INDArray array) {
        INDArray dense = dense(array);
        double[] values = new double[Math.toIntExact(dense.length())];
        if (dense.dataType() == DataType.DOUBLE) {
            doubles(dense).get(values);
            Reference.reachabilityFence(dense);
        } else {
            float[] narrow = toFloats(dense);
            for (int i = 0; i < narrow.length; i++) {
                values[i] = narrow[i];
            }
        }
        return values;
    }

    /** All values in C order, rounded to float where the array is DOUBLE. */
    public static float[] toFloats(INDArray array) {
        INDArray dense = dense(array.dataType() == DataType.FLOAT ? array : array.castTo(DataType.FLOAT));
        float[] values = new float[Math.toIntExact(dense.length())];
        floats(dense).get(values);
        Reference.reachabilityFence(dense);
        return values;
    }

    /** The array itself if it is FLOAT or DOUBLE, C-ordered and contiguous; else a copy that is. */
    public static INDArray dense(INDArray array) {
        DataType type = array.dataType();
        INDArray floating = type == DataType.FLOAT || type == DataType.DOUBLE ? array : array.castTo(DataType.DOUBLE);
        return isDense(floating) ? floating : floating.dup('c');
    }

    /** The array itself if it has this type and a dense layout; else a copy. */
    public static INDArray dense(INDArray array, DataType type) {
        INDArray typed = array.dataType() == type ? array : array.castTo(type);
        return isDense(typed) ? typed : typed.dup('c');
    }

    /** Sum of products of two arrays of one shape, carried in float64. */
    public static double dot(INDArray a, INDArray b) {
        double sum = 0;
        double[] other = toDoubles(b);
        double[] values = toDoubles(a);
        for (int i = 0; i < values.length; i++) {
            sum += values[i] * other[i];
        }
        return sum;
    }

    /** View on {@code length} consecutive values of a vector, as an array of this shape. */
    public static INDArray view(INDArray vector, long offset, long... shape) {
        long length = Arrays.stream(shape).reduce(1, Math::multiplyExact);
        return vector.get(NDArrayIndex.interval(offset, offset + length)).reshape('c', shape);
    }

    /** View of a dense array as a vector. */
    public static INDArray flat(INDArray dense) {
        return dense.reshape('c', new long[] {dense.length()});
    }

    /** View of a dense array as a matrix whose columns are its last axis. */
    public static INDArray matrix(INDArray dense) {
        long columns = dense.size(-1);
        return dense.reshape('c', dense.length() / columns, columns);
    }

    /** View on the first columns of each matrix {@code [n, rows, columns]}; not dense unless it is all of them. */
    public static INDArray leadingColumns(INDArray matrices, long count) {
        return matrices.get(NDArrayIndex.all(), NDArrayIndex.all(), NDArrayIndex.interval(0, count));
    }

    /** View on samples {@code [from, to)} of a dense batch. */
    public static INDArray rows(INDArray batch, long from, long to) {
        long[] shape = batch.shape();
        if (from == 0 && to == shape[0]) {
            return batch;
        }
        long[] part = shape.clone();
        part[0] = to - from;
        long perRow = batch.length() / shape[0];
        return view(flat(batch), from * perRow, part);
    }

    /**
     * Copies chosen samples of a dense batch.
     *
     * @param from {@code [n, ...]}, dense. Not modified.
     * @param into {@code [rows.length, ...]}, dense, same type. Modified.
     */
    public static void gatherRows(INDArray from, int[] rows, INDArray into) {
        if (into.dataType() != from.dataType()) {
            throw new IllegalArgumentException(
                    "gather rows: expected an array of " + from.dataType() + ", got " + into.dataType());
        }
        int perRow = Math.toIntExact(from.length() / from.size(0));
        if (from.dataType() == DataType.FLOAT) {
            FloatBuffer source = floats(from);
            FloatBuffer target = floats(into);
            for (int i = 0; i < rows.length; i++) {
                target.put(i * perRow, source, Math.multiplyExact(rows[i], perRow), perRow);
            }
        } else {
            DoubleBuffer source = doubles(from);
            DoubleBuffer target = doubles(into);
            for (int i = 0; i < rows.length; i++) {
                target.put(i * perRow, source, Math.multiplyExact(rows[i], perRow), perRow);
            }
        }
        Reference.reachabilityFence(from);
        Reference.reachabilityFence(into);
    }

    /**
     * Brings a batch from outside into the form the library computes with: floating type, C order, finite.
     *
     * @return the input itself where possible, else a converted copy
     * @throws ShapeMismatchException if the shape is not {@code [batch, sample...]}
     * @throws IllegalArgumentException if the batch is empty or a value is NaN or infinite
     */
    public static INDArray requireBatch(String where, INDArray input, Shape sample, DataType type) {
        if (input.isEmpty() || input.rank() == 0 || input.length() == 0) {
            throw new IllegalArgumentException(
                    where + ": expected input " + sample.describeBatch() + ", got an empty array");
        }
        if (!sample.matchesBatch(input.shape())) {
            throw new ShapeMismatchException(where, "input " + sample.describeBatch(), Arrays.toString(input.shape()));
        }
        INDArray converted = dense(input, type);
        requireFinite(where, converted);
        return converted;
    }

    /**
     * Checks that every value is finite.
     *
     * @throws IllegalArgumentException naming the first value that is not, and its index
     */
    public static void requireFinite(String where, INDArray array) {
        if (isFinite(array)) {
            return;
        }
        double[] values = toDoubles(array);
        for (int i = 0; i < values.length; i++) {
            if (!Double.isFinite(values[i])) {
                throw new IllegalArgumentException(where + ": expected finite values, got " + values[i] + " at "
                        + describeIndex(i, array.shape()));
            }
        }
    }

    /** Whether no value is NaN or infinite. */
    public static boolean isFinite(INDArray array) {
        return FiniteValues.only(dense(array));
    }

    /** Index of a C-ordered position, such as {@code [3, 0, 12, 1]}. */
    public static String describeIndex(long position, long[] shape) {
        long[] index = new long[shape.length];
        long rest = position;
        for (int axis = shape.length - 1; axis >= 0; axis--) {
            index[axis] = rest % shape[axis];
            rest /= shape[axis];
        }
        return Arrays.toString(index);
    }

    /**
     * Values of a dense FLOAT array, without copying. The buffer does not keep the memory alive: callers end with
     * {@code Reference.reachabilityFence(array)}.
     */
    static FloatBuffer floats(INDArray dense) {
        // ND4J's NIO buffers begin at the start of the allocation, also for views.
        return dense.data().asNioFloat().slice(Math.toIntExact(dense.offset()), Math.toIntExact(dense.length()));
    }

    /** Values of a dense FLOAT array of even length, two at a time. */
    static LongBuffer floatPairs(INDArray dense) {
        return bytesOfFloats(dense).asLongBuffer();
    }

    /** Bits of the values of a dense FLOAT array. */
    static IntBuffer integers(INDArray dense) {
        return bytesOfFloats(dense).asIntBuffer();
    }

    private static ByteBuffer bytesOfFloats(INDArray dense) {
        int bytes = Math.multiplyExact(Math.toIntExact(dense.length()), Float.BYTES);
        return dense.data()
                .asNio()
                .slice(Math.multiplyExact(Math.toIntExact(dense.offset()), Float.BYTES), bytes)
                .order(ByteOrder.nativeOrder());
    }

    /** The same for a DOUBLE array. */
    static DoubleBuffer doubles(INDArray dense) {
        return dense.data().asNioDouble().slice(Math.toIntExact(dense.offset()), Math.toIntExact(dense.length()));
    }

    private static boolean isDense(INDArray array) {
        if (array.ordering() != 'c') {
            return false;
        }
        long expected = 1;
        for (int axis = array.rank() - 1; axis >= 0; axis--) {
            if (array.size(axis) != 1 && array.stride(axis) != expected) {
                return false;
            }
            expected *= array.size(axis);
        }
        return true;
    }

    private static void requireLength(long length, INDArray into) {
        if (into.length() != length) {
            throw new ShapeMismatchException(
                    "array", into.length() + " values for " + Arrays.toString(into.shape()), length + " values");
        }
    }

    private static DataType requireFloating(DataType type) {
        if (type != DataType.FLOAT && type != DataType.DOUBLE) {
            throw new IllegalArgumentException("array type: expected FLOAT or DOUBLE, got " + type);
        }
        return type;
    }
}
