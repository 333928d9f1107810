package io.github.otnn.core.io;

import io.github.otnn.core.tensor.ArrayBytes;
import java.io.IOException;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.zip.CRC32;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * An array on its way to a file.
 *
 * @param name within the file
 * @param array FLOAT or DOUBLE
 */
record NamedArray(String name, INDArray array) {
    /** What the zip and the description say of it. */
    record Sums(ArrayInfo info, int crc) {}

    Sums sums() {
        MessageDigest sha256 = ArrayBytes.sha256();
        CRC32 crc = new CRC32();
        byte[] header = header();
        sha256.update(header);
        crc.update(header);
        ArrayBytes.read(array, (bytes, from, length) -> {
            sha256.update(bytes, from, length);
            crc.update(bytes, from, length);
        });
        ArrayInfo info = new ArrayInfo(
                name,
                array.dataType(),
                Arrays.stream(array.shape()).boxed().toList(),
                HexFormat.of().formatHex(sha256.digest()));
        return new Sums(info, (int) crc.getValue());
    }

    void write(OutputStream out) throws IOException {
        out.write(header());
        ArrayBytes.<IOException>read(array, out::write);
    }

    private byte[] header() {
        return Archive.npyHeader(array.dataType(), array.shape());
    }
}
