package io.github.otnn.core.io;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Settings as flat text, such as those of a loss.
 *
 * @param name of what they belong to
 * @param values by name, in order
 */
public record NamedSettings(String name, Map<String, String> values) {
    /** Copies the values. */
    public NamedSettings {
        values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }
}
