package dev.convoy.spark;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.spark.launcher.JavaModuleOptions;

/**
 * A real standalone Spark for a test: a master and workers as processes of this machine, over loopback alone, on free ports, without
 * the REST server. {@code LocalSpark.start(cluster.url())} connects. Whatever it started, executors included, has ended when
 * {@link #close()} returns; should a test forget, when its JVM ends.
 */
public final class StandaloneCluster implements AutoCloseable {
    private static final Pattern MASTER_IS_UP = Pattern.compile("Starting Spark master at (spark://\\S+)");
    private static final Pattern WORKER_IS_UP = Pattern.compile("Successfully registered with master (spark://\\S+)");
    private static final long SECONDS_TO_START = 60;

    private final Map<String, String> settings;
    private final int cores;
    private final Path folder;
    private final List<Process> workers = new ArrayList<>();
    private final Thread endsWithTheJvm = new Thread(this::end);
    private final Daemon master;

    /** A daemon of Spark's; its log is drained to a file, where a failure points to. */
    private record Daemon(Process process, CompletableFuture<String> url) {
        String waitForUrl() {
            return url.orTimeout(SECONDS_TO_START, TimeUnit.SECONDS).join();
        }
    }

    private StandaloneCluster(int cores, Map<String, String> settings) throws IOException {
        this.cores = cores;
        this.settings = Map.copyOf(settings);
        this.folder = Files.createTempDirectory("standalone");
        Runtime.getRuntime().addShutdownHook(endsWithTheJvm);
        this.master = launch(MASTER_IS_UP, "127.0.0.1", "org.apache.spark.deploy.master.Master", "--port", "0");
    }

    /** A master and that many workers of one core each, ready when this returns. */
    public static StandaloneCluster start(int workers) throws IOException {
        return start(workers, 1, Map.of());
    }

    /**
     * A master and workers, ready when this returns.
     *
     * @param cores of each worker
     * @param settings of Spark for the master and the workers, such as {@code spark.authenticate}; a secret is theirs alone until the
     *     application is given it too
     */
    public static StandaloneCluster start(int workers, int cores, Map<String, String> settings) throws IOException {
        StandaloneCluster cluster = new StandaloneCluster(cores, settings);
        try {
            cluster.master.waitForUrl();
            for (int worker = 0; worker < workers; worker++) {
                cluster.addWorker();
            }
            return cluster;
        } catch (IOException | RuntimeException e) {
            cluster.close();
            throw e;
        }
    }

    /** {@code spark://127.0.0.1:PORT}. */
    public String url() {
        return master.waitForUrl();
    }

    /** One more worker, registered when this returns. */
    public Process addWorker() throws IOException {
        return addWorker("127.0.0.1");
    }

    /**
     * The same on another address.
     *
     * @param host such as {@code 127.0.0.2}, for Spark another machine: it puts no copy of a task on the one it runs on. Linux listens on
     *     all of {@code 127.0.0.0/8}
     */
    public Process addWorker(String host) throws IOException {
        String number = Integer.toString(workers.size());
        Daemon worker = launch(
                WORKER_IS_UP,
                host,
                "org.apache.spark.deploy.worker.Worker",
                "--cores",
                Integer.toString(cores),
                "--memory",
                "1g",
                "--work-dir",
                folder.resolve("work" + number).toString(),
                url());
        workers.add(worker.process());
        worker.waitForUrl();
        return worker.process();
    }

    /** The workers in the order in which they were started, killed ones included. */
    public List<Process> workers() {
        return List.copyOf(workers);
    }

    /** The executors that live now, of all workers. */
    public List<ProcessHandle> executors() {
        return workers.stream().flatMap(worker -> worker.descendants()).toList();
    }

    /** {@code kill -9} of a worker and of its executors, which have ended when this returns: what a lost machine looks like. */
    public void kill(Process worker) {
        kill(worker.toHandle());
    }

    /** {@code kill -9} of the master. Workers and executors stay. */
    public void killMaster() {
        kill(master.process().toHandle());
    }

    @Override
    public void close() {
        end();
        try {
            Runtime.getRuntime().removeShutdownHook(endsWithTheJvm);
        } catch (IllegalStateException theJvmIsEnding) {
            // then the hook has nothing left to do
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void end() {
        workers.forEach(this::kill);
        if (master != null) {
            killMaster();
        }
    }

    /** Parents first, so that a worker cannot replace an executor meanwhile. */
    private static void kill(ProcessHandle process) {
        List<ProcessHandle> family =
                Stream.concat(Stream.of(process), process.descendants()).toList();
        family.forEach(ProcessHandle::destroyForcibly);
        family.forEach(member -> member.onExit().join());
    }

    private Daemon launch(Pattern isUp, String host, String type, String... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(ProcessHandle.current().info().command().orElse("java"));
        command.add("-Xmx256m");
        command.addAll(List.of(JavaModuleOptions.defaultModuleOptionArray()));
        command.add("-Dspark.master.rest.enabled=false");
        settings.forEach((key, value) -> command.add("-D" + key + "=" + value));
        command.addAll(List.of("-cp", System.getenv("SPARK_HOME") + "/jars/*", type));
        command.addAll(List.of("--host", host, "--webui-port", "0"));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("SPARK_LOCAL_IP", host);
        builder.environment().remove("SPARK_CONF_DIR");
        Path log = Files.createTempFile(folder, type.substring(type.lastIndexOf('.') + 1), ".log");
        Process process = builder.start();
        CompletableFuture<String> url = new CompletableFuture<>();
        Thread drain = new Thread(() -> drain(process, log, isUp, url), "log of " + type);
        drain.setDaemon(true);
        drain.start();
        return new Daemon(process, url);
    }

    /** Copies the log to its end and says when the daemon is up, or that it never will be. */
    private static void drain(Process process, Path log, Pattern isUp, CompletableFuture<String> url) {
        List<String> lines = new ArrayList<>();
        try (BufferedReader reader = process.inputReader();
                Writer writer = Files.newBufferedWriter(log)) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                writer.append(line).append('\n').flush();
                if (!url.isDone()) {
                    lines.add(line);
                    Matcher matcher = isUp.matcher(line);
                    if (matcher.find()) {
                        url.complete(matcher.group(1));
                    }
                }
            }
        } catch (IOException closed) {
            lines.add(closed.toString());
        }
        url.completeExceptionally(new IllegalStateException("ended early:\n" + String.join("\n", lines)));
    }
}
