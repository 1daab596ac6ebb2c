package dev.convoy.spark.cli;

import dev.convoy.nn.Network;
import dev.convoy.nn.model.ModelZoo;
import dev.convoy.spark.report.NetworkTable;
import dev.convoy.train.RunConfig;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code convoy describe}: a network as a table, without any data or cluster. */
@Command(
        name = "describe",
        description = "Prints a network's layers, shapes, parameters and multiply-adds.",
        mixinStandardHelpOptions = true)
final class DescribeCommand implements Callable<Integer> {
    @Option(
            names = "--image",
            paramLabel = "HxWxC",
            defaultValue = "28x28x1",
            description = "height, width and channels of the images (default: ${DEFAULT-VALUE})")
    private String image = "";

    @Mixin
    private final SettingsOptions settings = new SettingsOptions();

    private final Streams streams;

    DescribeCommand(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() {
        RunConfig config = settings.over(RunConfig.defaults());
        streams.out().print(NetworkTable.of(network(config)));
        streams.out().flush();
        return ExitCode.OK.code();
    }

    private Network network(RunConfig config) {
        try {
            return ModelZoo.build(
                    config.model().name(),
                    ImageShape.parse(image),
                    config.data().classes());
        } catch (IllegalArgumentException e) {
            throw new CommandException(ExitCode.MODEL_MISFIT, "--image " + image + ": " + e.getMessage(), e);
        }
    }
}
