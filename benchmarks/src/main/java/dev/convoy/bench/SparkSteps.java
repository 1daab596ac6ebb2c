package dev.convoy.bench;

import dev.convoy.optim.GradientClip;
import dev.convoy.optim.Optimizer;
import dev.convoy.optim.ParameterSlice;
import dev.convoy.optim.Sgd;
import dev.convoy.optim.WeightDecay;
import dev.convoy.spark.train.StepSettings;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * A contestant of {@link SparkBench}: a driver of its own, with its own settings, that makes steps when told to. Reads lines
 * {@code TASKS PARAMETERS STEPS} and answers each with a line per step, the {@link StepClock.Phases} in milliseconds, and an empty
 * line. Fewer tasks than executors leave the others idle.
 */
public final class SparkSteps {
    private SparkSteps() {}

    /** {@code convoy|plain MASTER TASKS[,TASKS ...] [key=value ...]}; there have to be as many executors as the most tasks. */
    public static void main(String[] args) throws IOException {
        boolean convoy = args[0].equals("convoy");
        List<Integer> tasks =
                Stream.of(args[2].split(",", -1)).map(Integer::valueOf).toList();
        SparkConf conf = new SparkConf()
                .setMaster(args[1])
                .setAppName("bench " + args[0])
                .set("spark.ui.enabled", "false")
                .set("spark.serializer", "org.apache.spark.serializer.KryoSerializer");
        for (String setting : Arrays.asList(args).subList(3, args.length)) {
            int equals = setting.indexOf('=');
            conf.set(setting.substring(0, equals), setting.substring(equals + 1));
        }
        if (convoy) {
            StepSettings.configure(conf);
        }
        BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        try (JavaSparkContext spark = new JavaSparkContext(conf)) {
            awaitExecutors(spark, Collections.max(tasks));
            Map<Integer, SparkStep> steps = new HashMap<>();
            for (int count : tasks) {
                steps.put(count, convoy ? new ConvoySparkStep(spark, count) : new PlainSparkStep(spark, count));
            }
            StepClock clock = new StepClock(spark);
            System.out.println(spark.sc().applicationId());
            for (String command = commands.readLine(); command != null; command = commands.readLine()) {
                int[] numbers = Stream.of(command.split(" ", -1))
                        .mapToInt(Integer::parseInt)
                        .toArray();
                SparkStep step = Objects.requireNonNull(steps.get(numbers[0]), command);
                steps(step, clock, numbers[0], numbers[1], numbers[2]);
            }
        }
    }

    /** Else the first jobs would all run where the first executor is. */
    private static void awaitExecutors(JavaSparkContext spark, int executors) {
        while (!spark.isLocal() && spark.sc().getExecutorMemoryStatus().size() < executors + 1) {
            Thread.onSpinWait();
        }
    }

    private static void steps(SparkStep step, StepClock clock, int tasks, int parameters, int steps) {
        float[] weights = new float[parameters];
        SplittableRandom random = new SplittableRandom(1); // like real weights, nothing to compress
        for (int i = 0; i < parameters; i++) {
            weights[i] = (float) (random.nextDouble() - 0.5);
        }
        Optimizer optimizer =
                new Sgd(parameters, List.of(ParameterSlice.whole(parameters, 0)), WeightDecay.COUPLED, 0.9, false);
        for (int i = 0; i < steps; i++) {
            float before = weights[parameters - 1];
            SparkStep.Sum sum = clock.time(() -> step.sum(weights, clock.origin()));
            if (Math.abs(sum.values()[parameters - 1] - tasks * before) > 1e-3 * Math.abs(before)) {
                throw new IllegalStateException(
                        "the sum of " + tasks + " times " + before + " came as " + sum.values()[parameters - 1]);
            }
            clock.timeUpdate(() -> {
                GradientClip.norm(sum.values());
                optimizer.step(weights, sum.values(), 1e-6f);
            });
        }
        for (StepClock.Phases phases : clock.read(steps)) {
            StringBuilder line = new StringBuilder();
            for (double milliseconds : phases.values()) {
                line.append(String.format(Locale.ROOT, "%.4f ", milliseconds));
            }
            System.out.println(line.toString().strip());
        }
        System.out.println();
        System.out.flush();
    }
}
