package dev.convoy.spark.checkpoint;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import sun.misc.Signal;
import sun.misc.SignalHandler;

/**
 * What the operating system asks of a run. SIGTERM and SIGINT: to end, at the next moment that suits; the second of them ends the process at
 * once, as without this class. SIGUSR1: to write a checkpoint and go on.
 */
final class StopSignals implements AutoCloseable {
    private record Former(Signal signal, SignalHandler handler) {}

    private final AtomicReference<@Nullable String> stop = new AtomicReference<>();
    private final AtomicBoolean save = new AtomicBoolean();
    private final List<Former> former = new ArrayList<>();

    /** @param heard is told of the first signal to end, on a thread of its own */
    StopSignals(Consumer<String> heard) {
        for (String name : List.of("TERM", "INT")) {
            handle(name, signal -> {
                close();
                stop.set("SIG" + signal.getName());
                heard.accept("SIG" + signal.getName());
            });
        }
        handle("USR1", signal -> save.set(true));
    }

    private synchronized void handle(String name, SignalHandler handler) {
        try {
            Signal signal = new Signal(name);
            former.add(new Former(signal, Signal.handle(signal, handler)));
        } catch (IllegalArgumentException e) {
            // This system has no such signal, or the JVM keeps it to itself (-Xrs): then nobody can send it to us.
        }
    }

    /** The signal that asked for an end; null if none did. */
    @Nullable
    String stop() {
        return stop.get();
    }

    /** Whether a checkpoint was asked for since this was last asked. */
    boolean save() {
        return save.getAndSet(false);
    }

    /** Gives the signals back to whoever had them. */
    @Override
    public synchronized void close() {
        former.forEach(entry -> Signal.handle(entry.signal(), entry.handler()));
        former.clear();
    }
}
