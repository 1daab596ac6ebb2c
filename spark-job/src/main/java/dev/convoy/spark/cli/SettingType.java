package dev.convoy.spark.cli;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Turns what stands in a file (string, number, boolean, list) or in an argument (always a string) into the Java type of a setting.
 * Strict where HOCON is lenient: {@code epochs = 2.5} is a mistake, not 2.
 */
enum SettingType {
    TEXT("a text"),
    FLAG("true or false"),
    INT("a whole number"),
    LONG("a whole number"),
    DOUBLE("a number"),
    DOUBLES("a list of numbers such as [0.5, 0.25]"),
    TEXTS("a list of texts such as [a, b]");

    private final String expected;

    SettingType(String expected) {
        this.expected = expected;
    }

    /** For messages: "a whole number". */
    String expected() {
        return expected;
    }

    static SettingType of(Type type) {
        if (type == String.class) {
            return TEXT;
        } else if (type == boolean.class) {
            return FLAG;
        } else if (type == int.class) {
            return INT;
        } else if (type == long.class) {
            return LONG;
        } else if (type == double.class) {
            return DOUBLE;
        } else if (type instanceof ParameterizedType list && list.getActualTypeArguments()[0] == Double.class) {
            return DOUBLES;
        } else if (type instanceof ParameterizedType list && list.getActualTypeArguments()[0] == String.class) {
            return TEXTS;
        }
        throw new IllegalArgumentException("no settings of type " + type);
    }

    /** Empty if the value is not of this type. */
    Optional<Object> convert(Object value) {
        boolean scalar = !(value instanceof List<?>);
        try {
            return switch (this) {
                case TEXT -> scalar ? Optional.of(value.toString()) : Optional.empty();
                case FLAG -> flag(value.toString());
                case INT -> Optional.of(new BigDecimal(value.toString()).intValueExact());
                case LONG -> Optional.of(new BigDecimal(value.toString()).longValueExact());
                case DOUBLE -> Optional.of(number(value));
                case DOUBLES ->
                    Optional.of(
                            elements(value).stream().map(SettingType::number).toList());
                case TEXTS -> texts(elements(value));
            };
        } catch (ArithmeticException | NumberFormatException e) {
            return Optional.empty();
        }
    }

    private static Optional<Object> flag(String text) {
        return switch (text) {
            case "true", "false" -> Optional.of(Boolean.valueOf(text));
            default -> Optional.empty();
        };
    }

    private static Double number(Object value) {
        double number = new BigDecimal(String.valueOf(value).strip()).doubleValue();
        if (Double.isInfinite(number)) {
            throw new NumberFormatException(value + " is more than a double holds");
        }
        return number;
    }

    private static Optional<Object> texts(List<?> elements) {
        return elements.stream().anyMatch(element -> element == null || element instanceof List<?>)
                ? Optional.empty()
                : Optional.of(elements.stream().map(e -> e.toString().strip()).toList());
    }

    /** The elements of a list from a file, or of {@code [0.5, 0.25]}, {@code 0.5,0.25} or {@code []} from an argument. */
    private static List<?> elements(Object value) {
        if (value instanceof List<?> list) {
            return list;
        }
        String text = value.toString().strip();
        if (text.startsWith("[") && text.endsWith("]")) {
            text = text.substring(1, text.length() - 1);
        }
        return text.isBlank() ? List.of() : Arrays.asList(text.split(",", -1));
    }
}
