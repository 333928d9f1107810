package io.github.otnn.core.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.github.otnn.core.tensor.Tensors;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;

class IdxReaderTest {
    private static final List<String> THREE_CLASSES = List.of("cat", "dog", "bird");

    @TempDir
    private Path folder;

    @Test
    void readsSizesAndUnsignedValues() throws IOException {
        IdxArray array = IdxReader.read(file("a", idx(new int[] {2, 3}, 0, 1, 127, 128, 200, 255)));
        assertThat(array.sizes()).containsExactly(2, 3);
        assertThat(array.values()).containsExactly(0, 1, 127, 128, 200, 255);
    }

    @Test
    void tellsGzipByContentNotByName() throws IOException {
        byte[] plain = idx(new int[] {3}, 7, 8, 9);
        assertThat(IdxReader.read(file("plain.gz", plain)).values()).containsExactly(7, 8, 9);
        assertThat(IdxReader.read(file("zipped", gzip(plain))).values()).containsExactly(7, 8, 9);
    }

    @Test
    void givesLabelledImagesBetweenZeroAndOne() throws IOException {
        Path images = file("images", gzip(idx(new int[] {3, 1, 2}, 0, 255, 51, 102, 153, 204)));
        Path labels = file("labels", idx(new int[] {3}, 2, 0, 1));
        LabelledData data = IdxReader.readLabelled(images, labels, THREE_CLASSES);
        assertThat(data.features().shape()).containsExactly(3, 1, 2, 1);
        assertThat(data.features().dataType()).isEqualTo(DataType.FLOAT);
        assertThat(Tensors.toFloats(data.features())).containsExactly(0f, 1f, 0.2f, 0.4f, 0.6f, 0.8f);
        assertThat(data.labels().shape()).containsExactly(3, 1);
        assertThat(data.classIndices()).containsExactly(2, 0, 1);
        assertThat(data.classNames()).isEqualTo(THREE_CLASSES);
    }

    @Test
    void keepsEveryImageInPlaceAcrossBlocks() throws IOException {
        // 700 images of 400 values: one full block of 655 images and a part of another
        int[] values = new int[700 * 400];
        Arrays.setAll(values, i -> (i / 400 + i % 400) % 256);
        Path images = file("images", idx(new int[] {700, 20, 20}, values));
        Path labels = file("labels", idx(new int[] {700}, new int[700]));
        float[] features = Tensors.toFloats(
                IdxReader.readLabelled(images, labels, THREE_CLASSES).features());
        for (int i = 0; i < values.length; i++) {
            assertThat(features[i]).isEqualTo(values[i] / 255f);
        }
    }

    @Test
    void rejectsOtherValueTypesNamingThem() throws IOException {
        byte[] floats = idx(new int[] {1}, 0, 0, 0, 0);
        floats[2] = 0x0D;
        assertRejected(
                file("floats", floats),
                "expected 00 00 08 and the rank, the start of an IDX file of unsigned bytes, got 00 00 0D 01 (32-bit floats)");
    }

    @Test
    void rejectsFilesThatAreNotIdx() throws IOException {
        assertRejected(file("picture", new byte[] {(byte) 0x89, 'P', 'N', 'G', 13, 10}), "got 89 50 4E 47");
        assertRejected(file("rank0", new byte[] {0, 0, 8, 0, 1}), "got 00 00 08 00");
    }

    @Test
    void rejectsEmptyAndCutHeaders() throws IOException {
        assertRejected(file("empty", new byte[0]), "expected 4 more bytes of header, got 0");
        assertRejected(file("one", new byte[1]), "expected 4 more bytes of header, got 1");
        byte[] whole = idx(new int[] {2, 2}, 1, 2, 3, 4);
        assertRejected(file("cut", Arrays.copyOf(whole, 9)), "expected 8 more bytes of header, got 5");
    }

    @Test
    void rejectsTruncatedValuesSayingBothCounts() throws IOException {
        byte[] whole = idx(new int[] {2, 3}, 1, 2, 3, 4, 5, 6);
        Path cut = file("cut", Arrays.copyOf(whole, whole.length - 2));
        assertRejected(
                cut, "header says [2, 3] = 6 values, file holds 4; file truncated or altered, nothing was loaded");
    }

    @Test
    void rejectsTrailingBytes() throws IOException {
        byte[] longer = idx(new int[] {2}, 1, 2, 3);
        assertRejected(file("plain", longer), "header says [2] = 2 values, file holds more");
        assertRejected(file("zipped", gzip(longer)), "header says [2] = 2 values, file holds more");
    }

    @Test
    void rejectsSizesBelowOne() throws IOException {
        assertRejected(file("zero", idx(new int[] {0, 28, 28})), "axis sizes of at least 1, header says [0, 28, 28]");
        assertRejected(file("negative", idx(new int[] {-5, 28}, 1)), "axis sizes of at least 1, header says [-5, 28]");
        // two negative sizes have a positive product
        assertRejected(file("both", idx(new int[] {-2, -2}, 1, 2, 3, 4)), "header says [-2, -2]");
    }

    @Test
    void rejectsHugeSizesWithoutAllocatingThem() throws IOException {
        int huge = Integer.MAX_VALUE;
        assertRejected(file("one", idx(new int[] {huge}, 1)), "expected at most 536870911 values");
        assertRejected(
                file("product", idx(new int[] {huge, huge, huge, huge}, 1)), "expected at most 536870911 values");
        int[] manyAxes = new int[255];
        Arrays.fill(manyAxes, 2);
        assertRejected(file("rank", idx(manyAxes, 1)), "header says [2, 2, 2, 2, 2, 2, 2, 2, ...]");
    }

