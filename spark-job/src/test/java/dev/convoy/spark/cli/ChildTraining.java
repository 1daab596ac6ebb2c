package dev.convoy.spark.cli;

import dev.convoy.spark.SmallMnist;
import dev.convoy.train.LocalTrainer;
import dev.convoy.train.RunConfig;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * {@code convoy train} in a JVM of its own, that may be killed: a small network with everything that can be remembered between
 * steps, a checkpoint after each.
 */
final class ChildTraining {
    static final int STEPS_PER_EPOCH = 10;
    private static final long DEADLINE = TimeUnit.MINUTES.toNanos(3);

    private final Path folder;
    private final Path checkpoints;
    private final int epochs;
    private final Map<String, String> properties = new LinkedHashMap<>();
    private int started;
    private Process process;

    /** Writes the data into the folder. */
    ChildTraining(Path folder, int epochs) throws IOException {
        this.folder = folder;
        this.epochs = epochs;
        this.checkpoints = folder.resolve("checkpoints");
        SmallMnist.write(folder, 40, 10);
    }

    private List<String> settings() {
        return List.of(
                "data.path=" + folder,
                "model.name=mlp",
                "kernels=scalar",
                "train.epochs=" + epochs,
                "train.batch-size=4",
                "train.shards=3",
                "train.evaluate-every=1",
                "train.output=" + folder.resolve("model"),
                "optimizer.name=adamw",
                "optimizer.average=0.9",
                "optimizer.lookahead=3",
                "schedule.name=plateau",
                "schedule.rate=0.001",
                "schedule.patience=1",
                "early-stopping.patience=1000",
                "checkpoint.path=" + checkpoints,
                "checkpoint.every-steps=1");
    }

    /** What one undisturbed thread makes of the same settings and data. */
    String expectedWeights() throws IOException {
        RunConfig config = Settings.load(RunConfig.defaults(), List.of(), settings());
        return LocalTrainer.train(
                        config,
                        SmallMnist.sample("train").slice(0, 40),
                        SmallMnist.sample("t10k").slice(0, 10),
                        List.of())
                .weightsSha256();
    }

    /** A property of the JVMs that are started from now on, among them Spark's. */
    ChildTraining with(String property, String value) {
        properties.put(property, value);
        return this;
    }

    /** @param more settings, which win */
    void start(String master, String... more) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(argument ->
                        argument.startsWith("--add") || argument.startsWith("-D") && argument.contains("netty"))
                .forEach(command::add);
        String classPath = System.getProperty("java.class.path");
        command.addAll(List.of("-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp", classPath));
        for (String setting : List.of(
                "spark.master=" + master,
                "spark.ui.enabled=false",
                "spark.driver.host=127.0.0.1",
                "spark.driver.bindAddress=127.0.0.1",
                "spark.executor.memory=512m",
                "spark.executor.extraClassPath=" + classPath)) {
            command.add("-D" + setting);
        }
        properties.forEach((property, value) -> command.add("-D" + property + "=" + value));
        command.addAll(List.of(Convoy.class.getName(), "train", "--resume", "auto"));
        command.addAll(settings());
        command.addAll(List.of(more));
        started++;
        process = new ProcessBuilder(command)
                .redirectOutput(folder.resolve("out" + started).toFile())
                .redirectError(folder.resolve("err" + started).toFile())
                .start();
    }

    /** Looks again and again until the condition holds, which has to happen while the process runs. */
    void await(String what, BooleanSupplier condition) throws IOException, InterruptedException {
        long began = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (!process.isAlive() || System.nanoTime() - began > DEADLINE) {
                throw new AssertionError("waited for " + what + "; the run "
                        + (process.isAlive() ? "goes on" : "has ended") + " and said: " + err());
            }
        }
    }

    /** SIGKILL, which nobody can refuse; executors of its own are not left behind. */
    void kill() {
        List<ProcessHandle> executors = process.descendants().toList();
        process.destroyForcibly().onExit().join();
        executors.forEach(ProcessHandle::destroyForcibly);
        executors.forEach(executor -> executor.onExit().join());
    }

    Process process() {
        return process;
    }

    /** The exit code, once the process has ended by itself. */
    int end() throws InterruptedException {
        if (!process.waitFor(DEADLINE, TimeUnit.NANOSECONDS)) {
            kill();
        }
        return process.exitValue();
    }

    String out() throws IOException {
        return Files.readString(folder.resolve("out" + started));
    }

    String err() throws IOException {
        return Files.readString(folder.resolve("err" + started));
    }

    boolean said(String words) {
        try {
            return err().contains(words);
        } catch (IOException e) {
            return false;
        }
    }

    /** The step of the newest checkpoint; 0 if there is none. */
    long newest() {
        return names().stream()
                .filter(name -> name.startsWith("step-"))
                .mapToLong(name -> Long.parseLong(name.substring(5)))
                .max()
                .orElse(0);
    }

    /** Whether a checkpoint is just being written, and has come to this file. */
    boolean isWriting(String file) {
        return names().stream()
                .anyMatch(name -> name.endsWith(".new")
                        && Files.exists(checkpoints.resolve(name).resolve(file)));
    }

    List<String> names() {
        try (Stream<Path> all = Files.list(checkpoints)) {
            return all.map(path -> path.getFileName().toString()).sorted().toList();
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
