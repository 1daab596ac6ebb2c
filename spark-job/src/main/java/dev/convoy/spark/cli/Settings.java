package dev.convoy.spark.cli;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import dev.convoy.train.InvalidSettingException;
import dev.convoy.train.RunConfig;
import dev.convoy.train.SettingsTree;
import dev.convoy.train.SettingsTree.Setting;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a run: defaults, then HOCON files in the order given, then {@code key=value} arguments; the later wins. Only
 * settings that the defaults have exist, and each keeps its default's type.
 */
final class Settings {
    private static final String COMMAND_LINE = "command line";

    private final Map<String, Setting> known;
    private final Map<String, Object> values = new LinkedHashMap<>();
    private final Map<String, String> origins = new LinkedHashMap<>();

    private Settings(RunConfig defaults) {
        known = SettingsTree.flatten(defaults);
        known.forEach((key, setting) -> values.put(key, setting.value()));
    }

    /**
     * @param defaults what holds where nothing else is said: {@link RunConfig#defaults()}, or the settings a model was trained with
     * @param assignments {@code key=value}
     * @throws CommandException for a file that cannot be read, a key that does not exist, or a value that cannot be used
     */
    static RunConfig load(RunConfig defaults, List<Path> files, List<String> assignments) {
        Settings settings = new Settings(defaults);
        files.forEach(settings::readFile);
        assignments.forEach(settings::assign);
        return settings.build();
    }

    private void readFile(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new CommandException(ExitCode.CONFIG_UNREADABLE, file + ": no such configuration file");
        }
        Config config;
        try {
            config = ConfigFactory.parseFile(
                            file.toFile(), ConfigParseOptions.defaults().setAllowMissing(false))
                    .resolve();
        } catch (ConfigException e) {
            throw new CommandException(
                    ExitCode.CONFIG_UNREADABLE, place(e.origin(), file) + ": not valid HOCON: " + reason(e), e);
        }
        // An empty object or a null has no entry; both say nothing.
        for (Map.Entry<String, ConfigValue> entry : config.entrySet()) {
            String key = String.join(".", ConfigUtil.splitPath(entry.getKey()));
            set(key, entry.getValue().unwrapped(), place(entry.getValue().origin(), file));
        }
        config.root().forEach((key, value) -> refuseEmptyGroup(key, value, file));
    }

    /** {@code trian {}} has no entries, but it is as wrong as {@code trian.epochs = 1}. */
    private void refuseEmptyGroup(String key, ConfigValue value, Path file) {
        if (value.valueType() == ConfigValueType.OBJECT
                && known.keySet().stream().noneMatch(k -> k.startsWith(key + "."))) {
            throw unknown(key, place(value.origin(), file));
        }
    }

    private void assign(String assignment) {
        int equals = assignment.indexOf('=');
        if (equals <= 0) {
            throw new CommandException(
                    ExitCode.USAGE,
                    "expected key=value but got '" + assignment + "'"
                            + (Files.isRegularFile(Path.of(assignment))
                                    ? "; a file of settings is given by --config"
                                    : ""));
        }
        set(assignment.substring(0, equals).strip(), assignment.substring(equals + 1), COMMAND_LINE);
    }

    private void set(String key, Object value, String origin) {
        Setting setting = known.get(key);
        if (setting == null) {
            throw unknown(key, origin);
        }
        SettingType type = SettingType.of(setting.type());
        Object converted = type.convert(value)
                .orElseThrow(() -> new CommandException(
                        ExitCode.INVALID_VALUE,
                        origin + ": "
                                + new InvalidSettingException(key, type.expected(), "'" + value + "'").getMessage()));
        values.put(key, converted);
        origins.put(key, origin);
    }

    private CommandException unknown(String key, String origin) {
        List<String> group =
                known.keySet().stream().filter(k -> k.startsWith(key + ".")).toList();
        String hint =
                group.isEmpty() ? Suggestion.of(key, known.keySet()) : "; it is a group: " + String.join(", ", group);
        return new CommandException(ExitCode.UNKNOWN_KEY, origin + ": unknown setting '" + key + "'" + hint);
    }

    private RunConfig build() {
        try {
            return SettingsTree.build(RunConfig.class, values);
        } catch (InvalidSettingException e) {
            String message = String.valueOf(e.getMessage());
            String key = message.substring(0, Math.max(0, message.indexOf(':')));
            String origin = origins.get(key);
            throw new CommandException(
                    ExitCode.INVALID_VALUE,
                    (origin == null ? "" : origin + ": ") + message + suggestion(key, message),
                    e);
        }
    }

    /** Where a message lists the names that would do, the nearest of them. */
    private String suggestion(String key, String message) {
        if (!(values.get(key) instanceof String given) || given.isEmpty()) {
            return "";
        }
        int expected = message.indexOf("expected ");
        int got = message.lastIndexOf(" but got ");
        if (expected < 0 || got < expected) {
            return "";
        }
        return Suggestion.of(given, List.of(message.substring(expected + 9, got).split("[^a-z0-9-]+", -1)));
    }

    /** {@code conf/lenet.conf:3}, relative to the current directory where it can be. */
    private static String place(@Nullable ConfigOrigin origin, Path file) {
        if (origin == null || origin.filename() == null) {
            return file.toString();
        }
        Path here = Path.of("").toAbsolutePath();
        Path named = Path.of(origin.filename()).toAbsolutePath();
        String name = (named.startsWith(here) ? here.relativize(named) : named).toString();
        return origin.lineNumber() > 0 ? name + ":" + origin.lineNumber() : name;
    }

    /** The parser's message without the place, which we state ourselves, and on one line. */
    private static String reason(ConfigException e) {
        String message = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
        ConfigOrigin origin = e.origin();
        String prefix = origin == null ? "" : origin.description() + ": ";
        return message.startsWith(prefix) ? message.substring(prefix.length()) : message;
    }
}
