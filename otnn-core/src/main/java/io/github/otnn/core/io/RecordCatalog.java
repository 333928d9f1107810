package io.github.otnn.core.io;

import io.github.otnn.core.network.Parametrization;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The layers and parametrizations that a file may name: record classes by their simple names. A file chooses among them and
 * names nothing else; no class is ever looked up by a text from a file.
 *
 * <p>The standard layers come with their module. Own layers are added to them:
 *
 * <pre>{@code RecordCatalog catalog = LayerCatalog.standard().with(MyLayer.class, MyParametrization.class);}</pre>
 *
 * A record's components are numbers, text, booleans, enums, records, or lists of these; what is declared as an interface, such as
 * {@code Layer}, must be in the catalog itself. Immutable, thread-safe.
 */
public final class RecordCatalog {
    private final Map<String, Class<?>> types;

    private RecordCatalog(Map<String, Class<?>> types) {
        this.types = Collections.unmodifiableMap(types);
    }

    /** Nothing but {@link Parametrization#none()}. */
    public static RecordCatalog empty() {
        return new RecordCatalog(new TreeMap<>()).with(Parametrization.none().getClass());
    }

    /**
     * The same with more classes.
     *
     * @param more records, or enums that implement an interface
     * @throws IllegalArgumentException if a class is neither, or its simple name is taken
     */
    public RecordCatalog with(Class<?>... more) {
        Map<String, Class<?>> all = new TreeMap<>(types);
        for (Class<?> type : more) {
            if (!type.isRecord() && !type.isEnum()) {
                throw new IllegalArgumentException("catalog: expected a record or an enum, got " + type.getName());
            }
            Class<?> before = all.put(type.getSimpleName(), type);
            if (before != null && before != type) {
                throw new IllegalArgumentException("catalog: name '" + type.getSimpleName() + "' is taken by "
                        + before.getName() + "; rename " + type.getName());
            }
        }
        return new RecordCatalog(all);
    }

    /** All classes, in order of their names. */
    public List<Class<?>> types() {
        return new ArrayList<>(types.values());
    }

    @Nullable
    Class<?> find(String name) {
        return types.get(name);
    }

    /** Name of a class in files. */
    String nameOf(Class<?> type) {
        String name = type.getSimpleName();
        if (types.get(name) != type) {
            throw new IllegalArgumentException("catalog: " + type.getName()
                    + " is not in it, so no file can hold it; add it with RecordCatalog.with(" + name + ".class)");
        }
        return name;
    }

    /** Names of all classes that can stand where this one is declared. */
    List<String> namesOf(Class<?> declared) {
        return types.entrySet().stream()
                .filter(entry -> declared.isAssignableFrom(entry.getValue()))
                .map(Map.Entry::getKey)
                .toList();
    }
}
