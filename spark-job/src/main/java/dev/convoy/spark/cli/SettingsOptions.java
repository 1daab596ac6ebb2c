package dev.convoy.spark.cli;

import dev.convoy.train.RunConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Where settings come from, the same for every command. */
final class SettingsOptions {
    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "settings in HOCON, over the defaults; may be repeated, the later file wins")
    private List<Path> files = new ArrayList<>();

    @Parameters(
            paramLabel = "KEY=VALUE",
            arity = "0..*",
            description = "settings, over those of the files, such as train.epochs=3")
    private List<String> assignments = new ArrayList<>();

    RunConfig over(RunConfig defaults) {
        return Settings.load(defaults, files, assignments);
    }
}