    @Test
    void memoryFollowsTheBytesThatArriveNotTheHeader() throws IOException {
        Path liar = file("liar", idx(new int[] {512, 1024, 1023}, 1, 2, 3));
        ThreadMXBean memory = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = memory.getCurrentThreadAllocatedBytes();
        assertThatThrownBy(() -> IdxReader.read(liar)).isInstanceOf(IdxFormatException.class);
        assertThat(memory.getCurrentThreadAllocatedBytes() - before).isLessThan(10_000_000);
        assertRejected(liar, "= 536346624 values, file holds 3");
    }

    @Test
    void stopsReadingAGzipBombAfterTheAnnouncedEnd() throws IOException {
        // 64 MB of zeros in 64 kB, announced as 4 values
        Path bomb = file("bomb", gzip(idx(new int[] {4}, new int[1 << 26])));
        assertThat(Files.size(bomb)).isLessThan(100_000);
        assertRejected(bomb, "header says [4] = 4 values, file holds more");
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 5, 12, 20, 30})
    void rejectsTruncatedGzip(int length) throws IOException {
        byte[] whole = gzip(idx(new int[] {8}, 1, 2, 3, 4, 5, 6, 7, 8));
        assertThat(whole.length).isGreaterThan(30);
        assertRejected(file("cut", Arrays.copyOf(whole, length)), "expected a sound gzip stream");
    }

    @Test
    void rejectsGzipWithAWrongChecksum() throws IOException {
        byte[] whole = gzip(idx(new int[] {8}, 1, 2, 3, 4, 5, 6, 7, 8));
        whole[whole.length - 8] ^= 1;
        assertRejected(file("altered", whole), "expected a sound gzip stream, got 'Corrupt GZIP trailer'");
    }

    @Test
    void everySingleByteFlipIsNoticedOrHarmless() throws IOException {
        byte[] whole = gzip(idx(new int[] {2, 4}, 1, 2, 3, 4, 5, 6, 7, 8));
        for (int i = 0; i < whole.length; i++) {
            byte[] altered = whole.clone();
            altered[i] ^= (byte) 0x55;
            Path file = file("altered", altered);
            try {
                // bytes 3 to 9 of a gzip file are flags, time and system: values must survive their change
                assertThat(IdxReader.read(file).values()).containsExactly(1, 2, 3, 4, 5, 6, 7, 8);
                assertThat(i).isBetween(3, 9);
            } catch (IdxFormatException expected) {
                assertThat(expected).hasMessageContaining(file.toString());
            }
        }
    }

    @Test
    void missingFileIsSaidToBeMissing() {
        assertThatThrownBy(() -> IdxReader.read(folder.resolve("none"))).isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void rejectsCountsThatDiffer() throws IOException {
        Path images = file("images", idx(new int[] {2, 1, 1}, 5, 6));
        Path labels = file("labels", idx(new int[] {3}, 0, 1, 2));
        assertThatThrownBy(() -> IdxReader.readLabelled(images, labels, THREE_CLASSES))
                .isInstanceOf(IdxFormatException.class)
                .hasMessage(
                        images + " holds 2 images, " + labels + " holds 3 labels; expected the two files of one set");
    }

    @Test
    void rejectsLabelOutsideTheClassesNamingItsRow() throws IOException {
        Path images = file("images", idx(new int[] {3, 1, 1}, 5, 6, 7));
        Path labels = file("labels", idx(new int[] {3}, 0, 2, 200));
        assertThatThrownBy(() -> IdxReader.readLabelled(images, labels, THREE_CLASSES))
                .isInstanceOf(IdxFormatException.class)
                .hasMessage(labels + ": label 200 at row 2 is outside the 3 classes 0..2");
    }

    @Test
    void rejectsFilesOfAnotherRank() throws IOException {
        Path images = file("images", idx(new int[] {2, 1, 1}, 5, 6));
        Path labels = file("labels", idx(new int[] {2}, 0, 1));
        assertThatThrownBy(() -> IdxReader.readLabelled(images, images, THREE_CLASSES))
                .isInstanceOf(IdxFormatException.class)
                .hasMessage(images + ": expected labels [n], got [2, 1, 1]");
        assertThatThrownBy(() -> IdxReader.readLabelled(labels, labels, THREE_CLASSES))
                .isInstanceOf(IdxFormatException.class)
                .hasMessage(labels + ": expected images [n, height, width], got [2]");
    }

    @Test
    void rejectsMissingClassNames() {
        assertThatThrownBy(() -> IdxReader.readLabelled(folder, folder, List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("readLabelled: expected the name of every class, got none");
    }

    private static void assertRejected(Path file, String message) {
        assertThatThrownBy(() -> IdxReader.read(file))
                .isInstanceOf(IdxFormatException.class)
                .hasMessageStartingWith(file + ": ")
                .hasMessageContaining(message);
    }

    private Path file(String name, byte[] content) throws IOException {
        return Files.write(folder.resolve(name), content);
    }

    private static byte[] idx(int[] sizes, int... values) {
        ByteBuffer bytes = ByteBuffer.allocate(4 + 4 * sizes.length + values.length);
        bytes.put(new byte[] {0, 0, 8, (byte) sizes.length});
        for (int size : sizes) {
            bytes.putInt(size);
        }
        for (int value : values) {
            bytes.put((byte) value);
        }
        return bytes.array();
    }

    private static byte[] gzip(byte[] content) throws IOException {
        ByteArrayOutputStream zipped = new ByteArrayOutputStream();
        try (GZIPOutputStream stream = new GZIPOutputStream(zipped)) {
            stream.write(content);
        }
        return zipped.toByteArray();
    }
}
