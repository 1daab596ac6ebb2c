package dev.convoy.spark.plan;

/**
 * The constants of {@link StepCost}, of a driver and executors of today's usual servers.
 *
 * @param stepLatency seconds a job of one stage takes with a single task that does nothing
 * @param stageLatency seconds a further stage adds
 * @param taskLaunch seconds of the driver's time per task
 * @param serialise bytes per second, from arrays to the bytes that travel
 * @param deserialise bytes per second, back to arrays
 * @param merge bytes per second of partial sums read and added
 * @param update bytes per second of weights divided, clipped and stepped on the driver
 */
public record CostConstants(
        double stepLatency,
        double stageLatency,
        double taskLaunch,
        double serialise,
        double deserialise,
        double merge,
        double update) {

    /** The one place that states them. A task's launch is measured; the others are first estimates on two virtual processors. */
    public static final CostConstants DEFAULT = new CostConstants(0.012, 0.006, 0.26e-3, 1.5e9, 1.0e9, 0.5e9, 0.8e9);
}
