package dev.convoy.spark.cli;

import org.jspecify.annotations.Nullable;

/** A mistake of the user that the command line itself finds; the message is the one line that is shown. */
final class CommandException extends RuntimeException {
    private final ExitCode exitCode;

    CommandException(ExitCode exitCode, String message) {
        this(exitCode, message, null);
    }

    CommandException(ExitCode exitCode, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.exitCode = exitCode;
    }

    ExitCode exitCode() {
        return exitCode;
    }
}
