package io.github.otnn.core.io;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The members of one JSON object, each to be asked for once; problems say where they are. */
final class Fields {
    private final String where;
    private final Map<?, ?> members;
    private final Set<String> asked = new LinkedHashSet<>();

    private Fields(String where, Map<?, ?> members) {
        this.where = where;
        this.members = members;
    }

    static Fields of(String where, Object value) throws ModelFormatException {
        if (value instanceof Map<?, ?> members) {
            return new Fields(where, members);
        }
        throw new ModelFormatException(where + ": expected an object, got " + describe(value));
    }

    /** Place of a member, for messages. */
    String place(String name) {
        return where.isEmpty() ? name : where + "." + name;
    }

    boolean has(String name) {
        return members.containsKey(name);
    }

    Object any(String name) throws ModelFormatException {
        asked.add(name);
        Object value = members.get(name);
        if (value == null) {
            throw new ModelFormatException(place(name) + " is missing");
        }
        return value;
    }

    String text(String name) throws ModelFormatException {
        return text(place(name), any(name));
    }

    long whole(String name) throws ModelFormatException {
        return whole(place(name), any(name));
    }

    int count(String name) throws ModelFormatException {
        long value = whole(name);
        if (value < 0 || value > Integer.MAX_VALUE) {
            throw new ModelFormatException(
                    place(name) + ": expected a count from 0 to " + Integer.MAX_VALUE + ", got " + value);
        }
        return (int) value;
    }

    double number(String name) throws ModelFormatException {
        return number(place(name), any(name));
    }

    Fields object(String name) throws ModelFormatException {
        return of(place(name), any(name));
    }

    List<?> list(String name) throws ModelFormatException {
        if (any(name) instanceof List<?> list) {
            return list;
        }
        throw new ModelFormatException(place(name) + ": expected a list, got " + describe(members.get(name)));
    }

    List<String> texts(String name) throws ModelFormatException {
        List<String> texts = new ArrayList<>();
        for (Object element : list(name)) {
            texts.add(text(place(name) + "[" + texts.size() + "]", element));
        }
        return texts;
    }

    List<Double> numbers(String name) throws ModelFormatException {
        List<Double> numbers = new ArrayList<>();
        for (Object element : list(name)) {
            numbers.add(number(place(name) + "[" + numbers.size() + "]", element));
        }
        return numbers;
    }

    long[] wholes(String name) throws ModelFormatException {
        List<?> list = list(name);
        long[] wholes = new long[list.size()];
        for (int i = 0; i < wholes.length; i++) {
            wholes[i] = whole(place(name) + "[" + i + "]", list.get(i));
        }
        return wholes;
    }

    /** Names of all members. */
    List<String> names() {
        return members.keySet().stream().map(String.class::cast).toList();
    }

    /** Refuses members that nobody has asked for. */
    void requireNoOthers() throws ModelFormatException {
        for (String name : names()) {
            if (!asked.contains(name)) {
                throw new ModelFormatException(place(name) + " is unknown; expected only " + asked);
            }
        }
    }

    static String text(String where, Object value) throws ModelFormatException {
        if (value instanceof String text) {
            return text;
        }
        throw new ModelFormatException(where + ": expected a text, got " + describe(value));
    }

    static long whole(String where, Object value) throws ModelFormatException {
        if (value instanceof Long number) {
            return number;
        }
        throw new ModelFormatException(where + ": expected a whole number, got " + describe(value));
    }

    /** A number; those that JSON does not have are texts. */
    static double number(String where, Object value) throws ModelFormatException {
        if (value instanceof Double number) {
            return number;
        }
        if (value instanceof Long whole && (long) (double) whole == whole) {
            return whole;
        }
        if (value instanceof String text) {
            switch (text) {
                case "Infinity":
                    return Double.POSITIVE_INFINITY;
                case "-Infinity":
                    return Double.NEGATIVE_INFINITY;
                case "NaN":
                    return Double.NaN;
                default:
            }
        }
        throw new ModelFormatException(where + ": expected a number, got " + describe(value));
    }

    /** What {@link #number} reads. */
    static Object ofNumber(double number) {
        return Double.isFinite(number) ? (Object) number : Double.toString(number);
    }

    static String describe(Object value) {
        if (value instanceof Map) {
            return "an object";
        }
        if (value instanceof List) {
            return "a list";
        }
        String text = String.valueOf(value);
        return value instanceof String ? "'" + (text.length() > 40 ? text.substring(0, 40) + "..." : text) + "'" : text;
    }
}
