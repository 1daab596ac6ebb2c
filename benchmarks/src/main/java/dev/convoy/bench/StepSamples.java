package dev.convoy.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordingFile;

/**
 * Looks every ten milliseconds at what the thread that made it is doing, without waiting for a safepoint: the JVM's own flight
 * recorder. Only what is neither in the kernels nor in the benchmark or the optimizer counts.
 */
final class StepSamples implements AutoCloseable {
    private static final String SAMPLE = "jdk.ExecutionSample";
    private static final String ENGINE = "dev.convoy.";
    private static final String GRADIENT = "dev.convoy.train.ShardTask";

    private final Recording recording = new Recording();
    private final long thread = Thread.currentThread().getId();

    void start() {
        recording.enable(SAMPLE).withPeriod(Duration.ofMillis(10));
        recording.start();
    }

    /** The share of each method among the samples so far, by class and method. */
    Map<String, Double> shares() throws IOException {
        recording.stop();
        Path file = Files.createTempFile("step", ".jfr");
        try {
            recording.dump(file);
            Map<String, Double> counts = new LinkedHashMap<>();
            for (RecordedEvent event : RecordingFile.readAllEvents(file)) {
                if (event.getEventType().getName().equals(SAMPLE)
                        && event.getThread("sampledThread").getJavaThreadId() == thread) {
                    String method = method(event);
                    if (!method.isEmpty()) {
                        counts.merge(method, 1.0, Double::sum);
                    }
                }
            }
            double all = counts.values().stream().mapToDouble(count -> count).sum();
            counts.replaceAll((method, count) -> count / all);
            return counts;
        } finally {
            Files.delete(file);
        }
    }

    /** The innermost method of the engine, or nothing for a sample that does not count. */
    private static String method(RecordedEvent event) {
        if (event.getStackTrace() == null) {
            return "";
        }
        String innermost = "";
        boolean gradient = false;
        for (RecordedFrame frame : event.getStackTrace().getFrames()) {
            String type = frame.getMethod().getType().getName();
            if (type.equals(WatchedKernels.class.getName())) {
                return "";
            }
            gradient |= type.equals(GRADIENT);
            if (innermost.isEmpty() && type.startsWith(ENGINE)) {
                innermost = type.substring(ENGINE.length()) + "."
                        + frame.getMethod().getName();
            }
        }
        return gradient ? innermost : "";
    }

    @Override
    public void close() {
        recording.close();
    }
}
