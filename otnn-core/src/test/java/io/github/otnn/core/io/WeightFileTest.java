package io.github.otnn.core.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.otnn.core.tensor.Tensors;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Files in {@code weights/} were written by the Python libraries safetensors, numpy and torch. */
class WeightFileTest {
    private static final double[] VALUES = {0.5, -1.25, 3, 65504, 6e-8f, -0.0};

    @TempDir
    private Path folder;

    static byte[] resource(String name) throws IOException {
        try (InputStream stream = WeightFileTest.class.getResourceAsStream("/weights/" + name)) {
            return Objects.requireNonNull(stream, name).readAllBytes();
        }
    }

    private static WeightFile read(byte[] bytes) throws ModelFormatException {
        return WeightFile.fromBytes(bytes, name -> true);
    }

    @ParameterizedTest
    @ValueSource(strings = {"types.safetensors", "types.npz"})
    void readsEveryFloatingTypeThatPythonWrites(String file) throws Exception {
        try (WeightFile weights = WeightFile.fromBytes(resource(file), name -> !name.equals("count"))) {
            Map<String, INDArray> arrays = weights.arrays();
            assertThat(arrays.get("f32").shape()).containsExactly(2, 3);
            assertThat(Tensors.toDoubles(arrays.get("f32"))).containsExactly(VALUES);
            assertThat(arrays.get("f64").dataType()).isEqualTo(DataType.DOUBLE);
            assertThat(Tensors.toDoubles(arrays.get("f64")))
                    .containsExactly(
                            Arrays.stream(VALUES).map(value -> value / 3).toArray());
            // 6e-8 is nearest to the smallest half, 2^-24
            assertThat(Tensors.toDoubles(arrays.get("f16"))).containsExactly(.5, -1.25, 3, 65504, 0x1p-24, -0.0);
            assertThat(arrays.get("scalar").shape()).containsExactly(1);
            assertThat(arrays.get("scalar").getDouble(0)).isEqualTo(2.5);
            if (file.endsWith("npz")) {
                assertThat(arrays.get("löwe").getDouble(0)).isEqualTo(1);
            } else {
                assertThat(Tensors.toDoubles(arrays.get("bf16")))
                        .containsExactly(.5, -1.25, 3, 65536, 0x1.02p-24, -0.0);
            }
        }
    }

    @Test
    void arraysOfColumnsComeInRows() throws Exception {
        try (WeightFile weights = read(resource("types.npz"))) {
            double[] counted = new double[24];
            Arrays.setAll(counted, i -> i);
            INDArray array = weights.arrays().get("fortran");
            assertThat(array.shape()).containsExactly(2, 3, 4);
            assertThat(array.ordering()).isEqualTo('c');
            assertThat(Tensors.toDoubles(array)).containsExactly(counted);
        }
    }

    @Test
    void halvesBecomeTheFloatsTheyAre() {
        for (int half = 0; half < 1 << 16; half++) {
            int exponent = half >> 10 & 31;
            double size =
                    exponent == 0 ? (half & 1023) * 0x1p-24 : (1 + (half & 1023) / 1024.0) * Math.pow(2, exponent - 15);
            double expected = exponent < 31 ? size : (half & 1023) == 0 ? Double.POSITIVE_INFINITY : Double.NaN;
            float actual = Float.intBitsToFloat(FloatType.widened(half));
            assertThat((Double) (double) actual).isEqualTo((Double) ((half & 0x8000) == 0 ? expected : -expected));
        }
    }

    private static WeightFile plain() {
        Map<String, INDArray> arrays = new LinkedHashMap<>();
        INDArray columns = Tensors.of(new float[] {0, .375f, .125f, .5f, .25f, .625f}, 3, 2)
                .permute(1, 0);
        arrays.put("b.weight", columns);
        arrays.put("wide", Tensors.of(DataType.DOUBLE, new double[] {.1}, 1));
        arrays.put("a.bias", Tensors.of(new float[] {1.5f, -2}, 2));
        return new WeightFile(arrays, Map.of("otnn.library", "1 \"x\""));
    }

    @Test
    void writesTheBytesThatThePythonLibraryWrites() throws Exception {
        Path file = folder.resolve("deep/plain.safetensors");
        plain().write(file);
        assertThat(Files.readAllBytes(file)).isEqualTo(resource("plain.safetensors"));
        try (WeightFile again = WeightFile.read(file)) {
            assertThat(again.metadata()).containsExactly(Map.entry("otnn.library", "1 \"x\""));
            assertThat(again.arrays().keySet()).containsExactly("wide", "a.bias", "b.weight");
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            again.write(bytes);
            assertThat(bytes.toByteArray()).isEqualTo(resource("plain.safetensors"));
        }
    }

    @Test
    void anEmptyMapIsAFileToo() throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        new WeightFile(Map.of(), Map.of()).write(bytes);
        assertThat(bytes.toByteArray()).isEqualTo("\b\0\0\0\0\0\0\0{}      ".getBytes(StandardCharsets.ISO_8859_1));
        assertThat(read(bytes.toByteArray()).arrays()).isEmpty();
    }

    @Test
    void refusesToWriteWhatTheFormatCannotHold() {
        INDArray array = Tensors.of(new float[] {1}, 1);
        assertThatThrownBy(() -> new WeightFile(Map.of("__metadata__", array), Map.of()).write(folder.resolve("x")))
                .hasMessage("safetensors: no array can be named '__metadata__'");
        assertThatThrownBy(() ->
                        new WeightFile(Map.of("n", array.castTo(DataType.INT64)), Map.of()).write(folder.resolve("x")))
                .hasMessage("safetensors: array 'n': expected FLOAT or DOUBLE values, got LONG [1]");
        assertThat(folder).isEmptyDirectory();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "types.safetensors|array 'count': expected dtype F16, BF16, F32 or F64, got I64; leave it out",
                "count.npz|array 'count': expected type <f2, <f4 or <f8, got <i8; leave it out, or convert it",
                "compressed.npz|entry 'w.npy' is compressed; write the file with numpy.savez, not savez_compressed",
                "pipe.npz|entry 'w.npy' was written without its size; let numpy.savez write to a file, not to a pipe",
                "torch.pt|expected the directory of an npz file at its end, got other bytes; it is truncated or altered, or a file of torch.save,",
            })
    void whatIsNotReadSaysWhatToDo(String file, String message) throws Exception {
        byte[] bytes = resource(file);
        assertThatThrownBy(() -> read(bytes))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageStartingWith("weights: " + message.strip());
    }

    @Test
    void saysWhichFileIsMissing() {
        assertThatThrownBy(() -> WeightFile.read(folder.resolve("none")))
                .isInstanceOf(NoSuchFileException.class)
                .hasMessageContaining("none");
    }
}
