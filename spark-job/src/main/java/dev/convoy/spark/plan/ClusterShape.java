package dev.convoy.spark.plan;

/**
 * What a step runs on.
 *
 * @param executors N
 * @param cores of each executor, which runs as many tasks at once
 * @param executorsPerHost the most executors that share a host
 * @param coresPerHost processors of a host, which its executors share
 * @param networkBytesPerSecond between two hosts, in each direction
 */
public record ClusterShape(
        int executors, int cores, int executorsPerHost, int coresPerHost, double networkBytesPerSecond) {

    public ClusterShape {
        if (executors < 1 || cores < 1 || executorsPerHost < 1 || coresPerHost < 1) {
            throw new IllegalArgumentException(
                    "cluster: executors, cores, executors per host and cores per host must be at" + " least 1; got "
                            + executors + ", " + cores + ", " + executorsPerHost + " and " + coresPerHost);
        }
        if (!(networkBytesPerSecond > 0)) {
            throw new IllegalArgumentException(
                    "cluster: the network must carry something; got " + networkBytesPerSecond);
        }
    }

    /** The same hosts and network with another number of executors. */
    public ClusterShape withExecutors(int number) {
        return new ClusterShape(number, cores, executorsPerHost, coresPerHost, networkBytesPerSecond);
    }

    /** T, the tasks of a step: no more than there are shards, all of which run at once. */
    public int tasks(int shards) {
        return (int) Math.min(shards, (long) executors * cores);
    }

    /** How many times slower a task computes than alone on its host: busy cores over the cores there are, at least 1. */
    public double contention(int tasks) {
        int tasksPerExecutor = 1 + (tasks - 1) / executors;
        long busy = Math.min(tasks, (long) tasksPerExecutor * Math.min(executors, executorsPerHost));
        return Math.max(1, (double) busy / coresPerHost);
    }
}
