package io.github.otnn.core.tensor;

import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The bits of an array as little-endian bytes in C order, a piece at a time: for files and digests. */
public final class ArrayBytes {
    private static final int PIECE = 1 << 16;

    private ArrayBytes() {}

    /**
     * Takes a piece of the bytes.
     *
     * @param <E> what may go wrong
     */
    public interface Sink<E extends Exception> {
        /** The first {@code length} bytes are the next ones; the array is used again afterwards. */
        void take(byte[] bytes, int from, int length) throws E;
    }

    /**
     * Brings the bytes, a piece at a time.
     *
     * @param <E> what may go wrong
     */
    public interface Source<E extends Exception> {
        /** Fills the first {@code length} bytes with the next ones. */
        void give(byte[] bytes, int from, int length) throws E;
    }

    /** Bytes of one value. */
    public static int width(DataType type) {
        return type == DataType.DOUBLE ? Double.BYTES : Float.BYTES;
    }

    /** A new SHA-256, which every Java platform has. */
    public static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /**
     * Hands over all bytes, in order.
     *
     * @param array FLOAT or DOUBLE. Not modified.
     */
    public static <E extends Exception> void read(INDArray array, Sink<E> sink) throws E {
        INDArray dense = Tensors.dense(array);
        int width = width(dense.dataType());
        int length = Math.toIntExact(dense.length());
        byte[] bytes = new byte[(int) Math.min(PIECE, (long) length * width)];
        ByteBuffer piece = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        int most = PIECE / width;
        if (width == Double.BYTES) {
            DoubleBuffer values = Tensors.doubles(dense);
            for (int from = 0; from < length; from += most) {
                int count = Math.min(most, length - from);
                piece.asDoubleBuffer().put(0, values, from, count);
                sink.take(bytes, 0, count * width);
            }
        } else {
            FloatBuffer values = Tensors.floats(dense);
            for (int from = 0; from < length; from += most) {
                int count = Math.min(most, length - from);
                piece.asFloatBuffer().put(0, values, from, count);
                sink.take(bytes, 0, count * width);
            }
        }
        Reference.reachabilityFence(dense);
    }

    /**
     * Fills an array.
     *
     * @param dense FLOAT or DOUBLE, dense, C-ordered. Modified.
     */
    public static <E extends Exception> void write(INDArray dense, Source<E> source) throws E {
        int width = width(dense.dataType());
        int length = Math.toIntExact(dense.length());
        byte[] bytes = new byte[(int) Math.min(PIECE, (long) length * width)];
        ByteBuffer piece = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        int most = PIECE / width;
        for (int from = 0; from < length; from += most) {
            int count = Math.min(most, length - from);
            source.give(bytes, 0, count * width);
            if (width == Double.BYTES) {
                Tensors.doubles(dense).put(from, piece.asDoubleBuffer(), 0, count);
            } else {
                Tensors.floats(dense).put(from, piece.asFloatBuffer(), 0, count);
            }
        }
        Reference.reachabilityFence(dense);
    }
}
