package dev.convoy.bench;

import com.fasterxml.jackson.databind.JsonNode;
import dev.convoy.spark.plan.ClusterShape;
import dev.convoy.spark.plan.StepTime;
import dev.convoy.spark.plan.StepWork;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A measured step on executors of one core that share one host, with each other and with the driver.
 *
 * @param cores of the host
 * @param executors N, each with one task and one shard
 * @param parameters of the model
 * @param step seconds until the driver has the sum, without the computation of gradients
 * @param update seconds that the driver takes then
 */
record ScalingPoint(int cores, int executors, int parameters, double step, double update) {
    private static final Pattern NAME = Pattern.compile("scaling on (\\d+) cores, (\\d+) parameters, (step|update)");
    static final String AGAINST = "the fitted model";

    StepWork work() {
        return new StepWork((long) Float.BYTES * parameters, executors, executors, 0);
    }

    /** Between processes of one host no byte meets a network. */
    ClusterShape cluster() {
        return new ClusterShape(executors, 1, executors, cores, Double.POSITIVE_INFINITY);
    }

    /** Two rows, of which {@link #read} makes the point again. */
    void keep(Report report, StepTime predicted) {
        double others = predicted.total() - predicted.update();
        report.keep(row("step", step, others));
        report.keep(row("update", update, predicted.update()));
    }

    private Report.Row row(String what, double seconds, double predicted) {
        String name = "scaling on " + cores + " cores, " + parameters + " parameters, " + what;
        return new Report.Row(name, executors, 1e3 * seconds, "ms", seconds / predicted, 0, AGAINST);
    }

    /** The points in a file that {@link Report#write} wrote. */
    static List<ScalingPoint> read(Path file) {
        List<ScalingPoint> points = new ArrayList<>();
        double step = 0;
        for (JsonNode row : Report.read(file)) {
            Matcher name = NAME.matcher(row.path("name").asText());
            if (!name.matches()) {
                continue;
            }
            double seconds = row.path("value").asDouble() / 1e3;
            if (name.group(3).equals("step")) {
                step = seconds;
            } else {
                points.add(new ScalingPoint(
                        Integer.parseInt(name.group(1)),
                        row.path("threads").asInt(),
                        Integer.parseInt(name.group(2)),
                        step,
                        seconds));
            }
        }
        if (points.isEmpty()) {
            throw new UsageException(
                    file + " holds no measured steps; scripts/bench spark --scaling --json " + file + " writes them");
        }
        return points;
    }
}
