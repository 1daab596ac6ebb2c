package dev.convoy.spark.train;

import dev.convoy.spark.block.BlockAddress;
import dev.convoy.spark.block.Blocks;
import dev.convoy.train.GradientSum;
import dev.convoy.train.TreeSum;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.apache.spark.TaskContext;
import org.apache.spark.rdd.RDD;

/**
 * A job whose tasks leave their sums with their executors as {@link Blocks}, one for each node of the tree; the driver fetches them as
 * tasks end, a few at a time. Tasks whose sums are gone before they were fetched, with their executor, run again.
 */
final class SumBlocks<T> {
    /** Partitions whose sums are fetched at a time; Spark reads as many results. */
    static final int AT_A_TIME = 4;

    private static final ExecutorService FETCHERS = Executors.newFixedThreadPool(AT_A_TIME, work -> {
        Thread thread = new Thread(work, "convoy-sums");
        thread.setDaemon(true);
        return thread;
    });

    /** On an executor: the blocks it left, and for which step. */
    private static final Map<String, Long> LEFT = new ConcurrentHashMap<>();

    private final RDD<T> partitions;
    private final StepJob.Work<T, TreeSum> work;
    private final int shards;
    private final Consumer<TreeSum> arrived;
    private final ResultLimit limit;
    private final Queue<Integer> lost = new ConcurrentLinkedQueue<>();
    private volatile Throwable why = new IllegalStateException();

    /** @param arrived gets each partition's sum once, one at a time */
    SumBlocks(RDD<T> partitions, StepJob.Work<T, TreeSum> work, int shards, Consumer<TreeSum> arrived) {
        this.partitions = partitions;
        this.work = work;
        this.shards = shards;
        this.arrived = arrived;
        this.limit = new ResultLimit(partitions.conf());
    }

    /** Runs the job to its end. */
    void run() {
        int attempts = partitions.conf().getInt("spark.task.maxFailures", 4);
        List<Integer> wanted = StepJob.all(partitions);
        for (int attempt = 1; !wanted.isEmpty(); attempt++) {
            if (attempt > attempts) {
                throw new IllegalStateException(
                        "sums were lost " + attempts
                                + " times before the driver had them (spark.task.maxFailures): partitions " + wanted
                                + "; see the executors' logs",
                        why);
            }
            run(wanted);
            wanted = lost.stream().sorted().toList();
            lost.clear();
        }
    }

    private void run(List<Integer> wanted) {
        long step = Blocks.newId();
        int all = shards;
        StepJob.Work<T, TreeSum> sum = work; // closures must not take this object along
        List<CompletableFuture<Void>> fetches = new ArrayList<>();
        StepJob.run(
                partitions,
                wanted,
                BlockAddress[].class,
                (task, partition) -> leave(step, task, sum.of(task, partition), all),
                (partition, left) -> {
                    if (limit.allows(left)) {
                        fetches.add(CompletableFuture.runAsync(() -> fetch(partition, left), FETCHERS));
                    }
                });
        CompletableFuture.allOf(fetches.toArray(CompletableFuture[]::new)).join();
        limit.check();
    }

    private void fetch(int partition, BlockAddress[] left) {
        TreeSum whole = new TreeSum(shards);
        try {
            List<CompletableFuture<TreeSum>> nodes = new ArrayList<>();
            for (BlockAddress node : left) {
                nodes.add(Blocks.fetch(node));
            }
            nodes.forEach(node -> whole.merge(node.join()));
        } catch (RuntimeException e) {
            why = e;
            lost.add(partition);
            return;
        }
        synchronized (this) {
            arrived.accept(whole);
        }
    }

    private static BlockAddress[] leave(long step, TaskContext task, TreeSum sum, int shards) {
        LEFT.forEach((name, itsStep) -> {
            if (itsStep < step && LEFT.remove(name) != null) {
                Blocks.remove(name);
            }
        });
        List<BlockAddress> left = new ArrayList<>();
        sum.nodes().forEach((node, gradient) -> {
            BlockAddress address = Blocks.put(
                    step,
                    "sum" + task.taskAttemptId() + "_" + left.size(),
                    new TreeSum(shards).put(node, gradient),
                    bytes(gradient));
            LEFT.put(address.name(), step);
            left.add(address);
        });
        return left.toArray(BlockAddress[]::new);
    }

    private static long bytes(GradientSum sum) {
        float[] gradient = sum.gradient();
        float[] buffers = sum.bufferSums();
        return gradient == null || buffers == null ? 0 : Float.BYTES * ((long) gradient.length + buffers.length);
    }
}
