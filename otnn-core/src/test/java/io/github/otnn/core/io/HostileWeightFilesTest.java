package io.github.otnn.core.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that were forged or damaged. Those in {@code weights/} were written by the Python libraries. */
class HostileWeightFilesTest {
    private static byte[] resource(String name) throws IOException {
        return WeightFileTest.resource(name);
    }

    private static WeightFile read(byte[] bytes) throws ModelFormatException {
        return WeightFile.fromBytes(bytes, name -> true);
    }

    private static byte[] safetensors(String header, int dataLength) {
        byte[] text = header.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(8 + text.length + dataLength)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(text.length)
                .put(text)
                .array();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // holes, overlaps, ends
                "{'a':{'dtype':'F32','shape':[1],'data_offsets':[0,4]},'b':{'dtype':'F32','shape':[1],'data_offsets':[8,12]}}|12|array 'b': expected it to begin at 4 where the one before ends, got 8; arrays must neither overlap nor leave holes",
                "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8]},'b':{'dtype':'F32','shape':[2],'data_offsets':[4,12]}}|12|array 'b': expected it to begin at 8 where the one before ends, got 4; arrays must neither overlap nor leave holes",
                "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8]},'b':{'dtype':'F32','shape':[2],'data_offsets':[0,8]}}|8|array 'b': expected it to begin at 8 where the one before ends, got 0; arrays must neither overlap nor leave holes",
                "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8]}}|9|the arrays take 8 bytes, the file has 9 for them; it is truncated or altered",
                "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8]}}|7|the arrays take 8 bytes, the file has 7 for them; it is truncated or altered",
                "{'a':{'dtype':'F32','shape':[1],'data_offsets':[4,8]}}|8|array 'a': expected it to begin at 0 where the one before ends, got 4; arrays must neither overlap nor leave holes",
                // sizes
                "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,4]}}|4|array 'a'.data_offsets: F32 [2] takes 8 bytes, got offsets 0 to 4",
                "{'a':{'dtype':'F32','shape':[1],'data_offsets':[8,4]}}|4|array 'a'.data_offsets: expected begin and end, got [8, 4]",
                "{'a':{'dtype':'F32','shape':[1],'data_offsets':[0,4,8]}}|4|array 'a'.data_offsets: expected begin and end, got [0, 4, 8]",
                "{'a':{'dtype':'F32','shape':[65536,65536,65536,65536],'data_offsets':[0,0]}}|0|array 'a': expected at most 8 sizes >= 1 and fewer than 2^31 values in all, got [65536, 65536, 65536, 65536]",
                "{'a':{'dtype':'F32','shape':[9223372036854775807,3],'data_offsets':[0,0]}}|0|array 'a': expected at most 8 sizes >= 1 and fewer than 2^31 values in all, got [9223372036854775807, 3]",
                "{'a':{'dtype':'F32','shape':[0],'data_offsets':[0,0]}}|0|array 'a': expected at most 8 sizes >= 1 and fewer than 2^31 values in all, got [0]",
                "{'a':{'dtype':'F32','shape':[-1],'data_offsets':[0,4]}}|4|array 'a': expected at most 8 sizes >= 1 and fewer than 2^31 values in all, got [-1]",
                "{'a':{'dtype':'F32','shape':[1,1,1,1,1,1,1,1,1],'data_offsets':[0,4]}}|4|array 'a': expected at most 8 sizes >= 1 and fewer than 2^31 values in all, got 9 sizes",
                // types and members
                "{'a':{'dtype':'C64','shape':[1],'data_offsets':[0,8]}}|8|array 'a'.dtype: expected F16, BF16, F32 or F64, got 'C64'; convert it before saving",
                "{'a':{'dtype':'F32','shape':[1.0],'data_offsets':[0,4]}}|4|array 'a'.shape[0]: expected a whole number, got 1.0",
                "{'a':{'dtype':'F32','shape':[1],'data_offsets':[0,4],'x':1}}|4|array 'a'.x is unknown; expected only [dtype, shape, data_offsets]",
                "{'a':{'dtype':'F32','shape':[1]}}|4|array 'a'.data_offsets is missing",
                "{'a':{'dtype':'F32','shape':[1],'data_offsets':[0,4]},'a':{'dtype':'F32','shape':[1],'data_offsets':[4,8]}}|8|name 'a' is used twice (JSON, line 1)",
                "{'__metadata__':{'a':1}}|0|header.__metadata__.a: expected a text, got 1",
                "[1]|0|expected a header that begins with '{', got byte 91; this is no safetensors file",
            })
    void forgedHeadersAreRefused(String header, int dataLength, String message) {
        assertThatThrownBy(() -> read(safetensors(header.replace('\'', '"'), dataLength)))
                .isInstanceOf(ModelFormatException.class)
                .hasMessage("weights: " + message);
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, 0, 1, 100_000_001, Long.MAX_VALUE, Long.MIN_VALUE, 1L << 32})
    void headersLongerThanTheFileTakeNoMemory(long length) {
        byte[] bytes = ByteBuffer.allocate(64)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(length)
                .put((byte) '{')
                .array();
        assertThatThrownBy(() -> read(bytes))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("expected the header of a safetensors file, of 2 to 56 bytes, got a length of "
                        + Long.toUnsignedString(length));
    }

    private static byte[] npz(String header, byte[] data) throws IOException {
        ByteArrayOutputStream entry = new ByteArrayOutputStream();
        entry.write(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0});
        entry.write(header.length());
        entry.write(header.length() >> 8);
        entry.write(header.getBytes(StandardCharsets.US_ASCII));
        entry.write(data);
        return zip("w.npy", entry.toByteArray());
    }

    private static byte[] zip(String name, byte[] content) {
        java.util.zip.CRC32 crc = new java.util.zip.CRC32();
        crc.update(content);
        int nameLength = name.length();
        ByteBuffer zip = ByteBuffer.allocate(30 + 46 + 22 + 2 * nameLength + content.length)
                .order(ByteOrder.LITTLE_ENDIAN);
        zip.putInt(0x04034b50).putShort((short) 20).putInt(0).putInt(0).putInt((int) crc.getValue());
        zip.putInt(content.length).putInt(content.length).putInt(nameLength).put(name.getBytes(StandardCharsets.UTF_8));
        int directory = zip.put(content).position();
        zip.putInt(0x02014b50).putInt(20).putInt(0).putInt(0).putInt((int) crc.getValue());
        zip.putInt(content.length)
                .putInt(content.length)
                .putInt(nameLength)
                .putInt(0)
                .putInt(0)
                .putInt(0)
                .putShort((short) 0);
        zip.put(name.getBytes(StandardCharsets.UTF_8));
        int length = zip.position() - directory;
        zip.putInt(0x06054b50).putInt(0).putShort((short) 1).putShort((short) 1);
        return zip.putInt(length).putInt(directory).putShort((short) 0).array();
    }

    private static String npyHeader(String type, String shape) {
        return "{'descr': " + type + ", 'fortran_order': False, 'shape': (" + shape + "), }\n";
    }

    @Test
    void readsAnArrayWithoutZip64Fields() throws Exception {
        try (WeightFile weights = read(npz(npyHeader("'<f4'", "1,"), new byte[] {0, 0, (byte) 0x80, 0x3F}))) {
            assertThat(weights.arrays().get("w").getDouble(0)).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "'<f4';2,;array 'w': [2] takes 8 bytes, got 4",
                "'<f4';999999999, 999999999;array 'w': expected at most 8 sizes >= 1 and fewer than 2^31 values in all, got [999999999, 999999999]",
                "'<f4';0,;array 'w': expected at most 8 sizes >= 1 and fewer than 2^31 values in all, got [0]",
                "'<f4';1, 1, 1, 1, 1, 1, 1, 1, 1;array 'w': expected at most 8 sizes >= 1 and fewer than 2^31 values in all, got 9 sizes",
                "'<f4';-1,;array 'w': expected a header as numpy writes it, got '{'descr': '<f4', 'fortran_order': False,...'",
                "'|O';1,;`array 'w': expected type <f2, <f4 or <f8, got |O`",
                "'>f4';1,;`array 'w': expected type <f2, <f4 or <f8, got >f4`",
                "[('a', '<f4')];1,;array 'w': expected a header as numpy writes it, got '{'descr': [('a', '<f4')], 'fortran_order...'",
            })
    void forgedArraysInNpzAreRefused(String type, String shape, String message) throws Exception {
        byte[] file = npz(npyHeader(type, shape), new byte[4]);
        assertThatThrownBy(() -> read(file))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageStartingWith("weights: " + message);
    }

    @Test
    void entriesThatAreNoArraysAreRefused() {
        assertThatThrownBy(() -> read(zip("w.txt", new byte[40])))
                .hasMessageStartingWith(
                        "weights: entry 'w.txt' is no .npy array; perhaps this is a file of torch.save, which holds programs");
        assertThatThrownBy(() -> read(zip("w.npy", new byte[40])))
                .hasMessage("weights: array 'w': expected a .npy array of version 1 to 3, got other bytes");
        assertThatThrownBy(() -> read(zip("w.npy", new byte[4])))
                .hasMessage("weights: array 'w': expected a .npy array, got 4 bytes");
    }

    @ParameterizedTest
    @ValueSource(strings = {"plain.safetensors", "types.npz"})
    void everyTruncationIsRefused(String file) throws Exception {
        byte[] whole = resource(file);
        for (int length = 0; length < whole.length; length++) {
            byte[] part = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> read(part)).isInstanceOf(ModelFormatException.class);
        }
    }

    /** Whatever is altered: refused with a message, or read; never another exception, never more memory than the file has. */
    @ParameterizedTest
    @ValueSource(strings = {"plain.safetensors", "types.npz", "types.safetensors"})
    void alteredFilesAreRefusedOrRead(String file) throws Exception {
        byte[] honest = resource(file);
        SplittableRandom random = new SplittableRandom(5);
        int refused = 0;
        for (int i = 0; i < 3000; i++) {
            UnaryOperator<byte[]> mutation = mutation(random);
            byte[] altered = mutation.apply(honest.clone());
            try (WeightFile weights = WeightFile.fromBytes(altered, name -> !name.equals("count"))) {
                long bytes = weights.arrays().values().stream()
                        .mapToLong(array -> array.length() * 2)
                        .sum();
                assertThat(bytes).isLessThanOrEqualTo(altered.length);
            } catch (ModelFormatException expected) {
                assertThat(expected.getMessage()).hasSizeGreaterThan(20).doesNotContain("null");
                refused++;
            }
        }
        assertThat(refused).isGreaterThan(1000);
    }

    private static UnaryOperator<byte[]> mutation(SplittableRandom random) {
        int kind = random.nextInt(4);
        return bytes -> {
            int at = random.nextInt(bytes.length);
            switch (kind) {
                case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
                case 1 -> bytes[at] = (byte) "0123456789,:[]{}\"F".charAt(random.nextInt(18));
                case 2 -> Arrays.fill(bytes, at, Math.min(bytes.length, at + 8), (byte) 0xFF);
                default -> {
                    int from = random.nextInt(bytes.length - 8);
                    System.arraycopy(bytes, from, bytes, Math.min(at, bytes.length - 8), 8);
                }
            }
            return bytes;
        };
    }

    @Test
    void alteredValuesInNpzDoNotHaveTheChecksum() throws Exception {
        byte[] bytes = npz(npyHeader("'<f4'", "1,"), new byte[4]);
        int values = 30 + 5 + 10 + npyHeader("'<f4'", "1,").length();
        bytes[values] = 1;
        assertThatThrownBy(() -> read(bytes))
                .hasMessage("weights: array 'w' does not have the checksum of its entry; the file is altered");
    }
}
