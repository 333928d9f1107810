package io.github.otnn.core.io;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.List;
import java.util.Map;

/** Writes what {@link JsonReader} reads, always in the same way: equal values give equal text on every Java version. */
final class JsonWriter {
    private final StringBuilder text = new StringBuilder();
    private final String indent;
    private final String space;

    private JsonWriter(String indent, String space) {
        this.indent = indent;
        this.space = space;
    }

    /** The text of a value, with a line per member, and lists of plain values on one line. */
    static String write(Object value) {
        JsonWriter writer = new JsonWriter("  ", " ");
        writer.value(value, "\n");
        return writer.text.append('\n').toString();
    }

    /** The text of a value on one line, without spaces. */
    static String compact(Object value) {
        JsonWriter writer = new JsonWriter("", "");
        writer.value(value, "");
        return writer.text.toString();
    }

    private void value(Object value, String newLine) {
        if (value instanceof Map<?, ?> members) {
            members(members, newLine);
        } else if (value instanceof List<?> elements) {
            elements(elements, newLine);
        } else if (value instanceof String string) {
            string(string);
        } else if (value instanceof Double number) {
            text.append(shortest(number));
        } else if (value instanceof Long || value instanceof Boolean) {
            text.append(value);
        } else {
            throw new IllegalArgumentException("JSON: cannot write " + value);
        }
    }

    private void members(Map<?, ?> members, String newLine) {
        String separator = "{";
        for (Map.Entry<?, ?> member : members.entrySet()) {
            text.append(separator).append(newLine).append(indent);
            string((String) member.getKey());
            text.append(':').append(space);
            value(member.getValue(), newLine + indent);
            separator = ",";
        }
        text.append(members.isEmpty() ? "{}" : newLine + "}");
    }

    private void elements(List<?> elements, String newLine) {
        boolean plain = elements.stream().noneMatch(each -> each instanceof Map || each instanceof List);
        String separator = "[";
        for (Object element : elements) {
            text.append(separator).append(plain ? "" : newLine + indent);
            value(element, newLine + indent);
            separator = plain ? "," + space : ",";
        }
        text.append(elements.isEmpty() ? "[]" : plain ? "]" : newLine + "]");
    }

    private void string(String string) {
        text.append('"');
        for (int i = 0; i < string.length(); i++) {
            char next = string.charAt(i);
            if (next == '"' || next == '\\') {
                text.append('\\').append(next);
            } else if (next < ' ' || Character.isSurrogate(next)) {
                // surrogates one by one: also those without a partner come back
                text.append(String.format("\\u%04x", (int) next));
            } else {
                text.append(next);
            }
        }
        text.append('"');
    }

    /** Fewest digits that read back to the same bits; {@code Double.toString} has more of them on some Java versions. */
    static String shortest(double number) {
        if (!Double.isFinite(number)) {
            throw new IllegalArgumentException("JSON: cannot write the number " + number);
        }
        if (number == 0) {
            return 1 / number < 0 ? "-0.0" : "0.0";
        }
        BigDecimal exact = new BigDecimal(number);
        for (int digits = 1; digits < 17; digits++) {
            BigDecimal rounded = exact.round(new MathContext(digits, RoundingMode.HALF_EVEN));
            if (rounded.doubleValue() == number) {
                return decimal(rounded);
            }
        }
        return decimal(exact.round(new MathContext(17, RoundingMode.HALF_EVEN)));
    }

    private static String decimal(BigDecimal number) {
        BigDecimal stripped = number.stripTrailingZeros();
        int exponent = stripped.precision() - stripped.scale() - 1;
        if (exponent >= -4 && exponent < 17) {
            return (stripped.scale() < 1 ? stripped.setScale(1) : stripped).toPlainString();
        }
        String digits = stripped.unscaledValue().abs().toString();
        return (stripped.signum() < 0 ? "-" : "") + digits.charAt(0) + "."
                + (digits.length() > 1 ? digits.substring(1) : "0") + "e" + exponent;
    }
}
