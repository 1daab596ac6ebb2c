package dev.convoy.spark.cli;

import dev.convoy.spark.train.Verification;
import dev.convoy.train.RunConfig;
import dev.convoy.train.SumComparison;
import java.util.concurrent.Callable;
import org.apache.spark.api.java.JavaSparkContext;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code convoy verify}: whether a cluster returns the bits of the local trainer, on the user's own network and data. */
@Command(
        name = "verify",
        description = "Takes the first steps of a training on the cluster and on this machine, and compares every bit.",
        mixinStandardHelpOptions = true)
final class VerifyCommand implements Callable<Integer> {
    @Mixin
    private final SettingsOptions settings = new SettingsOptions();

    @Option(
            names = "--steps",
            paramLabel = "N",
            defaultValue = "3",
            description = "how many steps (default: ${DEFAULT-VALUE})")
    private int steps = 3;

    private final Streams streams;

    VerifyCommand(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() {
        if (steps < 1) {
            throw new CommandException(ExitCode.USAGE, "--steps: expected at least 1 but got " + steps);
        }
        RunConfig config = settings.over(RunConfig.defaults());
        Checks.kernels(config);
        try (JavaSparkContext spark = Cluster.connect("verify", streams)) {
            report(Verification.of(spark, config, steps, this::print));
            return ExitCode.OK.code();
        }
    }

    /** @throws CommandException if anything differs */
    void report(Verification verification) {
        streams.out().println("local   one thread, " + verification.local());
        verification.cluster().forEach(line -> streams.out().println("cluster " + line));
        streams.out().println("weights sha256 " + verification.weightsSha256());
        verification.differences().forEach(line -> streams.out().println("differs " + line));
        if (!verification.differences().isEmpty()) {
            throw new CommandException(
                    ExitCode.VERIFY_FAILED,
                    "the cluster does not return the bits of this machine; "
                            + verification.differences().get(0)
                            + ". Do all machines read the same data.path and run the same jars?");
        }
        streams.out().println("every bit agrees");
    }

    private void print(int step, SumComparison sum) {
        streams.out()
                .println("step " + step + "  sha256 " + sum.expectedSha256()
                        + (sum.isEqual() ? "  equal" : "  but on the cluster " + sum.actualSha256()));
        streams.out().flush();
    }
}
