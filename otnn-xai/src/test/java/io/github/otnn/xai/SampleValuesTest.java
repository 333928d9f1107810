package io.github.otnn.xai;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.otnn.core.tensor.Tensors;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;

class SampleValuesTest {
    @ParameterizedTest
    @CsvSource({"1, 3", "33, 5", "100, 2", "3, 70000", "2, 200000"})
    void samplesComeInAnyOrderAndStayAsTheyAre(int samples, int length) {
        double[] all = IntStream.range(0, samples * length).asDoubleStream().toArray();
        SampleValues values = new SampleValues(Tensors.of(DataType.DOUBLE, all, samples, length));
        assertThat(values.samples()).isEqualTo(samples);
        assertThat(values.length()).isEqualTo(length);
        double[] first = values.of(0);
        for (int sample : new int[] {samples - 1, 0, samples / 2, samples / 2, samples - 1}) {
            assertThat(values.of(sample))
                    .containsExactly(Arrays.copyOfRange(all, sample * length, (sample + 1) * length));
        }
        assertThat(first).containsExactly(Arrays.copyOf(all, length));
    }
}
