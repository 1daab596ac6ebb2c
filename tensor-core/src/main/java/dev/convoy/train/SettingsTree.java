package dev.convoy.train;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * A record of records seen as a flat table of settings: a component {@code batchSize} of a record {@code train} is the setting
 * {@code train.batch-size}. The records stay the only list of settings; nothing here knows one by name.
 */
public final class SettingsTree {
    private SettingsTree() {}

    /** One leaf. */
    public record Setting(Type type, Object value) {}

    /** Every leaf under its full name, in the order of the records. */
    public static Map<String, Setting> flatten(Record tree) {
        Map<String, Setting> settings = new LinkedHashMap<>();
        flatten("", tree, settings);
        return settings;
    }

    private static void flatten(String prefix, Record tree, Map<String, Setting> into) {
        for (RecordComponent component : tree.getClass().getRecordComponents()) {
            String key = prefix + kebab(component.getName());
            Object value = read(component, tree);
            if (value instanceof Record group) {
                flatten(key + ".", group, into);
            } else {
                into.put(key, new Setting(component.getGenericType(), value));
            }
        }
    }

    /**
     * The reverse: a record of the given class from values under full names.
     *
     * @throws RuntimeException whatever a record's constructor throws
     */
    public static <R extends Record> R build(Class<R> type, Map<String, Object> values) {
        return build("", type, values);
    }

    private static <R extends Record> R build(String prefix, Class<R> type, Map<String, Object> values) {
        RecordComponent[] components = type.getRecordComponents();
        Class<?>[] types = new Class<?>[components.length];
        Object[] arguments = new Object[components.length];
        for (int i = 0; i < components.length; i++) {
            String key = prefix + kebab(components[i].getName());
            types[i] = components[i].getType();
            Object value =
                    types[i].isRecord() ? build(key + ".", types[i].asSubclass(Record.class), values) : values.get(key);
            if (value == null) {
                throw new IllegalArgumentException("no value for " + key);
            }
            arguments[i] = value;
        }
        try {
            Constructor<R> constructor = type.getDeclaredConstructor(types);
            return constructor.newInstance(arguments);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof RuntimeException refused) {
                throw refused;
            }
            throw new IllegalStateException(e);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Object read(RecordComponent component, Record record) {
        try {
            return component.getAccessor().invoke(record);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String kebab(String camelCase) {
        return camelCase.replaceAll("([a-z0-9])([A-Z])", "$1-$2").toLowerCase(Locale.ROOT);
    }
}
