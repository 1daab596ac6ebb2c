package dev.convoy.spark.cli;

import dev.convoy.train.RunConfig;
import picocli.CommandLine.Option;

/** What a command demands of the kernels, on the driver and on every executor. */
final class KernelOptions {
    @Option(
            names = "--require-vector",
            description = "fail, instead of warning, where the fast kernels cannot be had; the same as kernels=vector")
    private boolean requireVector;

    RunConfig over(RunConfig config) {
        if (!requireVector) {
            return config;
        }
        if (config.kernels().equals("scalar")) {
            throw new CommandException(
                    ExitCode.INVALID_VALUE, "kernels: expected auto or vector with --require-vector but got 'scalar'");
        }
        return config.with("kernels", "vector");
    }
}
