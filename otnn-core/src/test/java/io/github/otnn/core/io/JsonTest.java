package io.github.otnn.core.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonTest {
    @Test
    void readsWhatItWritesAndSoDoesAnotherReader() throws Exception {
        Map<String, Object> value = new LinkedHashMap<>();
        value.put("text", "a \"quoted\" \\ line\n\ttab é 漢 \uD83D\uDE00 \uD800 \u0001");
        value.put("numbers", List.of(0.1, -2.0, 1e300, 5e-324, 3L, Long.MIN_VALUE, -0.0));
        value.put("empty", List.of(Map.of(), List.of(), "", true, false));
        value.put("nested", List.of(List.of(1L), Map.of("a b", List.of(false))));
        String text = JsonWriter.write(value);
        assertThat(read(text)).isEqualTo(value);
        assertThat(new ObjectMapper().readTree(text).get("numbers").get(0).asDouble())
                .isEqualTo(0.1);
        assertThat(JsonWriter.write(read(text))).isEqualTo(text);
    }

    @Test
    void everyDoubleComesBackInFewestDigits() {
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 20_000; i++) {
            double value = Double.longBitsToDouble(random.nextLong());
            if (Double.isFinite(value)) {
                String text = JsonWriter.shortest(value);
                assertThat(Double.parseDouble(text)).isEqualTo(value);
                assertThat(text.length())
                        .isLessThanOrEqualTo(Double.toString(value).length() + 1);
            }
        }
        assertThat(JsonWriter.shortest(0.1)).isEqualTo("0.1");
        assertThat(JsonWriter.shortest(2e-3)).isEqualTo("0.002");
        assertThat(JsonWriter.shortest(2e23)).isEqualTo("2.0e23");
        assertThat(JsonWriter.shortest(-1.5e-9)).isEqualTo("-1.5e-9");
        assertThat(JsonWriter.shortest(100)).isEqualTo("100.0");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "`{\"a\": 1, \"a\": 2}`|name 'a' is used twice (JSON, line 1)",
                "`{\"a\": null}`|expected an object, a list, a text, a number, true or false, got 'n' (JSON, line 1)",
                "`[1, ]`|expected an object, a list, a text, a number, true or false, got ']' (JSON, line 1)",
                "`[1 2]`|expected ']', got '2' (JSON, line 1)",
                "`[01]`|'01' is no number of at most 40 characters (JSON, line 1)",
                "`[.5]`|expected an object, a list, a text, a number, true or false, got '.' (JSON, line 1)",
                "`[1e999]`|number 1e999 is beyond the range of a double (JSON, line 1)",
                "`[9223372036854775808]`|whole number 9223372036854775808 is beyond 64 bits (JSON, line 1)",
                "`[1111111111111111111111111111111111111111111]`|'11111111111111111111111111111111111111111' is no number of at most 40 characters (JSON, line 1)",
                "`[\"a`|expected the end of a text, got the end of the text (JSON, line 1)",
                "`[\"\\x\"]`|unknown escape in a text (JSON, line 1)",
                "`[\"\\u12g4\"]`|\\u without four hexadecimal digits (JSON, line 1)",
                "`{} {}`|expected the end of the text, got '{' (JSON, line 1)",
                "`{a: 1}`|expected a name in quotes, got 'a' (JSON, line 1)",
                "``|expected an object, a list, a text, a number, true or false, got the end of the text (JSON, line 1)"
            })
    void refusesWhatIsNotStrict(String text, String message) {
        assertThatThrownBy(() -> read(text == null ? "" : text))
                .isInstanceOf(ModelFormatException.class)
                .hasMessage(message);
    }

    @Test
    void refusesDepthCountsAndOtherEncodings() {
        assertThatThrownBy(() -> read("[".repeat(100_000))).hasMessage("more than 64 levels (JSON, line 1)");
        assertThatThrownBy(() -> read("[" + "1,".repeat(300_000) + "1]"))
                .hasMessage("more than 200000 values (JSON, line 1)");
        assertThatThrownBy(() -> JsonReader.read(new byte[] {'"', (byte) 0xC3, '"'}))
                .hasMessage("expected text in UTF-8, got other bytes");
    }

    private static Object read(String text) throws ModelFormatException {
        return JsonReader.read(text.getBytes(StandardCharsets.UTF_8));
    }
}
