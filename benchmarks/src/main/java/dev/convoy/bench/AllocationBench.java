package dev.convoy.bench;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * Every kernel of both providers under JMH with its allocation profiler: the time of a call, and the bytes it allocates. JMH itself
 * allocates some 6 KB in a round, which an empty benchmark tells and which are subtracted; what is left divided by the calls is below
 * 16 bytes, the smallest object, unless a call allocates.
 */
final class AllocationBench {
    static final String MICROSECONDS = "us";
    static final String BYTES = "B/op";

    private static final int ROUNDS = 5;
    private static final List<String> PROVIDERS = List.of("scalar", "vector");
    /** More would take the scalar kernels longer than a round. */
    private static final double MOST_FLOPS = 1e9;

    private final Report report = new Report();
    private final int rounds;
    private final double harnessBytes;

    private AllocationBench(int rounds) throws RunnerException {
        this.rounds = rounds;
        this.harnessBytes = bytes(run("nothing", "relu", "scalar"));
    }

    /** {@code [--json FILE] [--only PART-OF-A-NAME] [--rounds SECONDS] [--compare FILE]} */
    static void run(String[] args) throws IOException, RunnerException {
        Arguments arguments = Arguments.of("jmh", args, "--only");
        List<String> chosen = arguments.chosen(
                KernelCases.all().stream()
                        .flatMap(each -> PROVIDERS.stream().map(provider -> name(each, provider)))
                        .toList(),
                Function.identity());
        AllocationBench bench = new AllocationBench(arguments.rounds(ROUNDS));
        Ceiling.warmUp();
        bench.report.title("");
        bench.report.title("JMH, JDK " + Runtime.version() + ", a call's time and what it allocates beyond "
                + Math.round(bench.harnessBytes) + " bytes of JMH's own in a round");
        for (KernelCase each : KernelCases.all()) {
            List<String> providers = PROVIDERS.stream()
                    .filter(provider -> chosen.contains(name(each, provider)))
                    .toList();
            if (providers.isEmpty()) {
                continue;
            }
            KernelWork work = KernelWork.of(each.prepared().get());
            if (work.flops() >= MOST_FLOPS) {
                bench.report.title(each.name() + ": left out, a call is more than a GFLOP");
                continue;
            }
            for (String provider : providers) {
                bench.row(each, work, provider);
            }
        }
        arguments.finish(bench.report);
    }

    private static String name(KernelCase kernel, String provider) {
        return kernel.name() + ", " + provider;
    }

    private void row(KernelCase kernel, KernelWork work, String provider) throws RunnerException {
        double before = Ceiling.steadyGigaflops();
        RunResult result = run("call", kernel.name(), provider);
        double ceiling = Math.max(before, Ceiling.steadyGigaflops());
        double micros = result.getPrimaryResult().getScore();
        double bytes = Math.max(0, bytes(result) - harnessBytes) / calls(result);
        String name = name(kernel, provider);
        double ratio = 1e-3 * work.flops() / micros / ceiling;
        report.add(
                new Report.Row(name, 1, micros, MICROSECONDS, ratio, ratio, ratio == 0 ? "" : "F"),
                String.format(Locale.ROOT, "%8.1f B/op", bytes));
        report.keep(new Report.Row(name, 1, bytes, BYTES, 0, 0, ""));
    }

    private RunResult run(String benchmark, String kernel, String provider) throws RunnerException {
        Options options = new OptionsBuilder()
                .include(KernelMicrobenchmark.class.getName() + "." + benchmark + "$")
                .param("kernel", kernel)
                .param("provider", provider)
                .addProfiler(GCProfiler.class)
                .forks(1)
                .warmupIterations(3)
                .warmupTime(TimeValue.seconds(1))
                .measurementIterations(rounds)
                .measurementTime(TimeValue.seconds(1))
                .verbosity(VerboseMode.SILENT)
                .build();
        return new Runner(options).runSingle();
    }

    /** What was allocated in the round that allocated least: one in which nothing was compiled or grown. */
    private double bytes(RunResult result) {
        double each = result.getSecondaryResults().entrySet().stream()
                .filter(entry -> entry.getKey().endsWith("gc.alloc.rate.norm"))
                .mapToDouble(entry -> entry.getValue().getStatistics().getMin())
                .findFirst()
                .orElseThrow();
        return each * calls(result);
    }

    /** In a round. */
    private double calls(RunResult result) {
        return (double) result.getBenchmarkResults()
                        .iterator()
                        .next()
                        .getMetadata()
                        .getMeasurementOps()
                / rounds;
    }
}
