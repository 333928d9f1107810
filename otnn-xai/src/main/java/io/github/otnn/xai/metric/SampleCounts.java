package io.github.otnn.xai.metric;

import java.util.ArrayList;
import java.util.List;

/**
 * How many samples need a second look before their metric is believed.
 *
 * @param nan without a value; not in the mean
 * @param infinite with an infinite value; not in the mean
 * @param undefined whose value, or part of it, has no definition (a correlation with a constant) and is a convention that the
 *     metric names; in the mean
 * @param tied whose map has equal values among those that were ranked, so that the order is partly that of the pixels
 * @param constant whose map is the same everywhere: it explains nothing
 */
public record SampleCounts(int nan, int infinite, int undefined, int tied, int constant) {
    /** Nothing to report. */
    public static final SampleCounts NONE = new SampleCounts(0, 0, 0, 0, 0);

    /** The counts that are not 0, or an empty text. */
    public String describe() {
        List<String> parts = new ArrayList<>();
        add(parts, nan, "NaN");
        add(parts, infinite, "infinite");
        add(parts, undefined, "undefined");
        add(parts, tied, "with tied maps");
        add(parts, constant, "with constant maps");
        return String.join(", ", parts);
    }

    private static void add(List<String> parts, int count, String name) {
        if (count > 0) {
            parts.add(count + " " + name);
        }
    }
}
