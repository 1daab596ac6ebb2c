package dev.convoy.bench;

import dev.convoy.tensor.Shape;
import dev.convoy.train.ModelState;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Whole training steps of Convoy next to libtorch's, in one process: first they must agree, then both warm up, then they take turns.
 * libtorch gets the memory layout and, with all cores, the number of threads that are best for it.
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

    /** {@code [--json FILE] [--only NETWORK] [--images PER-ROUND]} */
    public static void main(String[] args) throws IOException, InterruptedException {
        String json = "";
        String only = "";
        int images = 4 * TrainTask.BATCH;
        for (int i = 0; i < args.length; i += 2) {
            if (i + 1 == args.length) {
                throw new IllegalArgumentException("bench train: " + args[i] + " expects a value");
            }
            switch (args[i]) {
                case "--json" -> json = args[i + 1];
                case "--only" -> only = args[i + 1];
                case "--images" -> images = Integer.parseInt(args[i + 1]);
                default ->
                    throw new IllegalArgumentException("bench train: unknown option " + args[i]
                            + "; known are --json FILE, --only NETWORK and --images N");
            }
        }
        progress("starting libtorch");
        String refusal = TorchStep.refusal();
        if (!refusal.isEmpty()) {
            System.out.println("bench train: skipped, libtorch cannot be had on " + System.getProperty("os.name") + " "
                    + System.getProperty("os.arch") + ": " + refusal);
            return;
        }
        TrainBench bench = new TrainBench(images);
        bench.run(only);
        if (!json.isEmpty()) {
            bench.report.write(Path.of(json));
        }
    }

    private void run(String only) throws InterruptedException {
        for (int i = 0; i < 50; i++) {
            Ceiling.gigaflops();
        }
        report.title("");
        report.title("JDK " + Runtime.version() + ", libtorch "
                + ai.djl.engine.Engine.getEngine("PyTorch").getVersion() + ", batch " + TrainTask.BATCH
                + ", images/s: best of " + ROUNDS + " rounds (median)");
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
            race(task, 1, List.of(1));
            if (cores > 1) {
                race(task, cores, List.copyOf(new TreeSet<>(List.of(1, cores / 2, cores))));
            }
        }
    }

    private void race(TrainTask task, int threads, List<Integer> torchThreads) throws InterruptedException {
        String name = task.network().name();
        try (ConvoyStep convoy = new ConvoyStep(task, threads);
                TorchStep torch = best(task, torchThreads)) {
            progress("%s, %d threads: warming up Convoy", name, threads);
            convoy.warmUp(CONVOY_CALM_SECONDS);
            double[] ours = new double[ROUNDS];
            double[] theirs = new double[ROUNDS];
            double[] ratios = new double[ROUNDS];
            double ceiling = 0;
            for (int round = 0; round < ROUNDS; round++) {
                ceiling = Math.max(ceiling, Ceiling.together(threads, Ceiling::steadyGigaflops));
                ours[round] = convoy.rate(images);
                theirs[round] = torch.rate(images);
                ratios[round] = ours[round] / theirs[round];
                progress(
                        "%s, %d threads: round %d of %d, Convoy %.0f images/s, libtorch %.0f",
                        name, threads, round + 1, ROUNDS, ours[round], theirs[round]);
            }
            row(task, threads, sorted(ours), sorted(theirs), sorted(ratios), ceiling, torch.description());
        }
    }

    /** libtorch's fastest way to take a step, warm. */
    private static TorchStep best(TrainTask task, List<Integer> threads) {
        ModelState state =
                ModelState.initial(task.network(), task.config().train().seed());
        List<TorchStep> candidates = new ArrayList<>();
        for (int n : threads) {
            candidates.add(new TorchStep(task, state, n, false));
            candidates.add(new TorchStep(task, state, n, true));
        }
        TorchStep best = candidates.get(0);
        double bestRate = 0;
        for (TorchStep candidate : candidates) {
            double rate = candidate.warmUp(TORCH_CALM_SECONDS);
            progress("%s: libtorch with %s %.0f images/s", task.network().name(), candidate.description(), rate);
            if (rate > bestRate) {
                bestRate = rate;
                best = candidate;
            }
        }
        for (TorchStep candidate : candidates) {
            if (candidate != best) {
                candidate.close();
            }
        }
        return best;
    }

    private void row(
            TrainTask task,
            int threads,
            double[] ours,
            double[] theirs,
            double[] ratios,
            double ceiling,
            String torchSetting) {
        String name = task.network().name();
        int best = ROUNDS - 1;
        int median = ROUNDS / 2;
        double share = task.gigaflopPerImage() / ceiling;
        report.title(String.format(
                Locale.ROOT,
                "%-9s %7d %7.0f (%6.0f) %7.0f (%6.0f) %6.2f (%5.2f) %9.0f %% %9.0f %%  %s",
                name,
                threads,
                ours[best],
                ours[median],
                theirs[best],
                theirs[median],
                ours[best] / theirs[best],
                ratios[median],
                100 * share * ours[best],
                100 * share * theirs[best],
                torchSetting));
        String row = "train " + name;
        report.keep(new Report.Row(row, threads, ours[median], "images/s", ratios[median], "libtorch"));
        report.keep(
                new Report.Row(row + ", best", threads, ours[best], "images/s", ours[best] / theirs[best], "libtorch"));
        report.keep(new Report.Row(row + ", best", threads, ours[best], "images/s", share * ours[best], "F"));
        report.keep(
                new Report.Row(row + ", libtorch, best", threads, theirs[best], "images/s", share * theirs[best], "F"));
    }

    private static double[] sorted(double[] values) {
        Arrays.sort(values);
        return values;
    }

    private static void progress(String format, Object... arguments) {
        System.err.printf(Locale.ROOT, format + "%n", arguments);
    }
}
