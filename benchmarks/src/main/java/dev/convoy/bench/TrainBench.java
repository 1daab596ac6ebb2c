package dev.convoy.bench;

import ai.djl.engine.Engine;
import dev.convoy.train.ModelState;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * Whole training steps of Convoy next to libtorch's, in one process: first they must agree, then both warm up, then they take turns.
 * libtorch's figures are those of the memory layout and, with all cores, the number of threads that are best for it.
 */
final class TrainBench {
    /** At the end of the names of rows that are libtorch's own. */
    static final String PEER = ", libtorch";

    private static final int ROUNDS = 9;
    private static final double CONVOY_CALM_SECONDS = 8;
    private static final double TORCH_CALM_SECONDS = 2;

    private final Report report = new Report();
    private final int images;
    private final int rounds;

    private TrainBench(int images, int rounds) {
        this.images = images;
        this.rounds = rounds;
    }

    /** {@code [--json FILE] [--only NETWORK] [--rounds N] [--compare FILE] [--images PER-ROUND]} */
    static void run(String[] args) throws IOException, InterruptedException {
        Arguments arguments = Arguments.of("train", args, "--only", "--images");
        List<String> networks = arguments.chosen(List.copyOf(TrainTask.NETWORKS.keySet()), Function.identity());
        int images = arguments.number("--images", 4 * TrainTask.BATCH);
        int rounds = arguments.rounds(ROUNDS);
        progress("starting libtorch");
        String refusal = TorchStep.refusal();
        if (!refusal.isEmpty()) {
            System.out.println("bench train: skipped, libtorch cannot be had on " + System.getProperty("os.name") + " "
                    + System.getProperty("os.arch") + ": " + refusal);
            return;
        }
        TrainBench bench = new TrainBench(images, rounds);
        bench.run(networks);
        arguments.finish(bench.report);
    }

    private void run(List<String> networks) throws InterruptedException {
        Ceiling.warmUp();
        report.title("");
        report.title("JDK " + Runtime.version() + ", libtorch "
                + Engine.getEngine("PyTorch").getVersion() + ", F at " + Ceiling.bits()
                + " bits, batch " + TrainTask.BATCH + ", images/s: best of " + rounds + " rounds (median)");
        report.title(String.format(
                Locale.ROOT,
                "%-11s %7s %16s %16s %14s %11s %11s  %s",
                "network",
                "threads",
                "Convoy",
                "libtorch",
                "Convoy/lib.",
                "Convoy/F",
                "libtorch/F",
                "libtorch with"));
        int cores = Runtime.getRuntime().availableProcessors();
        for (String network : networks) {
            TrainTask task = TrainTask.of(network, TrainTask.BATCH);
            for (boolean channelsLast : new boolean[] {false, true}) {
                double error = Agreement.require(network, channelsLast);
                progress("%s: agrees with libtorch, largest relative error %.1e", network, error);
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
            double[] ours = new double[rounds];
            double[][] theirs = new double[torch.size()][rounds];
            double[] ceilings = new double[rounds];
            int fastest = 0;
            for (int round = 0; round < rounds; round++) {
                ceilings[round] = Ceiling.together(threads, Ceiling::steadyGigaflops);
                ours[round] = convoy.rate(images);
                progress("%s: round %d of %d: Convoy %.0f images/s", name, round + 1, rounds, ours[round]);
                for (int i = 0; i < theirs.length; i++) {
                    theirs[i][round] = torch.get(i).rate(images);
                    progress("    libtorch with %s %.0f", torch.get(i).description(), theirs[i][round]);
                    fastest = Rounds.best(theirs[i]) > Rounds.best(theirs[fastest]) ? i : fastest;
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
                "%-11s %7d %7.0f (%6.0f) %7.0f (%6.0f) %6.2f (%5.2f) %9.0f %% %9.0f %%  %s",
                name,
                threads,
                Rounds.best(ours),
                Rounds.median(ours),
                Rounds.best(theirs),
                Rounds.median(theirs),
                Rounds.best(ours) / Rounds.best(theirs),
                Rounds.median(Rounds.ratios(ours, theirs)),
                100 * Rounds.best(ours) / Rounds.best(limits),
                100 * Rounds.best(theirs) / Rounds.best(limits),
                setting));
        keep("train " + name, threads, ours, theirs, "libtorch");
        keep("train " + name, threads, ours, limits, "F");
        keep("train " + name + PEER, threads, theirs, limits, "F");
    }

    private void keep(String name, int threads, double[] rates, double[] against, String what) {
        double ratio = Rounds.median(Rounds.ratios(rates, against));
        report.keep(new Report.Row(
                name,
                threads,
                Rounds.median(rates),
                "images/s",
                ratio,
                Rounds.best(rates) / Rounds.best(against),
                what));
    }

    private static void progress(String format, Object... arguments) {
        System.err.printf(Locale.ROOT, format + "%n", arguments);
    }
}
