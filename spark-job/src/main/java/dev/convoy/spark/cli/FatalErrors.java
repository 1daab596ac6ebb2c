package dev.convoy.spark.cli;

import java.io.PrintWriter;
import java.util.regex.Pattern;
import org.apache.spark.util.ShutdownHookManager;

/**
 * Ends the process when an error, such as a full heap, has ended one of its threads. Where that is one of Spark's, such as its scheduler's,
 * the command would wait for it without end: executors watch over their threads in this way, a driver does not.
 *
 * @param debug whether to say also where it happened
 */
record FatalErrors(PrintWriter err, boolean debug) implements Thread.UncaughtExceptionHandler {
    /** Threads of Spark's that everything waits for. */
    private static final Pattern VITAL = Pattern.compile("(dag-scheduler-event-loop|task-result-getter|dispatcher-).*");

    @Override
    public synchronized void uncaughtException(Thread thread, Throwable failure) {
        // An exception ends its thread alone, as without us, and so does a class that some library's thread does not
        // find. What meets
        // an error while the process ends, with all its work done, must not change what it returns.
        if (!isFatal(thread, failure) || ShutdownHookManager.inShutdown()) {
            err.print("Exception in thread \"" + thread.getName() + "\" ");
            failure.printStackTrace(err);
            err.flush();
            return;
        }
        int code = failure instanceof OutOfMemoryError ? ExitCode.OUT_OF_MEMORY.code() : ExitCode.INTERNAL_ERROR.code();
        try {
            code = Convoy.report(failure, debug, err);
        } finally {
            // Not exit: its hooks would stop Spark, which may need the very thread, or the memory, that is not there.
            Runtime.getRuntime().halt(code);
        }
    }

    private static boolean isFatal(Thread thread, Throwable failure) {
        return failure instanceof VirtualMachineError
                || (failure instanceof Error && VITAL.matcher(thread.getName()).matches());
    }
}
