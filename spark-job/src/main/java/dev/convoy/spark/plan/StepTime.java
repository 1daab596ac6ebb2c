package dev.convoy.spark.plan;

/**
 * The seconds of one step by phase; together they are its time.
 *
 * @param broadcast of the weights, until every task has them
 * @param schedule Spark's own work: job, stages, launching tasks
 * @param compute of the gradient
 * @param serialise of a task's sums
 * @param aggregate sums travelling and added
 * @param update on the driver
 */
public record StepTime(
        double broadcast, double schedule, double compute, double serialise, double aggregate, double update) {
    public double total() {
        return broadcast + schedule + compute + serialise + aggregate + update;
    }
}
