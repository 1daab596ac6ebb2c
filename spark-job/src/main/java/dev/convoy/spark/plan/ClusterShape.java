package dev.convoy.spark.plan;

/**
 * What a step runs on.
 *
 * @param executors N
 * @param cores of each executor, which runs as many tasks at once
 * @param executorsPerHost the most executors that share a host
 * @param coresPerHost processors of a host, which its executors share
 * @param networkBytesPerSecond between two hosts, in each direction; infinite if all executors and the driver share one
 *     host
 * @param tasksPerCore that Convoy makes: more than one under dynamic allocation
 * @param parallelism the tasks that {@code spark.default.parallelism} asks for; 0 if it is not set
 */
public record ClusterShape(
        int executors,
        int cores,
        int executorsPerHost,
        int coresPerHost,
        double networkBytesPerSecond,
        int tasksPerCore,
        int parallelism) {
    /** Spark's own, with fewer cores than that: one executor of one core runs two tasks, one after the other. */
    private static final int LEAST_PARALLELISM = 2;

    public ClusterShape {
        if (executors < 1 || cores < 1 || executorsPerHost < 1 || coresPerHost < 1 || tasksPerCore < 1) {
            throw new IllegalArgumentException(
                    "cluster: executors, cores, executors per host, cores per host and tasks per core must be at least one;"
                            + " got " + executors + ", " + cores + ", " + executorsPerHost + ", " + coresPerHost
                            + " and "
                            + tasksPerCore);
        }
        if (!(networkBytesPerSecond > 0)) {
            throw new IllegalArgumentException(
                    "cluster: the network must carry something; got " + networkBytesPerSecond);
        }
        if (parallelism < 0) {
            throw new IllegalArgumentException("cluster: the parallelism cannot be negative; got " + parallelism);
        }
    }

    /** With as many tasks as there are cores. */
    public ClusterShape(
            int executors, int cores, int executorsPerHost, int coresPerHost, double networkBytesPerSecond) {
        this(executors, cores, executorsPerHost, coresPerHost, networkBytesPerSecond, 1, 0);
    }

    /** The same hosts, network and settings with another number of executors. */
    public ClusterShape withExecutors(int number) {
        return new ClusterShape(
                number, cores, executorsPerHost, coresPerHost, networkBytesPerSecond, tasksPerCore, parallelism);
    }

    /** T, the tasks of a step, as Convoy divides the shards: no more than there are. */
    public int tasks(int shards) {
        long wanted =
                parallelism > 0 ? parallelism : Math.max(LEAST_PARALLELISM, (long) executors * cores) * tasksPerCore;
        return (int) Math.min(shards, wanted);
    }

    /** The tasks of the busiest executor. */
    public int tasksPerExecutor(int tasks) {
        return 1 + (tasks - 1) / executors;
    }

    /** Those of them that run at once. */
    public int runningPerExecutor(int tasks) {
        return Math.min(cores, tasksPerExecutor(tasks));
    }

    /** W: how many tasks the busiest core runs one after another. */
    public int waves(int tasks) {
        return 1 + (tasksPerExecutor(tasks) - 1) / cores;
    }

    /** k: how many times slower a task computes than alone on its host, busy cores over the cores there are, at least 1. */
    public double contention(int tasks) {
        return Math.max(1, (double) busy(tasks) / coresPerHost);
    }

    /** h: the same for writing and reading messages, when the driver is busy too and may share the host. */
    public double crowding(int tasks) {
        int driver = Double.isInfinite(networkBytesPerSecond) ? 1 : 0;
        return Math.max(1, (double) (busy(tasks) + driver) / coresPerHost);
    }

    private long busy(int tasks) {
        return Math.min(tasks, (long) runningPerExecutor(tasks) * Math.min(executors, executorsPerHost));
    }
}
