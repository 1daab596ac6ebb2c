package dev.convoy.spark.cli;

import dev.convoy.kernel.KernelProvider;
import dev.convoy.kernel.Kernels;
import dev.convoy.spark.checkpoint.ModelStore;
import dev.convoy.train.RunConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.apache.hadoop.conf.Configuration;

/** What can be known to fail before a cluster has worked for hours. */
final class Checks {
    private Checks() {}

    /** The kernels asked for, if this JVM has them; an executor, which Spark starts with the same options, then has them too. */
    static Kernels kernels(RunConfig config) {
        return KernelProvider.named(config.kernels()).kernels();
    }

    /** That a model may be written to the folder; says whether it replaces one. */
    static boolean output(String folder, Configuration hadoop) {
        if (folder.isBlank()) {
            throw new CommandException(ExitCode.INVALID_VALUE, "train.output: expected a folder but got nothing");
        }
        try {
            return ModelStore.requireWritable(folder, hadoop);
        } catch (IOException e) {
            throw notWritten(folder, e);
        }
    }

    /** That a PNG may be written to the file, in a folder that need not be there yet. */
    static void picture(Path file) {
        if (!String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT).endsWith(".png")) {
            throw new CommandException(ExitCode.USAGE, file + ": a PNG is written; give it a name that ends in .png");
        }
        if (Files.isDirectory(file)) {
            throw new CommandException(ExitCode.OUTPUT_NOT_WRITABLE, file + ": this is a folder");
        }
        for (Path folder = file.toAbsolutePath().getParent(); folder != null; folder = folder.getParent()) {
            if (Files.exists(folder) && !Files.isDirectory(folder)) {
                throw new CommandException(
                        ExitCode.OUTPUT_NOT_WRITABLE, file + ": cannot be written: " + folder + " is no folder");
            }
        }
    }

    static CommandException notWritten(String place, IOException cause) {
        String message = String.valueOf(cause.getMessage());
        String reason = message.equals(place) ? cause.getClass().getSimpleName() : message;
        return new CommandException(
                ExitCode.OUTPUT_NOT_WRITABLE,
                reason.contains(place) ? reason : place + ": cannot be written: " + reason,
                cause);
    }
}
