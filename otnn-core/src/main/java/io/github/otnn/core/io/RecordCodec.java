package io.github.otnn.core.io;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Turns immutable settings into JSON values and back, by the components that records declare. */
final class RecordCodec {
    private static final String TYPE = "type";
    private static final String CONSTANT = "constant";

    private final RecordCatalog catalog;

    RecordCodec(RecordCatalog catalog) {
        this.catalog = catalog;
    }

    /**
     * JSON value of a setting.
     *
     * @param declared type that the reader will know
     * @throws IllegalArgumentException if it is no setting, or not in the catalog
     */
    Object write(Object value, Type declared) {
        if (value instanceof List<?> list) {
            Type element = elementOf(declared);
            return list.stream().map(each -> write(each, element)).toList();
        }
        Class<?> wanted = rawType(declared);
        if (wanted.isInterface()) {
            Map<String, Object> members = new LinkedHashMap<>();
            members.put(TYPE, catalog.nameOf(value.getClass()));
            if (value instanceof Enum<?> constant) {
                members.put(CONSTANT, constant.name());
            } else {
                components(value, members);
            }
            return members;
        }
        if (value instanceof Record) {
            Map<String, Object> members = new LinkedHashMap<>();
            components(value, members);
            return members;
        }
        if (value instanceof Enum<?> constant) {
            return constant.name();
        }
        if (value instanceof Integer || value instanceof Long) {
            return ((Number) value).longValue();
        }
        if (value instanceof Double || value instanceof Float) {
            return Fields.ofNumber(((Number) value).doubleValue());
        }
        if (value instanceof String || value instanceof Boolean) {
            return value;
        }
        throw new IllegalArgumentException("settings: expected numbers, text, booleans, enums, records or lists, got a "
                + value.getClass().getName());
    }

    private void components(Object settings, Map<String, Object> into) {
        for (RecordComponent component : settings.getClass().getRecordComponents()) {
            try {
                component.getAccessor().setAccessible(true);
                Object value = component.getAccessor().invoke(settings);
                into.put(component.getName(), write(value, component.getGenericType()));
            } catch (IllegalAccessException | InvocationTargetException cause) {
                throw new IllegalStateException(
                        "cannot read " + component.getName() + " of " + settings.getClass(), cause);
            }
        }
    }

    /**
     * The setting that a JSON value says.
     *
     * @param where for messages
     * @param declared what it must be
     */
    Object read(String where, Object json, Type declared) throws ModelFormatException {
        Class<?> wanted = rawType(declared);
        if (wanted == List.class) {
            return readList(where, json, elementOf(declared));
        }
        if (wanted.isInterface()) {
            return readNamed(where, Fields.of(where, json), wanted);
        }
        if (wanted.isRecord()) {
            return readRecord(where, Fields.of(where, json), wanted);
        }
        if (wanted.isEnum()) {
            return constant(where, Fields.text(where, json), wanted);
        }
        if (wanted == int.class || wanted == Integer.class) {
            long value = Fields.whole(where, json);
            if ((int) value != value) {
                throw new ModelFormatException(where + ": expected a 32-bit number, got " + value);
            }
            return (int) value;
        }
        if (wanted == long.class || wanted == Long.class) {
            return Fields.whole(where, json);
        }
        if (wanted == double.class || wanted == Double.class) {
            return Fields.number(where, json);
        }
        if (wanted == float.class || wanted == Float.class) {
            return (float) Fields.number(where, json);
        }
        if (wanted == String.class) {
            return Fields.text(where, json);
        }
        if ((wanted == boolean.class || wanted == Boolean.class) && json instanceof Boolean) {
            return json;
        }
        throw new ModelFormatException(
                where + ": expected a " + wanted.getSimpleName() + ", got " + Fields.describe(json));
    }

    private List<Object> readList(String where, Object json, Type element) throws ModelFormatException {
        if (!(json instanceof List<?> list)) {
            throw new ModelFormatException(where + ": expected a list, got " + Fields.describe(json));
        }
        List<Object> values = new ArrayList<>();
        for (Object each : list) {
            values.add(read(where + "[" + values.size() + "]", each, element));
        }
        return values;
    }

    private Object readNamed(String where, Fields fields, Class<?> wanted) throws ModelFormatException {
        String name = fields.text(TYPE);
        Class<?> type = catalog.find(name);
        if (type == null || !wanted.isAssignableFrom(type)) {
            throw new ModelFormatException(where + ": '" + name + "' is no " + wanted.getSimpleName()
                    + " of the catalog; expected one of " + catalog.namesOf(wanted)
                    + ". Own layers are added with RecordCatalog.with");
        }
        if (type.isEnum()) {
            Object constant = constant(where, fields.text(CONSTANT), type);
            fields.requireNoOthers();
            return constant;
        }
        return readRecord(where, fields, type);
    }

    private Object readRecord(String where, Fields fields, Class<?> type) throws ModelFormatException {
        RecordComponent[] components = type.getRecordComponents();
        Object[] values = new Object[components.length];
        for (int i = 0; i < values.length; i++) {
            String name = components[i].getName();
            values[i] = read(fields.place(name), fields.any(name), components[i].getGenericType());
        }
        fields.requireNoOthers();
        Class<?>[] types =
                Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
        try {
            Constructor<?> canonical = type.getDeclaredConstructor(types);
            canonical.setAccessible(true);
            return canonical.newInstance(values);
        } catch (InvocationTargetException failure) {
            if (failure.getCause() instanceof RuntimeException refused) {
                throw new ModelFormatException(where + ": " + refused.getMessage(), refused);
            }
            throw new IllegalStateException("cannot make a " + type.getName(), failure);
        } catch (ReflectiveOperationException failure) {
            throw new IllegalStateException("cannot make a " + type.getName(), failure);
        }
    }

    private static Object constant(String where, String name, Class<?> type) throws ModelFormatException {
        for (Object constant : type.getEnumConstants()) {
            if (((Enum<?>) constant).name().equals(name)) {
                return constant;
            }
        }
        throw new ModelFormatException(
                where + ": expected one of " + Arrays.toString(type.getEnumConstants()) + ", got '" + name + "'");
    }

    private static Class<?> rawType(Type type) {
        return type instanceof ParameterizedType generic ? (Class<?>) generic.getRawType() : (Class<?>) type;
    }

    private static Type elementOf(Type declared) {
        if (declared instanceof ParameterizedType generic && generic.getRawType() == List.class) {
            return generic.getActualTypeArguments()[0];
        }
        throw new IllegalArgumentException("settings: expected a component declared as List<...>, got " + declared);
    }
}
