package dev.convoy.bench;

/**
 * The time of a step with N executors and P bytes of weights, without its computation:
 *
 * <pre>
 * job + N task + [N > 4] stage + P (down + h(N) g(N) executor + r(N) up)
 * </pre>
 *
 * {@code down} is the driver's writing of the weights, {@code executor} a task's reading of them and writing of its sum, {@code up} the
 * driver's reading and adding of one of the {@code r(N)} sums that reach it: N, or {@code ceil(sqrt N)} from five executors on, when
 * they add in groups first. N executors that share C cores take {@code h(N) = N / min(N, C)} turns, those with cores of their own one. Adding
 * in groups lets executors read N and write r(N) sums beside the N states and N sums without it, each half of {@code executor}: {@code g(N) = 1 + (N +
 * r(N)) / 2N}; on hosts of their own the longest path counts, a group's: {@code g(N) = 1 + (r(N) + 1) / 2}.
 */
final class StepModel {
    static final String[] CONSTANTS = {"job", "task", "stage", "down", "executor", "up"};
    private static final int OWN = Integer.MAX_VALUE;
    private static final int SWEEPS = 20_000;

    private final double[] constants;

    private StepModel(double[] constants) {
        this.constants = constants;
    }

    /** A measured step. */
    record Point(int executors, double bytes, double milliseconds) {}

    private static double[] features(int executors, double bytes, int sharedCores) {
        boolean grouped = executors > 4;
        double sums = grouped ? Math.ceil(Math.sqrt(executors)) : executors;
        double turns = (double) executors / Math.min(executors, sharedCores);
        double group = sharedCores == OWN ? (sums + 1) / 2 : (executors + sums) / (2.0 * executors);
        double messages = grouped ? 1 + group : 1;
        return new double[] {1, executors, grouped ? 1 : 0, bytes, bytes * turns * messages, bytes * sums};
    }

    /** Constants not below zero with the least sum of squared relative errors, by coordinate descent. */
    static StepModel fit(Iterable<Point> points, int sharedCores) {
        double[] constants = new double[CONSTANTS.length];
        for (int sweep = 0; sweep < SWEEPS; sweep++) {
            for (int k = 0; k < constants.length; k++) {
                double slope = 0;
                double curvature = 0;
                for (Point point : points) {
                    double[] features = features(point.executors, point.bytes, sharedCores);
                    double share = features[k] / point.milliseconds;
                    slope += share * (1 - dot(constants, features) / point.milliseconds);
                    curvature += share * share;
                }
                if (curvature > 0) {
                    constants[k] = Math.max(0, constants[k] + slope / curvature);
                }
            }
        }
        return new StepModel(constants);
    }

    /** Milliseconds when N executors share some cores. */
    double onOneHost(int executors, double bytes, int cores) {
        return dot(constants, features(executors, bytes, cores));
    }

    /**
     * Milliseconds when every executor has a host of its own. The wire is added: at most three copies of the weights one after
     * another, as executors pass pieces on, and every sum that enters a group and the driver.
     */
    double onOwnHosts(int executors, double bytes, double bytesPerMillisecond) {
        double sums = executors > 4 ? 2 * Math.ceil(Math.sqrt(executors)) : executors;
        return dot(constants, features(executors, bytes, OWN))
                + (Math.min(executors, 3) + sums) * bytes / bytesPerMillisecond;
    }

    double constant(int index) {
        return constants[index];
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }
}
