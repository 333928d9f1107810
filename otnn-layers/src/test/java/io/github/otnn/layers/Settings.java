package io.github.otnn.layers;

import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;

/** Takes settings apart and puts them together again, as a file format does. */
final class Settings {
    private Settings() {}

    /** An equal object made from the components of a record. */
    static Object rebuilt(Object settings) {
        if (settings instanceof Number || settings instanceof String || settings instanceof Boolean) {
            return settings;
        }
        if (settings instanceof Enum<?>) {
            return settings;
        }
        if (settings instanceof List<?> list) {
            return list.stream().map(Settings::rebuilt).toList();
        }
        Class<?> type = settings.getClass();
        if (!type.isRecord()) {
            throw new AssertionError("settings: expected numbers, text, enums, records or lists, got " + type);
        }
        RecordComponent[] components = type.getRecordComponents();
        try {
            Object[] values = new Object[components.length];
            for (int i = 0; i < values.length; i++) {
                components[i].getAccessor().setAccessible(true);
                values[i] = rebuilt(components[i].getAccessor().invoke(settings));
            }
            Class<?>[] types =
                    Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
            var constructor = type.getDeclaredConstructor(types);
            constructor.setAccessible(true);
            return constructor.newInstance(values);
        } catch (ReflectiveOperationException failure) {
            throw new AssertionError(failure);
        }
    }
}
