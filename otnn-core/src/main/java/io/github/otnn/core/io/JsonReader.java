package io.github.otnn.core.io;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads JSON strictly (RFC 8259), into {@code Map}, {@code List}, {@code String}, {@code Boolean}, {@code Long} for whole numbers
 * and {@code Double} for others. Refused beside malformed text: {@code null}, names used twice, numbers beyond the range of
 * their type, more than {@value #DEPTH} levels and more than {@value #VALUES} values.
 */
final class JsonReader {
    static final int DEPTH = 64;
    static final int VALUES = 200_000;
    private static final int NUMBER_LENGTH = 40;

    private final String text;
    private int at;
    private int values;

    private JsonReader(String text) {
        this.text = text;
    }

    /** The value that the bytes hold, and nothing else. */
    static Object read(byte[] utf8) throws ModelFormatException {
        String text;
        try {
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(utf8))
                    .toString();
        } catch (CharacterCodingException cause) {
            throw new ModelFormatException("expected text in UTF-8, got other bytes", cause);
        }
        JsonReader reader = new JsonReader(text);
        Object value = reader.value(0);
        reader.skipSpace();
        if (reader.at < text.length()) {
            throw reader.unexpected("the end of the text");
        }
        return value;
    }

    private Object value(int depth) throws ModelFormatException {
        if (depth > DEPTH) {
            throw problem("more than " + DEPTH + " levels");
        }
        if (++values > VALUES) {
            throw problem("more than " + VALUES + " values");
        }
        skipSpace();
        char next = at < text.length() ? text.charAt(at) : 0;
        return switch (next) {
            case '{' -> object(depth);
            case '[' -> array(depth);
            case '"' -> string();
            case 't' -> word("true", Boolean.TRUE);
            case 'f' -> word("false", Boolean.FALSE);
            default -> {
                if (next == '-' || next >= '0' && next <= '9') {
                    yield number();
                }
                throw unexpected("an object, a list, a text, a number, true or false");
            }
        };
    }

    private Map<String, Object> object(int depth) throws ModelFormatException {
        Map<String, Object> members = new LinkedHashMap<>();
        at++;
        skipSpace();
        if (accept('}')) {
            return members;
        }
        do {
            skipSpace();
            if (at >= text.length() || text.charAt(at) != '"') {
                throw unexpected("a name in quotes");
            }
            String name = string();
            skipSpace();
            expect(':');
            if (members.put(name, value(depth + 1)) != null) {
                throw problem("name '" + name + "' is used twice");
            }
            skipSpace();
        } while (accept(','));
        expect('}');
        return members;
    }

    private List<Object> array(int depth) throws ModelFormatException {
        List<Object> elements = new ArrayList<>();
        at++;
        skipSpace();
        if (accept(']')) {
            return elements;
        }
        do {
            elements.add(value(depth + 1));
            skipSpace();
        } while (accept(','));
        expect(']');
        return elements;
    }

    private String string() throws ModelFormatException {
        StringBuilder result = new StringBuilder();
        at++;
        while (true) {
            if (at >= text.length()) {
                throw unexpected("the end of a text");
            }
            char next = text.charAt(at++);
            if (next == '"') {
                return result.toString();
            }
            if (next < ' ') {
                throw problem("control character in a text");
            }
            result.append(next == '\\' ? escaped() : next);
        }
    }

    private char escaped() throws ModelFormatException {
        char next = at < text.length() ? text.charAt(at++) : 0;
        return switch (next) {
            case '"', '\\', '/' -> next;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> {
                if (at + 4 > text.length() || !text.substring(at, at + 4).matches("[0-9a-fA-F]{4}")) {
                    throw problem("\\u without four hexadecimal digits");
                }
                at += 4;
                yield (char) Integer.parseInt(text, at - 4, at, 16);
            }
            default -> throw problem("unknown escape in a text");
        };
    }

    private Object word(String word, Object meaning) throws ModelFormatException {
        if (!text.startsWith(word, at)) {
            throw unexpected(word);
        }
        at += word.length();
        return meaning;
    }

    private Number number() throws ModelFormatException {
        int start = at;
        while (at < text.length() && "+-.eE0123456789".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        String number = text.substring(start, Math.min(at, start + NUMBER_LENGTH + 1));
        if (number.length() > NUMBER_LENGTH || !number.matches("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?")) {
            throw problem("'" + number + "' is no number of at most " + NUMBER_LENGTH + " characters");
        }
        if (number.matches("-?[0-9]+")) {
            try {
                return Long.valueOf(number);
            } catch (NumberFormatException cause) {
                throw problem("whole number " + number + " is beyond 64 bits");
            }
        }
        double value = Double.parseDouble(number);
        if (Double.isInfinite(value)) {
            throw problem("number " + number + " is beyond the range of a double");
        }
        return value;
    }

    private void skipSpace() {
        while (at < text.length() && " \t\n\r".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    private boolean accept(char expected) {
        if (at < text.length() && text.charAt(at) == expected) {
            at++;
            return true;
        }
        return false;
    }

    private void expect(char expected) throws ModelFormatException {
        if (!accept(expected)) {
            throw unexpected("'" + expected + "'");
        }
    }

    private ModelFormatException unexpected(String expected) {
        return problem("expected " + expected + ", got "
                + (at < text.length() ? "'" + text.charAt(at) + "'" : "the end of the text"));
    }

    private ModelFormatException problem(String what) {
        long line = text.substring(0, Math.min(at, text.length())).lines().count();
        return new ModelFormatException(what + " (JSON, line " + Math.max(1, line) + ")");
    }
}
