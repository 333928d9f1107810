package io.github.otnn.core.io;

import io.github.otnn.core.tensor.ArrayBytes;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * The bytes around description and arrays: a zip file with stored entries, of which every byte follows from the names, lengths
 * and checksums. So a reader accepts exactly one file for given contents, and there is nothing in it to be inflated, hidden or
 * followed.
 */
final class Archive {
    /** Entry of the description. */
    static final String DESCRIPTION = "otnn.json";

    /** Folder of the arrays. */
    static final String FOLDER = "weights/";

    /** Longest description. */
    static final int DESCRIPTION_LIMIT = 4 << 20;

    /** Longest file: zip without extensions has 32-bit positions. */
    static final long FILE_LIMIT = 0xFFFF_FFFEL;

    /** Most arrays. */
    static final int ARRAY_LIMIT = 60_000;

    /** Version of the format that this library writes and reads. */
    static final int VERSION = 1;

    static final int LOCAL_HEADER = 30;
    private static final int CENTRAL_HEADER = 46;
    private static final int END = 22;
    private static final String COMMENT = "otnn %05d sha256:";
    private static final int DIGEST_CHARACTERS = 64;

    /** Bytes from the start of the end record to the end of the file. */
    static final int END_LENGTH = END + "otnn 00001 sha256:".length() + DIGEST_CHARACTERS;

    /** 1980-01-01 00:00, the first moment that zip knows. */
    private static final int DATE = 0x0021;

    private Archive() {}

    /**
     * An entry in its place.
     *
     * @param name within the zip
     * @param length bytes of its content
     * @param crc of its content
     * @param offset of its local header
     */
    record Entry(String name, long length, int crc, long offset) {
        byte[] localHeader() {
            byte[] nameBytes = name.getBytes(StandardCharsets.US_ASCII);
            ByteBuffer header = buffer(LOCAL_HEADER + nameBytes.length);
            header.putInt(0x04034b50);
            common(header, nameBytes.length);
            return header.put(nameBytes).array();
        }

        byte[] centralHeader() {
            byte[] nameBytes = name.getBytes(StandardCharsets.US_ASCII);
            ByteBuffer header = buffer(CENTRAL_HEADER + nameBytes.length);
            header.putInt(0x02014b50).putShort((short) 10);
            common(header, nameBytes.length);
            header.putShort((short) 0).putShort((short) 0).putShort((short) 0).putInt(0);
            return header.putInt((int) offset).put(nameBytes).array();
        }

        private void common(ByteBuffer header, int nameLength) {
            // needs zip 1.0, no flags, stored
            header.putShort((short) 10).putShort((short) 0).putShort((short) 0);
            header.putShort((short) 0).putShort((short) DATE);
            header.putInt(crc).putInt((int) length).putInt((int) length);
            header.putShort((short) nameLength).putShort((short) 0);
        }

        /** Position behind the entry. */
        long end() {
            return offset + localLength(name) + length;
        }
    }

    static long localLength(String name) {
        return LOCAL_HEADER + name.length();
    }

    static long centralLength(String name) {
        return CENTRAL_HEADER + name.length();
    }

    /** The last bytes of a file: where the directory is, and the digest of the description. */
    static byte[] end(int entries, long directoryOffset, long directoryLength, String descriptionDigest) {
        byte[] comment = (String.format(COMMENT, VERSION) + descriptionDigest).getBytes(StandardCharsets.US_ASCII);
        ByteBuffer end = buffer(END + comment.length);
        end.putInt(0x06054b50).putShort((short) 0).putShort((short) 0);
        end.putShort((short) entries).putShort((short) entries);
        end.putInt((int) directoryLength).putInt((int) directoryOffset);
        return end.putShort((short) comment.length).put(comment).array();
    }

    /** The digest in the last bytes of a file, after a look at the version. */
    static String digestIn(byte[] end) throws ModelFormatException {
        String comment = new String(end, END, end.length - END, StandardCharsets.ISO_8859_1);
        if (ByteBuffer.wrap(end).order(ByteOrder.LITTLE_ENDIAN).getInt(0) != 0x06054b50
                || !comment.matches("otnn [0-9]{5} sha256:[0-9a-f]{64}")) {
            throw new ModelFormatException(
                    "expected the end of an otnn file, got other bytes; it is truncated or altered");
        }
        int version = Integer.parseInt(comment, 5, 10, 10);
        if (version != VERSION) {
            throw new ModelFormatException("expected version " + VERSION + " of the format, got " + version
                    + (version > VERSION ? "; read it with a newer release of otnn" : ""));
        }
        return comment.substring(comment.length() - DIGEST_CHARACTERS);
    }

    /** Header of an array in the format of numpy, version 1.0, padded so that the values begin at a multiple of 64. */
    static byte[] npyHeader(DataType type, long[] shape) {
        String sizes = Arrays.stream(shape).mapToObj(Long::toString).collect(Collectors.joining(", "));
        String dictionary = "{'descr': '<f" + ArrayBytes.width(type) + "', 'fortran_order': False, 'shape': (" + sizes
                + (shape.length == 1 ? ",), }" : "), }");
        int length = (10 + dictionary.length() + 1 + 63) / 64 * 64;
        ByteBuffer header = buffer(length);
        header.put((byte) 0x93).put("NUMPY".getBytes(StandardCharsets.US_ASCII));
        header.put((byte) 1).put((byte) 0).putShort((short) (length - 10));
        header.put(dictionary.getBytes(StandardCharsets.US_ASCII));
        while (header.remaining() > 1) {
            header.put((byte) ' ');
        }
        return header.put((byte) '\n').array();
    }

    private static ByteBuffer buffer(int length) {
        return ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    }
}
