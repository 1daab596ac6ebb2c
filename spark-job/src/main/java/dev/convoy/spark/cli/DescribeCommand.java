package dev.convoy.spark.cli;

import dev.convoy.nn.Network;
import dev.convoy.nn.model.ModelZoo;
import dev.convoy.spark.report.NetworkTable;
import dev.convoy.tensor.Shape;
import dev.convoy.train.RunConfig;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code convoy describe}: a network as a table, without any data or cluster. */
@Command(
        name = "describe",
        description = "Prints a network's layers, shapes, parameters and multiply-adds.",
        mixinStandardHelpOptions = true)
final class DescribeCommand implements Callable<Integer> {
    private static final Pattern IMAGE = Pattern.compile("([1-9][0-9]{0,4})x([1-9][0-9]{0,4})x([1-9][0-9]{0,4})");

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
        Matcher extents = IMAGE.matcher(image);
        if (!extents.matches()) {
            throw new CommandException(
                    ExitCode.USAGE,
                    "--image: expected height x width x channels such as 28x28x1 but got '" + image + "'");
        }
        streams.out().print(NetworkTable.of(network(config, extents)));
        streams.out().flush();
        return ExitCode.OK.code();
    }

    private Network network(RunConfig config, Matcher extents) {
        try {
            Shape shape = Shape.of(extent(extents, 1), extent(extents, 2), extent(extents, 3));
            return ModelZoo.build(config.model().name(), shape, config.data().classes());
        } catch (IllegalArgumentException e) {
            throw new CommandException(ExitCode.MODEL_MISFIT, "--image " + image + ": " + e.getMessage(), e);
        }
    }

    private static int extent(Matcher extents, int group) {
        return Integer.parseInt(extents.group(group));
    }
}
