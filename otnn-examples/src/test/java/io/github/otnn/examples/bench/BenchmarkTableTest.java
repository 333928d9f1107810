package io.github.otnn.examples.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BenchmarkTableTest {
    private static final Measurement OURS = step("LIPSCHITZ", 30, 24, 26);
    private static final Measurement TWIN = step("UNCONSTRAINED", 20, 20, 20);
    private static final Measurement FLOOR = step("FLOOR", 13, 14, 12);

    @Test
    void medianIsTheMiddleIterationOrTheMeanOfTheTwoInTheMiddle() {
        assertThat(OURS.median()).isEqualTo(26);
        assertThat(step("LIPSCHITZ", 4, 1, 2, 9).median()).isEqualTo(3);
    }

    @Test
    void spreadIsSlowestMinusFastestOverTheMedian() {
        assertThat(OURS.spread()).isEqualTo(6.0 / 26);
        assertThat(TWIN.spread()).isZero();
    }

    @Test
    void comparesVariantsOfEqualParametersOnly() {
        BenchmarkTable table = new BenchmarkTable(List.of(OURS, TWIN, FLOOR));
        assertThat(table.ratio(OURS, Variant.FLOOR)).hasValue(2);
        assertThat(table.ratio(OURS, Variant.UNCONSTRAINED)).hasValue(1.3);
        assertThat(table.ratio(FLOOR, Variant.FLOOR)).isEmpty();
        Measurement otherBatch = new Measurement(
                "TrainingStep", Map.of("batch", "1", "variant", "LIPSCHITZ"), List.of(1.0), List.of(), 0);
        assertThat(new BenchmarkTable(List.of(otherBatch, FLOOR)).ratio(otherBatch, Variant.FLOOR))
                .isEmpty();
    }

    @Test
    void rowsHaveTheCellsOfTheHeader() {
        BenchmarkTable table = new BenchmarkTable(List.of(OURS, TWIN, FLOOR));
        assertThat(table.rows())
                .contains(List.of(
                        "TrainingStep", "batch=13", "LIPSCHITZ", "26.00", "23 %", "500", "2.00", "1.30", "200"));
        assertThat(table.rows()).allSatisfy(row -> assertThat(row).hasSameSizeAs(BenchmarkTable.HEADER));
    }

    @Test
    void metricsAreNamedAfterBenchmarkAndParameters() {
        assertThat(new BenchmarkTable(List.of(OURS)).metrics().toJson())
                .isEqualTo("{\n  \"trainingstep_batch_13_lipschitz_milliseconds\": 26.0,\n"
                        + "  \"trainingstep_batch_13_lipschitz_peak_megabytes\": 200.0\n}\n");
    }

    @Test
    void memoryOfLongRunsIsShownByQuarter() {
        Measurement calls = new Measurement(
                "Memory.predictions", Map.of("batch", "1"), List.of(1.0, 1.0), List.of(150.0, 151.4), 160);
        BenchmarkTable table = new BenchmarkTable(List.of(OURS, calls));
        assertThat(table.memoryRows())
                .containsExactly(List.of("Memory.predictions", "batch=1", "150 151", "+0.93 %", "160"));
    }

    @Test
    void textAlignsColumns() {
        assertThat(BenchmarkTable.text(List.of("a", "long"), List.of(List.of("wide", "b"))))
                .isEqualTo("a     long\nwide  b");
    }

    @Test
    void measurementWithoutIterationsIsRefused() {
        assertThatThrownBy(() -> new Measurement("Audit", Map.of(), List.of(), List.of(), 0))
                .hasMessage("measurement of Audit: expected at least one iteration, got none");
    }

    @Test
    void memoryIsReadFromTheStatusOfTheProcess() {
        assertThat(ProcessMemory.megabytes("VmPeak:\t  999 kB\nVmHWM:\t  2048 kB\nVmRSS:\t 512 kB\n", "VmHWM"))
                .isEqualTo(2);
    }

    private static Measurement step(String variant, double... milliseconds) {
        return new Measurement(
                "TrainingStep",
                Map.of("batch", "13", "variant", variant),
                Arrays.stream(milliseconds).boxed().toList(),
                List.of(200.0),
                200);
    }
}
