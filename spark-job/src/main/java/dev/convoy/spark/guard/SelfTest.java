package dev.convoy.spark.guard;

import java.io.Serializable;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.util.CollectionAccumulator;

/**
 * Tests the driver and every executor before the first step, and those that join later when they first work: versions, kernels, what
 * travels, and the bits of a small gradient.
 */
public final class SelfTest implements Serializable {
    private final ExecutorCheck check;
    private final CollectionAccumulator<String> warnings;

    SelfTest(ExecutorCheck check, CollectionAccumulator<String> warnings) {
        this.check = check;
        this.warnings = warnings;
    }

    /**
     * Runs it, in one short job.
     *
     * @param kernels as in the settings
     * @throws ClusterException on the driver, if it or an executor fails; from the job, under Spark's own exception
     * @throws IllegalStateException Spark's own, if it has ended the application meanwhile
     */
    public static SelfTest run(JavaSparkContext spark, String kernels) {
        SelfTest test = new SelfTest(
                ExecutorCheck.ofDriver(spark.sc().applicationId(), kernels),
                spark.sc().collectionAccumulator("convoy warnings"));
        test.requireOnDriver(spark);
        int tasks = 2 * spark.defaultParallelism(); // so many that no executor gets none
        List<Integer> numbers = IntStream.range(0, tasks).boxed().toList();
        spark.parallelize(numbers, tasks).foreach(number -> test.require());
        return test;
    }

    /** Without a master Spark ends the application while this runs, and takes away what is tested: then its own account counts. */
    void requireOnDriver(JavaSparkContext spark) {
        try {
            require();
        } catch (RuntimeException e) {
            spark.defaultParallelism(); // refused by a context that has stopped
            throw e;
        }
    }

    /** Tests this JVM unless it has passed: to be called by every task before it works. */
    public void require() {
        if (!check.isDone()) {
            check.run().ifPresent(warnings::add);
        }
    }

    /** What the operator must know of; grows when executors join. */
    public List<String> warnings() {
        return List.copyOf(new TreeSet<>(warnings.value()));
    }
}
