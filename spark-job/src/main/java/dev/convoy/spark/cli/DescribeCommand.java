package dev.convoy.spark.cli;

import dev.convoy.kernel.KernelsUnavailableException;
import dev.convoy.nn.LayerSummary;
import dev.convoy.nn.Network;
import dev.convoy.nn.model.ModelZoo;
import dev.convoy.spark.plan.SumTraffic;
import dev.convoy.spark.plan.TaskMemory;
import dev.convoy.spark.report.NetworkTable;
import dev.convoy.train.RunConfig;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code convoy describe}: a network as a table, without any data or cluster. */
@Command(
        name = "describe",
        description = "Prints a network's layers, shapes, parameters, multiply-adds and a training task's memory.",
        mixinStandardHelpOptions = true)
final class DescribeCommand implements Callable<Integer> {
    /** What the kernels need is measured in a real pass; beyond these bounds it would take more than a second or two. */
    private static final long MOST_MULTIPLY_ADDS = 200_000_000;

    private static final int MOST_PARAMETERS = 16_000_000;

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
        Network network = network(config);
        streams.out().print(NetworkTable.of(network));
        streams.out().print(memory(config, network));
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

    /** Of a task that trains on one shard; a network can be described without what a training needs, such as fitting means. */
    private static String memory(RunConfig config, Network network) {
        long multiplyAdds = network.describe().stream()
                .mapToLong(LayerSummary::multiplyAdds)
                .sum();
        boolean large = multiplyAdds > MOST_MULTIPLY_ADDS || network.weights().size() > MOST_PARAMETERS;
        try {
            int shards = config.train().shards();
            SumTraffic sums = SumTraffic.of(shards, shards);
            TaskMemory memory = large
                    ? TaskMemory.withoutKernels(config, network.image(), sums)
                    : TaskMemory.of(config, network.image(), sums);
            return String.format(
                    Locale.ROOT,
                    "activation bytes            %,15d  (with their gradients and the operations' notes)%n"
                            + "gradient bytes of a task    %,15d  (of the weights, and sums that wait for others)%n"
                            + "kernels' buffers, bytes     %s%n"
                            + "message bytes               %,15d%n"
                            + "peak bytes of a task        %,15d  (in training, for one shard's share: %d images at a time%s)%n",
                    memory.activations(),
                    memory.gradients(),
                    large
                            ? String.format("%15s  (tens of MB; convoy plan measures them, in a pass)", "-")
                            : String.format(Locale.ROOT, "%,15d", memory.kernels()),
                    memory.message(),
                    memory.total(),
                    memory.images(),
                    large ? ", without the kernels' buffers" : "");
        } catch (IllegalArgumentException | KernelsUnavailableException e) {
            return notMeasured(e.getMessage());
        } catch (OutOfMemoryError e) { // the weights alone, of which there is one array, may be too many
            return notMeasured("needs a larger heap, as --driver-memory 4g gives it");
        }
    }

    private static String notMeasured(@Nullable String why) {
        return String.format("peak bytes of a task        %15s  (not measured: %s)%n", "-", why);
    }
}
