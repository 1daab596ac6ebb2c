package dev.convoy.spark.train;

import dev.convoy.data.ImageBlock;
import dev.convoy.tensor.Tensor;
import dev.convoy.train.RunConfig;
import dev.convoy.train.TrainingListener;
import dev.convoy.train.TrainingState;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * Sees every forward pass of the network {@code watched} that a task of its Spark context makes, in whatever process, and decides what
 * becomes of it: the pass waits for the answer. So a test injects any failure in the middle of a step, exactly as often as it wants, in
 * a lambda of its own; and it knows which samples were used. Outside tasks, as in the local trainer, nothing is watched.
 */
public final class Watcher implements AutoCloseable {
    private static final String PORT = "convoy.test.watcher";
    static final String STEP = "convoy.test.step";

    /** What a pass does next. */
    public enum Answer {
        GO_ON,
        THROW,
        /** {@code Runtime.halt}: the process ends at once. */
        HALT,
        /** The first sample of the pass becomes not a number. */
        NOT_A_NUMBER
    }

    /** Decides; called on a thread for each pass, which may wait. */
    @FunctionalInterface
    public interface Decision {
        Answer of(Seen pass) throws Exception;
    }

    /**
     * A forward pass.
     *
     * @param step of the run, counted from 0; an evaluation has that of the step that would follow
     * @param training or evaluation
     * @param process id of the executor's process
     * @param attempt of the task within its stage's attempt, from 0
     * @param task unique among all attempts of the application
     * @param ids of the samples, as {@link #numbered} wrote them into the pictures
     */
    public record Seen(
            long step,
            boolean training,
            String executor,
            long process,
            int stage,
            int stageAttempt,
            int partition,
            int attempt,
            long task,
            long[] ids)
            implements Serializable {}

    private final JavaSparkContext spark;
    private final ServerSocket server;
    private final Decision decision;
    private final Queue<Seen> seen = new ConcurrentLinkedQueue<>();
    private final Queue<Throwable> mistakes = new ConcurrentLinkedQueue<>();

    private Watcher(JavaSparkContext spark, ServerSocket server, Decision decision) {
        this.spark = spark;
        this.server = server;
        this.decision = decision;
    }

    /** Watches the jobs that this thread starts from now on. */
    public static Watcher watch(JavaSparkContext spark, Decision decision) throws IOException {
        ServerSocket server = new ServerSocket(0, 1000, InetAddress.getLoopbackAddress());
        Watcher watcher = new Watcher(spark, server, decision);
        spark.setLocalProperty(PORT, Integer.toString(server.getLocalPort()));
        spark.setLocalProperty(STEP, "-1");
        Thread accepting = new Thread(watcher::accept, "watcher");
        accepting.setDaemon(true);
        accepting.start();
        return watcher;
    }

    /** Tells the passes which step it is; a run that is watched has it among its listeners. */
    public static TrainingListener stepsOf(JavaSparkContext spark) {
        return new TrainingListener() {
            @Override
            public void started(RunConfig config, long samples, long taken, long steps, int stepsPerEpoch) {
                spark.setLocalProperty(STEP, Long.toString(taken));
            }

            @Override
            public void betweenSteps(TrainingState state) {
                spark.setLocalProperty(STEP, Long.toString(state.step()));
            }
        };
    }

    /** Every pass so far, those that failed or came to nothing included. */
    public List<Seen> seen() {
        return List.copyOf(seen);
    }

    /** Decisions that failed; their passes fail too. */
    public List<Throwable> mistakes() {
        return List.copyOf(mistakes);
    }

    /** The pictures with the number of each in its first two pixels; fewer than 65,536. */
    public static ImageBlock numbered(ImageBlock block) {
        byte[] pixels = block.pixels().clone();
        for (int i = 0; i < block.count(); i++) {
            pixels[i * block.image().size()] = (byte) (i >> 8);
            pixels[i * block.image().size() + 1] = (byte) i;
        }
        return new ImageBlock(block.image(), pixels, block.labels(), block.ids());
    }

    @Override
    public void close() throws IOException {
        spark.setLocalProperty(PORT, null);
        server.close();
    }

    private void accept() {
        while (true) {
            try {
                Socket socket = server.accept();
                Thread answering = new Thread(() -> answer(socket), "watcher's answer");
                answering.setDaemon(true);
                answering.start();
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void answer(Socket socket) {
        try (socket;
                ObjectInputStream in = new ObjectInputStream(socket.getInputStream());
                ObjectOutputStream out = new ObjectOutputStream(socket.getOutputStream())) {
            Seen pass = (Seen) in.readObject();
            seen.add(pass);
            out.writeObject(decide(pass));
        } catch (IOException killed) {
            // a process that has ended hears no answer
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
    }

    private Answer decide(Seen pass) {
        try {
            return decision.of(pass);
        } catch (Exception | AssertionError e) {
            mistakes.add(e);
            return Answer.THROW;
        }
    }

    /** The pass's side: what the watched layer calls. */
    static void pass(boolean training, Tensor images) {
        TaskContext task = TaskContext.get();
        String port = task == null ? null : task.getLocalProperty(PORT);
        if (port == null) {
            return;
        }
        Seen seen = new Seen(
                Long.parseLong(task.getLocalProperty(STEP)),
                training,
                SparkEnv.get().executorId(),
                ProcessHandle.current().pid(),
                task.stageId(),
                task.stageAttemptNumber(),
                task.partitionId(),
                task.attemptNumber(),
                task.taskAttemptId(),
                ids(images));
        switch (ask(seen, Integer.parseInt(port))) {
            case GO_ON -> {}
            case THROW -> throw new IllegalStateException("a failure that the test wants");
            case HALT -> Runtime.getRuntime().halt(137);
            case NOT_A_NUMBER ->
                Arrays.fill(
                        images.array(),
                        images.offset(),
                        images.offset() + images.size() / images.shape().extent(0),
                        Float.NaN);
        }
    }

    private static Answer ask(Seen seen, int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
                ObjectOutputStream out = new ObjectOutputStream(socket.getOutputStream())) {
            out.writeObject(seen);
            out.flush();
            return (Answer) new ObjectInputStream(socket.getInputStream()).readObject();
        } catch (IOException e) {
            throw new UncheckedIOException("the watcher gave no answer", e);
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Of pictures that were numbered and normalised with mean 0 and deviation 1. */
    private static long[] ids(Tensor images) {
        int size = images.size() / images.shape().extent(0);
        long[] ids = new long[images.shape().extent(0)];
        for (int i = 0; i < ids.length; i++) {
            int high = Math.round(images.get(i * size) * 255);
            int low = Math.round(images.get(i * size + 1) * 255);
            ids[i] = high * 256L + low;
        }
        return ids;
    }
}
