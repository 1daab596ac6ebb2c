package dev.convoy.spark.cli;

import dev.convoy.train.RunConfig;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code convoy train}: trains a network and writes the model. */
@Command(name = "train", mixinStandardHelpOptions = true, description = "Trains a network on a Spark cluster.")
final class TrainCommand implements Callable<Integer> {
    @Mixin
    private final SettingsOptions settings = new SettingsOptions();

    private final Streams streams;

    TrainCommand(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() {
        RunConfig config = settings.over(RunConfig.defaults());
        streams.out().println(config);
        return ExitCode.OK.code();
    }
}
