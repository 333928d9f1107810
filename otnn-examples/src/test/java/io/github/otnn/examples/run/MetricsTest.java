package io.github.otnn.examples.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MetricsTest {
    @Test
    void writesAnotherReadersJsonInTheOrderGiven() throws JsonProcessingException {
        String hard = "a \"quoted\" \\ line\nbreak \u0001 \u00e9 \ud83d\ude00";
        Metrics metrics = new Metrics()
                .put("zeta", 0.1, "")
                .put("tiny", -1.5e-300, "")
                .put("count", Long.MAX_VALUE, "")
                .put("done", true, "")
                .put("alpha", hard, "");
        JsonNode read = new ObjectMapper().readTree(metrics.toJson());
        assertThat(read.fieldNames()).toIterable().isEqualTo(List.of("zeta", "tiny", "count", "done", "alpha"));
        assertThat(read.get("zeta").doubleValue()).isEqualTo(0.1);
        assertThat(read.get("tiny").doubleValue()).isEqualTo(-1.5e-300);
        assertThat(read.get("count").longValue()).isEqualTo(Long.MAX_VALUE);
        assertThat(read.get("done").booleanValue()).isTrue();
        assertThat(read.get("alpha").textValue()).isEqualTo(hard);
    }

    @Test
    void anEmptyObjectIsJsonToo() throws JsonProcessingException {
        assertThat(new ObjectMapper().readTree(new Metrics().toJson())).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
    void rejectsNumbersThatJsonDoesNotHave(double value) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Metrics().put("loss", value, ""))
                .withMessage("metric 'loss': expected a finite number, got " + value);
    }

    @Test
    void rejectsAKeyThatIsTakenOrNoName() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Metrics().put("a", 1, "").put("a", 2, ""))
                .withMessage("metric 'a' was put twice");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Metrics().put("a b", 1, ""))
                .withMessageContaining("'a b'");
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "-0.0, 0",
        "0.91349999999, 0.9135",
        "12345678.9, 12345700",
        "-2.5, -2.5",
        "0.00001234, 1.23400e-05",
        "1e12, 1.00000e+12"
    })
    void roundsToSixDigitsForTheEye(double value, String text) {
        assertThat(Text.significant(value)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({"0.2, 0 s", "59.4, 59 s", "60, 1 min 0 s", "200, 3 min 20 s", "7500, 2 h 5 min"})
    void saysTimesAsAPersonDoes(double seconds, String text) {
        assertThat(Text.duration(seconds)).isEqualTo(text);
    }
}
