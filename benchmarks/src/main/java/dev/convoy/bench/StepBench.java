package dev.convoy.bench;

import dev.convoy.kernel.KernelProvider;
import dev.convoy.train.GradientSum;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ObjDoubleConsumer;

/**
 * Where the time of one training step goes: by call of the kernels, and what is left by the method that samples find at work. One
 * shard, one thread, its processor time; a row is the median over the steps measured.
 */
final class StepBench {
    /** What the rows but one are shares of. */
    static final String WHOLE = "the step";

    private static final int STEPS = 15;
    private static final double CALM_SECONDS = 6;
    /** Short steps go on beyond those measured, until there are some hundred samples. */
    private static final double SAMPLED_SECONDS = 4;
    /** Rows with less of the step are added up in one. */
    private static final double WORTH_A_ROW = 0.004;

    private final Report report = new Report();
    private final TrainTask task;
    private final int rounds;
    private final Map<KernelWork, double[]> kernelMillis = new LinkedHashMap<>();
    private final Map<KernelWork, Integer> calls = new LinkedHashMap<>();
    private final double[] gradientMillis;
    private final double[] optimizerMillis;
    private final double[] ceilings;

    private StepBench(TrainTask task, int rounds) {
        this.task = task;
        this.rounds = rounds;
        this.gradientMillis = new double[rounds];
        this.optimizerMillis = new double[rounds];
        this.ceilings = new double[rounds];
    }

    /** {@code NETWORK [--batch IMAGES] [--rounds STEPS] [--json FILE] [--compare FILE]} */
    static void run(String[] args) throws IOException {
        if (args.length == 0 || args[0].startsWith("-")) {
            throw new UsageException("step expects a network, one of " + TrainTask.NETWORKS.keySet() + ", but got "
                    + (args.length == 0 ? "none" : args[0]));
        }
        Arguments arguments = Arguments.of("step", Arrays.copyOfRange(args, 1, args.length), "--batch");
        TrainTask task = TrainTask.of(args[0], arguments.number("--batch", TrainTask.BATCH, TrainTask.MOST));
        StepBench bench = new StepBench(task, arguments.rounds(STEPS));
        bench.run();
        arguments.finish(bench.report);
    }

    private void run() throws IOException {
        WatchedKernels watched = new WatchedKernels(KernelProvider.VECTOR.kernels());
        Ceiling.warmUp();
        try (ConvoyStep step = new ConvoyStep(task, 1, watched.kernels());
                StepSamples samples = new StepSamples()) {
            System.err.println("warming up ...");
            step.warmUp(CALM_SECONDS);
            System.err.println("measuring " + rounds + " steps ...");
            samples.start();
            long begin = System.nanoTime();
            for (int round = 0; round < rounds; round++) {
                measure(step, round, watched);
            }
            while (System.nanoTime() - begin < 1e9 * SAMPLED_SECONDS) {
                step.update(step.share(0, 0));
            }
            print(samples.shares());
        }
    }

    private void measure(ConvoyStep step, int round, WatchedKernels watched) {
        watched.take();
        double before = Ceiling.steadyGigaflops();
        long begin = Ceiling.cpuNanos();
        GradientSum sum = step.share(0, round % task.batches());
        long computed = Ceiling.cpuNanos();
        step.update(sum);
        optimizerMillis[round] = 1e-6 * (Ceiling.cpuNanos() - computed);
        gradientMillis[round] = 1e-6 * (computed - begin - watched.ownNanos());
        ceilings[round] = Math.max(before, Ceiling.steadyGigaflops());
        watched.take().forEach((work, tally) -> {
            kernelMillis.computeIfAbsent(work, key -> new double[rounds])[round] = 1e-6 * tally.nanos;
            calls.put(work, tally.calls);
        });
    }

    /** @param shares of the time outside kernels and optimizer, by method */
    private void print(Map<String, Double> shares) {
        double[] rest = gradientMillis.clone();
        double[] whole = new double[rounds];
        kernelMillis.values().forEach(millis -> Arrays.setAll(rest, round -> rest[round] - millis[round]));
        Arrays.setAll(whole, round -> gradientMillis[round] + optimizerMillis[round]);
        double step = Rounds.median(whole);
        double ceiling = Rounds.median(ceilings);
        int batch = task.config().train().batchSize();
        double imagesPerSecond = 1e3 * batch / step;
        double share = task.gigaflopPerImage() * imagesPerSecond / ceiling;
        String name = task.network().name();
        report.keep(new Report.Row("step " + name, 1, imagesPerSecond, "images/s", share, share, "F"));
        report.title("");
        report.title(String.format(
                Locale.ROOT,
                "%s, %d images, one thread, JDK %s: %.1f ms a step, %.0f images/s, %.0f %% of F (%.0f GFLOP/s)",
                name,
                batch,
                Runtime.version(),
                step,
                imagesPerSecond,
                100 * share,
                ceiling));

        Map<String, Double> methods = new TreeMap<>();
        Map<String, Double> works = new LinkedHashMap<>();
        Map<String, String> speeds = new TreeMap<>();
        kernelMillis.forEach((work, millis) -> {
            String call = work.method() + " " + work.sizes();
            int times = calls.getOrDefault(work, 0);
            methods.merge(work.method(), Rounds.median(millis), Double::sum);
            works.put(call, Rounds.median(millis));
            speeds.put(call, times + " x" + speed(work, times, Rounds.median(millis), ceiling));
        });
        methods.put("optimizer", Rounds.median(optimizerMillis));
        methods.put("the rest", Rounds.median(rest));
        Map<String, Double> others = new LinkedHashMap<>();
        shares.forEach((method, part) -> others.put("the rest: " + method, part * Rounds.median(rest)));

        table("by kernel", methods, (what, millis) -> row(what, millis, step, ""));
        table("by call", works, (what, millis) -> row(what, millis, step, speeds.getOrDefault(what, "")));
        table("outside the kernels, by samples", others, (what, millis) -> row(what, millis, step, ""));
    }

    private static String speed(KernelWork work, int times, double millis, double ceiling) {
        double perSecond = 1e-6 * times / millis;
        if (work.flops() > 0) {
            return String.format(Locale.ROOT, ", %.0f %% of F", 100 * work.flops() * perSecond / ceiling);
        }
        return work.bytes() > 0 ? String.format(Locale.ROOT, ", %.1f GB/s", work.bytes() * perSecond) : "";
    }

    /** The longest first; the short ones together. */
    private void table(String title, Map<String, Double> millis, ObjDoubleConsumer<String> rows) {
        double least = WORTH_A_ROW * (Rounds.median(gradientMillis) + Rounds.median(optimizerMillis));
        report.title("");
        report.title(title);
        millis.entrySet().stream()
                .filter(entry -> entry.getValue() >= least)
                .sorted(Map.Entry.<String, Double>comparingByValue().reversed())
                .forEach(entry -> rows.accept(entry.getKey(), entry.getValue()));
        double small = millis.values().stream()
                .filter(value -> value < least)
                .mapToDouble(value -> value)
                .sum();
        if (small > 0) {
            rows.accept("less than " + 100 * WORTH_A_ROW + " % each, " + title, small);
        }
    }

    private void row(String name, double millis, double step, String speed) {
        report.title(
                String.format(Locale.ROOT, "%-66s %8.2f ms %5.1f %%  %s", name, millis, 100 * millis / step, speed));
        report.keep(new Report.Row(
                "step " + task.network().name() + ", " + name, 1, millis, "ms", millis / step, 0, WHOLE));
    }
}
