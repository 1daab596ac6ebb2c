package dev.convoy.spark.train;

import dev.convoy.spark.block.BlockAddress;
import dev.convoy.spark.block.Blocks;
import dev.convoy.spark.block.LostBlockException;
import dev.convoy.spark.guard.ClusterException;
import dev.convoy.spark.guard.ClusterException.Problem;
import dev.convoy.train.TreeSum;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.spark.TaskContext;
import org.apache.spark.rdd.RDD;
import org.jspecify.annotations.Nullable;

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
    private final Queue<Integer> lost = new ConcurrentLinkedQueue<>();
    private volatile @Nullable LostBlockException why;
    private volatile boolean over;

    /** @param arrived gets each partition's sum once, one at a time */
    SumBlocks(RDD<T> partitions, StepJob.Work<T, TreeSum> work, int shards, Consumer<TreeSum> arrived) {
        this.partitions = partitions;
        this.work = work;
        this.shards = shards;
        this.arrived = arrived;
    }

    /**
     * Runs the job to its end.
     *
     * @throws ClusterException if sums are lost as often as Spark lets a task fail
     */
    void run() {
        int attempts = partitions.conf().getInt("spark.task.maxFailures", 4);
        List<Integer> wanted = StepJob.all(partitions);
        try {
            for (int attempt = 1; !wanted.isEmpty(); attempt++) {
                if (attempt > attempts) {
                    throw new ClusterException(
                            Problem.FAILED,
                            "the sums of partitions " + wanted + " were lost " + attempts
                                    + " times before the driver had them (spark.task.maxFailures); the executors' logs say"
                                    + " why they ended or could not be reached",
                            why);
                }
                run(wanted);
                wanted = lost.stream().sorted().toList();
                lost.clear();
            }
        } finally {
            over = true;
        }
    }

    private void run(List<Integer> wanted) {
        long step = Blocks.newId();
        int all = shards;
        StepJob.Work<T, TreeSum> sum = work; // closures must not take this object along
        ResultLimit limit = new ResultLimit(partitions.conf());
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
        try {
            await(fetches);
        } catch (CompletionException e) {
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw e;
        }
        limit.check();
    }

    private void fetch(int partition, BlockAddress[] left) {
        if (over) { // the job has failed
            return;
        }
        List<CompletableFuture<TreeSum>> nodes =
                Stream.of(left).map(Blocks::<TreeSum>fetch).toList();
        try {
            await(nodes);
        } catch (CompletionException e) {
            if (e.getCause() instanceof LostBlockException gone) {
                why = gone;
                lost.add(partition);
                return;
            }
            throw e;
        }
        TreeSum whole = new TreeSum(shards);
        nodes.forEach(node -> whole.merge(node.join()));
        synchronized (this) {
            arrived.accept(whole);
        }
    }

    private static void await(List<? extends CompletableFuture<?>> all) {
        CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).join();
    }

    private static BlockAddress[] leave(long step, TaskContext task, TreeSum sum, int shards) {
        LEFT.forEach((name, itsStep) -> {
            if (itsStep < step) {
                Blocks.remove(name);
                LEFT.remove(name);
            }
        });
        List<BlockAddress> left = new ArrayList<>();
        sum.nodes().forEach((node, gradient) -> {
            String part = "sum" + task.taskAttemptId() + "_" + left.size();
            BlockAddress address = Blocks.put(step, part, new TreeSum(shards).put(node, gradient));
            LEFT.put(address.name(), step);
            left.add(address);
        });
        return left.toArray(BlockAddress[]::new);
    }
}
