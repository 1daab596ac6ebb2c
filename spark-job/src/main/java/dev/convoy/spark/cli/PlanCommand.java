package dev.convoy.spark.cli;

import dev.convoy.spark.data.IdxSource;
import dev.convoy.spark.plan.ClusterShape;
import dev.convoy.spark.plan.EngineSpeed;
import dev.convoy.spark.plan.PlanWarnings;
import dev.convoy.spark.plan.SparkMemory;
import dev.convoy.spark.plan.TrainingPlan;
import dev.convoy.spark.report.PlanTable;
import dev.convoy.spark.report.SpeedUpPicture;
import dev.convoy.spark.train.StepTopology;
import dev.convoy.tensor.Shape;
import dev.convoy.train.RunConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.apache.spark.SparkConf;
import org.apache.spark.deploy.SparkHadoopUtil;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code convoy plan}: memory, messages and time of a training before it runs; without a cluster. */
@Command(
        name = "plan",
        description = "Predicts the memory, messages and time of a training on a cluster, without one.",
        mixinStandardHelpOptions = true)
final class PlanCommand implements Callable<Integer> {
    private static final String PARALLELISM = "spark.default.parallelism";
    private static final String MOST_EXECUTORS = "spark.dynamicAllocation.maxExecutors";

    @Option(
            names = "--executors",
            paramLabel = "N",
            description = "default: spark.executor.instances (with dynamic allocation"
                    + " spark.dynamicAllocation.maxExecutors), else 1")
    private @Nullable Integer executors;

    @Option(
            names = "--cores",
            paramLabel = "N",
            description = "of each executor; default: spark.executor.cores, else 1")
    private @Nullable Integer cores;

    @Option(
            names = "--memory",
            paramLabel = "SIZE",
            description = "of each executor, such as 4g; default: spark.executor.memory, else 1g")
    private @Nullable String memory;

    @Option(
            names = "--executors-per-host",
            paramLabel = "N",
            defaultValue = "1",
            description = "how many share a host (default: ${DEFAULT-VALUE})")
    private int executorsPerHost;

    @Option(
            names = "--host-cores",
            paramLabel = "N",
            description = "processors of a host; default: one for each core of its executors")
    private @Nullable Integer hostCores;

    @Option(
            names = "--bandwidth",
            paramLabel = "GBIT",
            defaultValue = "10",
            description = "of a host's network, in gigabits a second (default: ${DEFAULT-VALUE})")
    private double bandwidth;

    @Option(names = "--samples", paramLabel = "N", description = "to train on; default: those of data.path")
    private @Nullable Long samples;

    @Option(names = "--image", paramLabel = "HxWxC", description = "their shape; default: that of data.path")
    private @Nullable String image;

    @Option(
            names = "--images-per-second",
            paramLabel = "RATE",
            description = "a core's, forward and backward; default: measured here, which takes some seconds")
    private @Nullable Double imagesPerSecond;

    @Option(names = "--png", paramLabel = "FILE", description = "also draw the speed-up over the number of executors")
    private @Nullable Path picture;

    @Mixin
    private final SettingsOptions settings = new SettingsOptions();

    private final Streams streams;

