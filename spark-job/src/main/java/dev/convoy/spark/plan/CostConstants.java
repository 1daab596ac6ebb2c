package dev.convoy.spark.plan;

/**
 * The constants of {@link StepCost}: latencies are of a driver and executors that have their processors to themselves, rates are one
 * core's. {@code scripts/bench spark --scaling} fits them to measured steps and prints them in the form in which they stand here. A step is
 * linear in the seconds and in the inverse rates.
 *
 * @param stepLatency seconds a job of one stage takes with tasks that do nothing
 * @param stageLatency seconds a further stage adds
 * @param taskLaunch seconds of the driver's time per task
 * @param fetchLatency seconds of the messages that fetch a state which does not travel within its task, and sums of that size
 * @param copy bytes per second between arrays and the bytes that travel, either way
 * @param merge bytes per second of sums that the driver reads and adds
 * @param relay bytes per second through what executors pass on to each other: a broadcast's pieces; a shuffle's sums, written, or read
 *     and added
 * @param update bytes per second of weights divided, clipped and stepped on the driver
 */
public record CostConstants(
        double stepLatency,
        double stageLatency,
        double taskLaunch,
        double fetchLatency,
        double copy,
        double merge,
        double relay,
        double update) {

    /** Where the {@link #DEFAULT} ones come from, in words for the reader of a plan. */
    public static final String SOURCE = "fitted to steps of 1 to 8 executors on one host of two virtual processors";

    /** The one place that states them. */
    public static final CostConstants DEFAULT =
            new CostConstants(0.00406, 0.0171, 0.26e-3, 0.00149, 1.99e9, 1.01e9, 6.27e8, 2.44e9);
}
