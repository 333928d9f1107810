package io.github.otnn.examples.run;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Results of a run: named values in the order they were put, each with its meaning in words. {@link #toJson()} is one flat
 * object of names and values. Belongs to one thread.
 */
public final class Metrics {
    private final List<Entry> entries = new ArrayList<>();

    /**
     * One result.
     *
     * @param key name, unique
     * @param json value as JSON
     * @param text value as a person reads it
     * @param meaning what it says, with its unit
     */
    record Entry(String key, String json, String text, String meaning) {}

    /**
     * Adds a number.
     *
     * @throws IllegalArgumentException if it is NaN or infinite, or the key is taken or not made of letters, digits, _
     */
    public Metrics put(String key, double value, String meaning) {
        if (!Double.isFinite(value)) {
            throw new IllegalArgumentException("metric '" + key + "': expected a finite number, got " + value);
        }
        return add(key, Double.toString(value), Text.significant(value), meaning);
    }

    /**
     * Number put under this key.
     *
     * @throws IllegalArgumentException if there is none
     */
    public double number(String key) {
        return entries.stream()
                .filter(entry -> entry.key().equals(key))
                .mapToDouble(entry -> Double.parseDouble(entry.json()))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no metric '" + key + "'"));
    }

    /** Adds a whole number. */
    public Metrics put(String key, long value, String meaning) {
        return add(key, Long.toString(value), Long.toString(value), meaning);
    }

    /** Adds a yes or no. */
    public Metrics put(String key, boolean value, String meaning) {
        return add(key, Boolean.toString(value), value ? "yes" : "no", meaning);
    }

    /** Adds a text. */
    public Metrics put(String key, String value, String meaning) {
        return add(key, Text.jsonString(value), value, meaning);
    }

    /** The values as one JSON object, a line each, in the order they were put. */
    public String toJson() {
        return entries.stream()
                .map(entry -> "  " + Text.jsonString(entry.key()) + ": " + entry.json())
                .collect(Collectors.joining(",\n", "{\n", "\n}\n"));
    }

    List<Entry> entries() {
        return List.copyOf(entries);
    }

    private Metrics add(String key, String json, String text, String meaning) {
        if (!key.matches("[A-Za-z][A-Za-z0-9_]*")) {
            throw new IllegalArgumentException(
                    "metric name: expected letters, digits and _, beginning with a letter, got '" + key + "'");
        }
        if (entries.stream().anyMatch(entry -> entry.key().equals(key))) {
            throw new IllegalArgumentException("metric '" + key + "' was put twice");
        }
        entries.add(new Entry(key, json, text, meaning));
        return this;
    }
}