    PlanCommand(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() {
        RunConfig config = settings.over(RunConfig.defaults());
        Checks.kernels(config);
        if (picture != null) {
            Checks.picture(picture);
        }
        SparkConf conf = new SparkConf();
        ClusterShape cluster = cluster(conf);
        SparkMemory bounds = bounds(conf);
        if (imagesPerSecond != null) {
            require(
                    imagesPerSecond > 0 && imagesPerSecond <= 1e9,
                    "--images-per-second",
                    "a positive number",
                    imagesPerSecond);
        }
        IdxSource data = samples != null && image != null ? null : data(config, conf);
        long count = samples == null && data != null ? data.count() : samples == null ? 0 : samples;
        require(count >= 1, "--samples", "at least 1", count);

        TrainingPlan plan;
        String speed;
        try {
            Shape shape = image == null && data != null ? data.shape() : ImageShape.parse(String.valueOf(image));
            // the plan's memory comes first: it finds what does not fit before seconds are spent
            TrainingPlan untimed = TrainingPlan.of(config, shape, count, cluster, 0);
            if (imagesPerSecond != null) {
                plan = untimed.withSecondsPerImage(1 / imagesPerSecond);
                speed = rate(plan) + "as given";
            } else {
                streams.err().println("measuring the engine on synthetic images");
                EngineSpeed measured =
                        EngineSpeed.measure(config, shape, untimed.memory().images());
                plan = untimed.withSecondsPerImage(measured.secondsPerImage());
                speed = rate(plan) + "measured here: the mean of " + measured.passes() + " passes of "
                        + measured.images() + " synthetic images";
            }
        } catch (IllegalArgumentException e) {
            throw new CommandException(
                    ExitCode.MODEL_MISFIT, "the settings do not fit the images: " + e.getMessage(), e);
        }
        streams.out().print(PlanTable.of(plan, speed));
        for (String warning : PlanWarnings.of(plan, bounds)) {
            streams.out().println("warning: " + warning);
        }
        streams.out().flush();
        draw(plan);
        return ExitCode.OK.code();
    }

    private static String rate(TrainingPlan plan) {
        return String.format(
                Locale.ROOT, "%,.0f images/s a core, ", 1 / plan.work().secondsPerImage());
    }

    private ClusterShape cluster(SparkConf conf) {
        int number = executors == null ? instances(conf) : executors;
        int each = cores == null ? setting(conf, "spark.executor.cores") : cores;
        require(number >= 1 && number <= 100_000, "--executors", "1 to 100000", number);
        require(each >= 1 && each <= 1024, "--cores", "1 to 1024", each);
        require(
                executorsPerHost >= 1 && executorsPerHost <= 1024,
                "--executors-per-host",
                "1 to 1024",
                executorsPerHost);
        int processors = hostCores == null ? each * executorsPerHost : hostCores;
        require(processors >= 1, "--host-cores", "at least 1", processors);
        require(bandwidth > 0 && bandwidth <= 1e6, "--bandwidth", "a positive number of gigabits a second", bandwidth);
        int parallelism = conf.contains(PARALLELISM) ? setting(conf, PARALLELISM) : 0;
        require(!conf.contains(PARALLELISM) || parallelism >= 1, PARALLELISM, "a positive number", parallelism);
        return new ClusterShape(
                number,
                each,
                executorsPerHost,
                processors,
                bandwidth * 1e9 / 8,
                StepTopology.tasksPerCore(conf),
                parallelism);
    }

    /** Dynamic allocation takes as many as it may while tasks wait, which Convoy's do. */
    private static int instances(SparkConf conf) {
        boolean grows = conf.getBoolean("spark.dynamicAllocation.enabled", false) && conf.contains(MOST_EXECUTORS);
        return setting(conf, grows ? MOST_EXECUTORS : "spark.executor.instances");
    }

    private SparkMemory bounds(SparkConf conf) {
        if (memory != null) {
            conf.set("spark.executor.memory", memory);
        }
        try {
            return SparkMemory.of(conf, conf.getSizeAsBytes("spark.executor.memory", "1g"));
        } catch (IllegalArgumentException e) { // NumberFormatException too; Spark's text names its own units
            throw new CommandException(
                    ExitCode.USAGE,
                    "expected a size of memory such as 4g for --memory (or spark.executor.memory), spark.memory.fraction and"
                            + " spark.driver.maxResultSize but got what Spark cannot read: "
                            + String.valueOf(e.getMessage()).lines().findFirst().orElse(""),
                    e);
        }
    }

    private static int setting(SparkConf conf, String name) {
        String value = conf.get(name, "1");
        try {
            return Integer.parseInt(value);
        } catch (NumberFormatException e) {
            throw new CommandException(
                    ExitCode.INVALID_VALUE, name + ": expected a whole number but got '" + value + "'", e);
        }
    }

    private IdxSource data(RunConfig config, SparkConf conf) {
        if (config.data().path().isBlank()) {
            throw new CommandException(
                    ExitCode.USAGE, "no data to plan for: give data.path=DIR, or both --samples N and --image HxWxC");
        }
        return IdxSource.find(
                config.data().path(),
                "train",
                config.data().classes(),
                SparkHadoopUtil.get().newConfiguration(conf));
    }

    private void draw(TrainingPlan plan) {
        if (picture == null) {
            return;
        }
        try {
            SpeedUpPicture.write(plan, picture);
        } catch (IOException e) {
            throw Checks.notWritten(picture.toString(), e);
        }
        streams.out().println("picture " + picture);
    }

    private static void require(boolean condition, String option, String expected, Object given) {
        if (!condition) {
            throw new CommandException(ExitCode.USAGE, option + ": expected " + expected + " but got " + given);
        }
    }
}
