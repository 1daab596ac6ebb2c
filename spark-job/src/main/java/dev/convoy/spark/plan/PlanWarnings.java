package dev.convoy.spark.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What speaks against a plan, each in one line that says what to do. */
public final class PlanWarnings {
    /** Fewer samples make poor statistics of batch normalisation. */
    private static final int LEAST_FOR_BATCH_NORM = 16;
    /** Of the envelope around a task's result. */
    private static final long RESULT_OVERHEAD = 4096;

    private static final long MIB = 1L << 20;

    private final List<String> lines = new ArrayList<>();

    private PlanWarnings() {}

    /** In the order of their weight: what fails, what is slow, what learns badly. */
    public static List<String> of(TrainingPlan plan, SparkMemory memory) {
        PlanWarnings warnings = new PlanWarnings();
        warnings.resultSize(plan, memory);
        warnings.taskMemory(plan, memory);
        warnings.cache(plan, memory);
        warnings.oneIsFaster(plan);
        warnings.localIsFaster(plan);
        warnings.idleCores(plan);
        warnings.emptyShards(plan);
        warnings.smallShares(plan);
        return List.copyOf(warnings.lines);
    }

    private void resultSize(TrainingPlan plan, SparkMemory memory) {
        long messages =
                plan.sums().groups() == 0 ? plan.sums().tasks() : plan.sums().groups();
        long needed = plan.resultBytes() + messages * RESULT_OVERHEAD;
        if (memory.maxResultSize() > 0 && needed > memory.maxResultSize()) {
            add(
                    "spark.driver.maxResultSize is too small: %s of sums come to the driver in a step, but it takes %s; set"
                            + " --conf spark.driver.maxResultSize=%dm",
                    size(needed), size(memory.maxResultSize()), mebibytes(needed));
        }
    }

    private void taskMemory(TrainingPlan plan, SparkMemory memory) {
        long cached = Math.min(plan.cachedPerExecutor(), memory.storage());
        long needed = plan.workPerExecutor() + cached;
        if (needed > memory.usable()) {
            add(
                    "executor memory is too small: its tasks need %s beside %s of cached data, of %s there are; set"
                            + " --executor-memory %dm, or lower train.micro-batch (%d images at a time now)",
                    size(plan.workPerExecutor()),
                    size(cached),
                    size(memory.usable()),
                    mebibytes(SparkMemory.heapFor(needed)),
                    plan.memory().images());
        }
    }

    private void cache(TrainingPlan plan, SparkMemory memory) {
        long cached = plan.cachedPerExecutor();
        if (cached > memory.storage()) {
            add(
                    "executor memory is too small to cache the data: %s per executor, but there is room for %s; the rest is"
                            + " read from disk in every step; set --executor-memory %dm, or take more executors",
                    size(cached), size(memory.storage()), mebibytes(SparkMemory.heapFor((long)
                            Math.ceil(cached * ((double) memory.usable() / Math.max(1, memory.storage()))))));
        }
    }

    private void oneIsFaster(TrainingPlan plan) {
        int executors = plan.cluster().executors();
        if (executors > 1 && plan.time(1).total() <= plan.time(executors).total()) {
            add(
                    "one executor is faster: %.1f ms a step, against %.1f ms on %d; take one, or a larger train.batch-size",
                    1e3 * plan.time(1).total(), 1e3 * plan.time(executors).total(), executors);
        }
    }

    private void localIsFaster(TrainingPlan plan) {
        double local = plan.localTime().total();
        double cluster = plan.time(plan.cluster().executors()).total();
        if (plan.cluster().executors() > 1 && local <= cluster) {
            int cores = plan.cluster().coresPerHost();
            add(
                    "one machine of %d %s is faster: %.1f ms a step with --master local[%d], against %.1f on the cluster",
                    cores, cores == 1 ? "core" : "cores", 1e3 * local, cores, 1e3 * cluster);
        }
    }

    private void idleCores(TrainingPlan plan) {
        long cores = (long) plan.cluster().executors() * plan.cluster().cores();
        int tasks = plan.sums().tasks();
        if (cores > tasks && tasks == plan.work().shards()) {
            add(
                    "train.shards=%d bounds the tasks of a step: %d of %d cores have nothing to do; raise it (that changes the"
                            + " run's identity), or take fewer executors",
                    tasks, cores - tasks, cores);
        } else if (cores > tasks) {
            add(
                    "spark.default.parallelism=%d bounds the tasks of a step: %d of %d cores have nothing to do; do not set it",
                    tasks, cores - tasks, cores);
        }
    }

    private void emptyShards(TrainingPlan plan) {
        int shards = plan.work().shards();
        long filled = Math.min(plan.work().batchSize(), plan.data().samples());
        if (filled < shards) {
            add(
                    "a batch of %d samples leaves %d of %d shards empty in every step; lower train.shards, or raise"
                            + " train.batch-size",
                    filled, shards - filled, shards);
        }
    }

    private void smallShares(TrainingPlan plan) {
        boolean batchNorm = plan.network().buffers().size() > 0;
        long batch = plan.work().batchSize();
        if (batchNorm && batch < (long) LEAST_FOR_BATCH_NORM * plan.work().shards()) {
            add(
                    "batch normalisation takes its statistics from train.batch-size / train.shards = %.1f images; it should be"
                            + " %d or more",
                    (double) batch / plan.work().shards(), LEAST_FOR_BATCH_NORM);
        } else if (batchNorm && plan.memory().images() < LEAST_FOR_BATCH_NORM) {
            add(
                    "batch normalisation takes its statistics from the %d images of a train.micro-batch; it should be %d or"
                            + " more",
                    plan.memory().images(), LEAST_FOR_BATCH_NORM);
        }
    }

    private void add(String format, Object... values) {
        lines.add(String.format(Locale.ROOT, format, values));
    }

    private static long mebibytes(long bytes) {
        return (bytes + MIB - 1) / MIB;
    }

    private static String size(long bytes) {
        return String.format(Locale.ROOT, "%.1f MiB", (double) bytes / MIB);
    }
}
