package io.github.otnn.core.io;

import io.github.otnn.core.tensor.ArrayBytes;
import io.github.otnn.core.tensor.Tensors;
import java.io.IOException;
import java.util.Arrays;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The floating types that files of other programs hold, little-endian. */
enum FloatType {
    FLOAT16(2),
    BFLOAT16(2),
    FLOAT32(4),
    FLOAT64(8);

    private static final int RANK_LIMIT = 8;

    private final int width;

    FloatType(int width) {
        this.width = width;
    }

    int width() {
        return width;
    }

    /**
     * Number of values of an array.
     *
     * @throws ModelFormatException if this library has no arrays of this shape
     */
    static long length(String name, long[] shape) throws ModelFormatException {
        double length = 1;
        for (long size : shape) {
            length *= size;
            if (size < 1 || length > Integer.MAX_VALUE || shape.length > RANK_LIMIT) {
                throw new ModelFormatException("array " + Fields.describe(name) + ": expected at most " + RANK_LIMIT
                        + " sizes >= 1 and fewer than 2^31 values in all, got "
                        + (shape.length > RANK_LIMIT ? shape.length + " sizes" : Arrays.toString(shape)));
            }
        }
        return (long) length;
    }

    /** Reads an array in C order; a scalar becomes {@code [1]}. */
    INDArray read(long[] shape, ArrayBytes.Source<IOException> source) throws IOException {
        DataType type = this == FLOAT64 ? DataType.DOUBLE : DataType.FLOAT;
        INDArray array = Tensors.uninitialized(type, shape.length == 0 ? new long[] {1} : shape);
        boolean complete = false;
        try {
            ArrayBytes.write(array, width == 2 ? widening(source) : source);
            complete = true;
            return array;
        } finally {
            if (!complete) {
                array.close();
            }
        }
    }

    private ArrayBytes.Source<IOException> widening(ArrayBytes.Source<IOException> source) {
        return (bytes, from, length) -> {
            byte[] narrow = new byte[length / 2];
            source.give(narrow, 0, narrow.length);
            for (int i = 0; i < narrow.length; i += 2) {
                int half = narrow[i] & 0xFF | (narrow[i + 1] & 0xFF) << 8;
                int bits = this == BFLOAT16 ? half << 16 : widened(half);
                for (int k = 0; k < 4; k++) {
                    bytes[from + 2 * i + k] = (byte) (bits >>> 8 * k);
                }
            }
        };
    }

    /** Bits of the float that a half is: sign 1, exponent 5 with bias 15, fraction 10. */
    static int widened(int half) {
        int sign = (half & 0x8000) << 16;
        int exponent = half >>> 10 & 0x1F;
        int fraction = half & 0x3FF;
        if (exponent == 0x1F) {
            return sign | 0x7F800000 | fraction << 13;
        }
        if (exponent == 0) {
            return sign | Float.floatToRawIntBits(fraction * 0x1p-24f);
        }
        return sign | exponent + 127 - 15 << 23 | fraction << 13;
    }
}
