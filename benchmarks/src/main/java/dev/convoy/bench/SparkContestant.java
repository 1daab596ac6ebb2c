package dev.convoy.bench;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.launcher.JavaModuleOptions;

/** {@link SparkSteps} in a process of its own. */
final class SparkContestant implements AutoCloseable {
    private static final Path PROC = Path.of("/proc");
    private static final double MILLIS_PER_TICK = 10;

    private final Process process;
    private final PrintStream commands;
    private final BufferedReader answers;
    private final String application;

    /**
     * Starts a driver; its executors, if any, find the classes where this process has them.
     *
     * @param tasks that its steps will have; there are as many executors of one core as the most of them
     * @param memory of an executor
     */
    SparkContestant(String name, String master, List<Integer> tasks, String memory, List<String> settings)
            throws IOException {
        int executors = Collections.max(tasks);
        String classPath = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .map(entry -> Path.of(entry).toAbsolutePath().toString())
                .collect(Collectors.joining(File.pathSeparator));
        List<String> command = new ArrayList<>();
        command.add(ProcessHandle.current().info().command().orElse("java"));
        command.addAll(Arrays.asList(JavaModuleOptions.defaultModuleOptionArray()));
        command.addAll(List.of("-Xms3g", "-Xmx3g", "-Dlog4j2.configurationFile=conf/log4j2.properties"));
        if (name.equals("convoy")) {
            command.add("-XX:+UseParallelGC"); // as conf/spark-defaults.conf has it
        }
        command.addAll(List.of("-cp", classPath, SparkSteps.class.getName(), name, master));
        command.add(tasks.stream().map(String::valueOf).collect(Collectors.joining(",")));
        command.add("spark.driver.host=127.0.0.1");
        command.add("spark.driver.bindAddress=127.0.0.1");
        command.add("spark.executor.extraClassPath=" + classPath);
        command.add("spark.executor.cores=1");
        command.add("spark.cores.max=" + executors);
        command.add("spark.executor.memory=" + memory);
        command.addAll(settings);
        process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        commands = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
        answers = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        application = line();
    }

    /** Processor time spent so far by the driver and its executors, in milliseconds; 0 where there is no /proc. */
    double processorMillis() throws IOException {
        double ticks = 0;
        if (Files.isDirectory(PROC)) {
            try (Stream<Path> processes = Files.list(PROC)) {
                for (Path candidate : processes.filter(this::isOurs).toList()) {
                    String stat = Files.readString(candidate.resolve("stat"));
                    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
                    ticks += Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
                }
            }
        }
        return ticks * MILLIS_PER_TICK;
    }

    private boolean isOurs(Path candidate) {
        try {
            return candidate.endsWith("" + process.pid())
                    || Files.readString(candidate.resolve("cmdline"), StandardCharsets.ISO_8859_1)
                            .contains("--app-id\0" + application + "\0");
        } catch (IOException e) {
            return false; // not a process, or one that has just ended
        }
    }

    /** Makes steps; their phases in milliseconds, one row per step. */
    List<double[]> steps(int tasks, int parameters, int steps) throws IOException {
        commands.println(tasks + " " + parameters + " " + steps);
        List<double[]> rows = new ArrayList<>();
        for (String line = line(); !line.isEmpty(); line = line()) {
            rows.add(Arrays.stream(line.split(" ", -1))
                    .mapToDouble(Double::parseDouble)
                    .toArray());
        }
        return rows;
    }

    private String line() throws IOException {
        String line = answers.readLine();
        if (line == null) {
            throw new IOException("a contestant ended early; its messages are above");
        }
        return line;
    }

    @Override
    public void close() {
        commands.close();
        process.onExit().join();
    }
}
