package io.github.otnn.loss;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Settings of a loss as flat text, for files and reports; {@link LossCatalog#read} makes the loss again, with equal settings.
 *
 * <p>Numbers are written so that they read back to the same bits. What a loss has learned, such as a margin, is no setting: it
 * is in its {@link io.github.otnn.core.train.Loss#scalars() scalars}. Immutable, thread-safe.
 *
 * @param loss name in the {@link LossCatalog}
 * @param values by name, in the order of the loss's own settings
 */
public record LossSettings(String loss, Map<String, String> values) {
    /** Copies the values. */
    public LossSettings {
        Objects.requireNonNull(loss, "loss");
        values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }

    /** No settings yet. */
    static LossSettings of(LossCatalog loss) {
        return new LossSettings(loss.title(), Map.of());
    }

    /** One more setting. */
    LossSettings with(String key, Object value) {
        Map<String, String> more = new LinkedHashMap<>(values);
        more.put(key, value.toString());
        return new LossSettings(loss, more);
    }

    /** One more setting: class priors. */
    LossSettings with(String key, ClassPriors priors) {
        double[] shares = priors.shares();
        return with(
                key,
                shares.length == 0
                        ? "uniform"
                        : Arrays.stream(shares).mapToObj(Double::toString).collect(Collectors.joining(" ")));
    }

    /** A setting as text. */
    String text(String key) {
        String value = values.get(key);
        if (value == null) {
            throw new IllegalArgumentException(
                    "settings of " + loss + ": expected '" + key + "', got only " + values.keySet());
        }
        return value;
    }

    /** A setting that is a number. */
    double number(String key) {
        return parse(key, "a number", Double::valueOf);
    }

    /** A setting that is a count. */
    int count(String key) {
        return parse(key, "a whole number", Integer::valueOf);
    }

    /** A setting that is one of a few names. */
    <E extends Enum<E>> E choice(String key, Class<E> type) {
        return parse(key, "one of " + Arrays.toString(type.getEnumConstants()), text -> Enum.valueOf(type, text));
    }

    /** A setting that holds class priors. */
    ClassPriors priors(String key) {
        if (text(key).equals("uniform")) {
            return ClassPriors.uniform();
        }
        double[] shares = parse(
                key,
                "'uniform' or numbers",
                text -> Arrays.stream(text.split(" "))
                        .mapToDouble(Double::parseDouble)
                        .toArray());
        return ClassPriors.of(shares);
    }

    private <T> T parse(String key, String expected, Function<String, T> parser) {
        String text = text(key);
        try {
            return parser.apply(text);
        } catch (IllegalArgumentException cause) {
            throw new IllegalArgumentException(
                    "settings of " + loss + ": expected " + expected + " for '" + key + "', got '" + text + "'", cause);
        }
    }

    /** The values on one line: {@code lambda 5.0, margin 0.1}. */
    String line() {
        return values.entrySet().stream()
                .map(each -> each.getKey() + " " + each.getValue())
                .collect(Collectors.joining(", "));
    }
}
