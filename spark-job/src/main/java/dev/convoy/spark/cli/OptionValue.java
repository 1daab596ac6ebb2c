package dev.convoy.spark.cli;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Model.OptionSpec;

/** What is said of an option's value that is not of the option's type, in the words that settings have for it. */
final class OptionValue {
    private static final Set<Class<?>> WHOLE = Set.of(int.class, Integer.class, long.class, Long.class);
    private static final Set<Class<?>> REAL = Set.of(double.class, Double.class);

    private OptionValue() {}

    /** {@code --count: expected a whole number but got 'x'}. */
    static String refusal(OptionSpec option, String given) {
        Class<?> type = option.type();
        List<String> names = type.isEnum()
                ? Arrays.stream(type.getEnumConstants()).map(Object::toString).toList()
                : List.of();
        String expected = type.isEnum()
                ? "one of " + String.join(", ", names)
                : WHOLE.contains(type)
                        ? SettingType.INT.expected()
                        : REAL.contains(type) ? SettingType.DOUBLE.expected() : "a " + option.paramLabel();
        return option.longestName() + ": expected " + expected + " but got '" + given + "'"
                + Suggestion.of(given, names);
    }
}
