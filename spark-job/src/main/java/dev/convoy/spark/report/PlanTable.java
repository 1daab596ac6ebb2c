package dev.convoy.spark.report;

import dev.convoy.spark.plan.ClusterShape;
import dev.convoy.spark.plan.CostConstants;
import dev.convoy.spark.plan.StepTime;
import dev.convoy.spark.plan.TrainingPlan;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Locale;

/** A {@link TrainingPlan} as text: memory, bytes, the phases of a step, and the step on other numbers of executors. */
public final class PlanTable {
    private PlanTable() {}

    /** @param speed where the engine's speed comes from */
    public static String of(TrainingPlan plan, String speed) {
        ClusterShape cluster = plan.cluster();
        return String.format(
                        Locale.ROOT,
                        "%s, %,d parameters, on %,d images of %s (HWC)%n"
                                + "%s of %s, %d to a host of %s, %s Gbit/s%n"
                                + "%d shards, %s%s, batches of %,d: up to %d images of each shard; %s%n%n",
                        plan.network().name(),
                        plan.network().weights().size(),
                        plan.data().samples(),
                        plan.network().image(),
                        count(cluster.executors(), "executor"),
                        count(cluster.cores(), "core"),
                        cluster.executorsPerHost(),
                        count(cluster.coresPerHost(), "core"),
                        new BigDecimal(cluster.networkBytesPerSecond() * 8 / 1e9, new MathContext(3))
                                .stripTrailingZeros()
                                .toPlainString(),
                        plan.work().shards(),
                        count(plan.sums().tasks(), "task"),
                        cluster.tasksPerCore() == 1
                                ? ""
                                : " (" + cluster.tasksPerCore() + " to a core, for dynamic allocation)",
                        plan.work().batchSize(),
                        plan.work().largestShare(),
                        speed)
                + memory(plan)
                + "\n"
                + phases(plan)
                + "\n"
                + counts(plan);
    }

    private static String memory(TrainingPlan plan) {
        return new TextTable("memory and messages", "bytes")
                        .row(
                                "a task: activations, for " + plan.memory().images() + " images at a time",
                                bytes(plan.memory().activations()))
                        .row(
                                "a task: gradient and waiting sums",
                                bytes(plan.memory().gradients()))
                        .row("a task: its kernels' buffers", bytes(plan.memory().kernels()))
                        .row("a task: its message", bytes(plan.memory().message()))
                        .row("peak memory of a task", bytes(plan.memory().total()))
                        .row("an executor: all its tasks, and the weights", bytes(plan.workPerExecutor()))
                        .row("an executor: cached training data", bytes(plan.cachedPerExecutor()))
                        .row("a step, down to each executor", bytes(plan.work().stateBytes()))
                        .row("a step, up to the driver", bytes(plan.resultBytes()))
                + "";
    }

    private static String phases(TrainingPlan plan) {
        StepTime time = plan.time(plan.cluster().executors());
        return new TextTable("a step, predicted", "ms", "share")
                        .row(phase("broadcast", time.broadcast(), time))
                        .row(phase("schedule", time.schedule(), time))
                        .row(phase("compute", time.compute(), time))
                        .row(phase("serialise", time.serialise(), time))
                        .row(phase("aggregate", time.aggregate(), time))
                        .row(phase("update", time.update(), time))
                        .row(phase("together", time.total(), time))
                + String.format(
                        Locale.ROOT,
                        "an epoch %.1f s, %.2f times as fast as on one executor%n" + "the model's constants: %s%n",
                        plan.epochSeconds(),
                        plan.speedUp(plan.cluster().executors()),
                        CostConstants.SOURCE);
    }

    private static String[] phase(String name, double seconds, StepTime time) {
        return new String[] {
            name,
            String.format(Locale.ROOT, "%.2f", 1e3 * seconds),
            String.format(Locale.ROOT, "%.0f%%", 100 * seconds / time.total())
        };
    }

    private static String counts(TrainingPlan plan) {
        TextTable table = new TextTable("executors", "tasks", "step ms", "images/s", "speed-up", "efficiency");
        for (int executors : plan.curve()) {
            double seconds = plan.time(executors).total();
            table.row(
                    Integer.toString(executors),
                    Integer.toString(plan.cluster()
                            .withExecutors(executors)
                            .tasks(plan.work().shards())),
                    String.format(Locale.ROOT, "%.1f", 1e3 * seconds),
                    String.format(Locale.ROOT, "%,.0f", plan.work().batchSize() / seconds),
                    String.format(Locale.ROOT, "%.2f", plan.speedUp(executors)),
                    String.format(Locale.ROOT, "%.0f%%", 100 * plan.speedUp(executors) / executors));
        }
        return table
                + String.format(
                        Locale.ROOT,
                        "fastest with %s; one host alone, with --master local[%d], takes %.1f ms a step%n",
                        count(plan.fastest(), "executor"),
                        plan.cluster().coresPerHost(),
                        1e3 * plan.localTime().total());
    }

    private static String bytes(long bytes) {
        return String.format(Locale.ROOT, "%,d", bytes);
    }

    private static String count(int number, String of) {
        return number + " " + of + (number == 1 ? "" : "s");
    }
}
