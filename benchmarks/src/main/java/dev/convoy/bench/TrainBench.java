package dev.convoy.bench;

import ai.djl.engine.Engine;
import dev.convoy.tensor.Shape;
import dev.convoy.train.ModelState;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * Whole training steps of Convoy next to libtorch's, in one process: first they must agree, then both warm up, then they take turns.
 * libtorch's figures are those of the memory layout and, with all cores, the number of threads that are best for it.
 */
public final class TrainBench {
    private static final int ROUNDS = 9;
    private static final double CONVOY_CALM_SECONDS = 8;
    private static final double TORCH_CALM_SECONDS = 2;
    private static final Map<String, Shape> NETWORKS = new TreeMap<>(Map.of(
            "lenet5", Shape.of(28, 28, 1),
            "cnn", Shape.of(28, 28, 1),
            "resnet20", Shape.of(32, 32, 3)));

    private final Report report = new Report();
    private final int images;

    private TrainBench(int images) {
        this.images = images;
    }

    /** {@code [--json FILE] [--only NETWORK] [--compare FILE] [--images PER-ROUND]} */
    public static void main(String[] args) throws IOException, InterruptedException {
        Arguments arguments = Arguments.of("train", args, "--images");
        int images = Integer.parseInt(arguments.get("--images", Integer.toString(4 * TrainTask.BATCH)));
        progress("starting libtorch");
        String refusal = TorchStep.refusal();
        if (!refusal.isEmpty()) {
            System.out.println("bench train: skipped, libtorch cannot be had on " + System.getProperty("os.name") + " "
                    + System.getProperty("os.arch") + ": " + refusal);
            return;
        }
        TrainBench bench = new TrainBench(images);
        bench.run(arguments.only());
        arguments.finish(bench.report);
    }

    private void run(String only) throws InterruptedException {
        for (int i = 0; i < 50; i++) {
            Ceiling.gigaflops();
        }
        report.title("");
        report.title("JDK " + Runtime.version() + ", libtorch "
                + Engine.getEngine("PyTorch").getVersion() + ", F at " + Ceiling.bits()
                + " bits, batch " + TrainTask.BATCH + ", images/s: best of " + ROUNDS + " rounds (median)");
        report.title(String.format(
                Locale.ROOT,
                "%-9s %7s %16s %16s %14s %11s %11s  %s",
                "network",
                "threads",
                "Convoy",
                "libtorch",
                "Convoy/lib.",
                "Convoy/F",
                "libtorch/F",
                "libtorch with"));
        int cores = Runtime.getRuntime().availableProcessors();
        for (Map.Entry<String, Shape> network : NETWORKS.entrySet()) {
            if (!network.getKey().contains(only)) {
                continue;
            }
            TrainTask task = TrainTask.of(network.getKey(), network.getValue(), TrainTask.BATCH);
            for (boolean channelsLast : new boolean[] {false, true}) {
                double error = Agreement.require(network.getKey(), network.getValue(), channelsLast);
                progress("%s: agrees with libtorch, largest relative error %.1e", network.getKey(), error);
            }
            race(task, 1, Set.of(1));
            if (cores > 1) {
                race(task, cores, new TreeSet<>(List.of(1, cores / 2, cores)));
            }
        }
    }

    /** Convoy and every setting of libtorch take turns; libtorch's figures are those of the setting with the fastest round. */
    private void race(TrainTask task, int threads, Set<Integer> torchThreads) throws InterruptedException {
        String name = task.network().name() + ", " + threads + (threads == 1 ? " thread" : " threads");
        List<TorchStep> torch = settings(task, torchThreads);
        try (ConvoyStep convoy = new ConvoyStep(task, threads)) {
            progress("%s: warming up", name);
            torch.forEach(setting -> setting.warmUp(TORCH_CALM_SECONDS));
            convoy.warmUp(CONVOY_CALM_SECONDS);
            double[] ours = new double[ROUNDS];
            double[][] theirs = new double[torch.size()][ROUNDS];
            double[] ceilings = new double[ROUNDS];
            int fastest = 0;
            for (int round = 0; round < ROUNDS; round++) {
                ceilings[round] = Ceiling.together(threads, Ceiling::steadyGigaflops);
                ours[round] = convoy.rate(images);
                progress("%s: round %d of %d: Convoy %.0f images/s", name, round + 1, ROUNDS, ours[round]);
                for (int i = 0; i < theirs.length; i++) {
                    theirs[i][round] = torch.get(i).rate(images);
                    progress("    libtorch with %s %.0f", torch.get(i).description(), theirs[i][round]);
                    fastest = best(theirs[i]) > best(theirs[fastest]) ? i : fastest;
                }
            }
            row(
                    task,
                    threads,
                    ours,
                    theirs[fastest],
                    ceilings,
                    torch.get(fastest).description());
        } finally {
            torch.forEach(TorchStep::close);
        }
    }

    private static List<TorchStep> settings(TrainTask task, Set<Integer> threads) {
        ModelState state =
                ModelState.initial(task.network(), task.config().train().seed());
        List<TorchStep> settings = new ArrayList<>();
        for (int n : threads) {
            settings.add(new TorchStep(task, state, n, false));
            settings.add(new TorchStep(task, state, n, true));
        }
        return settings;
    }

    private void row(TrainTask task, int threads, double[] ours, double[] theirs, double[] ceilings, String setting) {
        String name = task.network().name();
        double[] limits = Arrays.stream(ceilings)
                .map(ceiling -> ceiling / task.gigaflopPerImage())
                .toArray();
        report.title(String.format(
                Locale.ROOT,
                "%-9s %7d %7.0f (%6.0f) %7.0f (%6.0f) %6.2f (%5.2f) %9.0f %% %9.0f %%  %s",
                name,
                threads,
                best(ours),
                median(ours),
                best(theirs),
                median(theirs),
                best(ours) / best(theirs),
                median(ratios(ours, theirs)),
                100 * best(ours) / best(limits),
                100 * best(theirs) / best(limits),
                setting));
        keep("train " + name, threads, ours, theirs, "libtorch");
        keep("train " + name, threads, ours, limits, "F");
        keep("train " + name + ", libtorch", threads, theirs, limits, "F");
    }

    private void keep(String name, int threads, double[] rates, double[] against, String what) {
        double ratio = median(ratios(rates, against));
        report.keep(new Report.Row(name, threads, median(rates), "images/s", ratio, best(rates) / best(against), what));
    }

    /** Round by round. */
    private static double[] ratios(double[] rates, double[] against) {
        return IntStream.range(0, ROUNDS)
                .mapToDouble(round -> rates[round] / against[round])
                .toArray();
    }

    private static double best(double[] rates) {
        return Arrays.stream(rates).max().orElseThrow();
    }

    private static double median(double[] rates) {
        return Arrays.stream(rates).sorted().skip(rates.length / 2).findFirst().orElseThrow();
    }

    private static void progress(String format, Object... arguments) {
        System.err.printf(Locale.ROOT, format + "%n", arguments);
    }
}
