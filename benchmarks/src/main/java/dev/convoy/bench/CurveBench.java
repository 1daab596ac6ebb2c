package dev.convoy.bench;

import dev.convoy.data.ImageBlock;
import dev.convoy.nn.model.ModelZoo;
import dev.convoy.train.DivergedException;
import dev.convoy.train.Evaluation;
import dev.convoy.train.LocalTrainer;
import dev.convoy.train.RunConfig;
import dev.convoy.train.TrainingListener;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Trainings with and without minimal filtering, from the same first weights on the same batches, for some seeds: whether the two
 * differ by more than two seeds do. One run a processor; nothing is timed.
 */
final class CurveBench {
    private static final int BATCH = 128;
    private static final List<String> ALGORITHMS = List.of("auto", "direct");

    /** The mean loss of an epoch's batches and the accuracy on the test set after it. */
    private record Point(double loss, double accuracy) {}

    private record Run(String algorithm, int seed, List<Point> curve) {}

    private CurveBench() {}

    /** {@code --data FOLDER [--network NAME] [--rate RATE] [--epochs N] [--seeds N]}; the folder has image folders {@code train} and {@code test}. */
    static void run(String[] args) throws Exception {
        Arguments arguments = Arguments.only("curves", args, "--data", "--network", "--rate", "--epochs", "--seeds");
        String data = arguments.get("--data", "");
        if (data.isEmpty()) {
            throw new UsageException("curves: --data expects a folder with train/CLASS/*.jpg and test/CLASS/*.jpg");
        }
        String network = arguments.get("--network", "resnet20");
        double rate = arguments.fraction("--rate", 0.1);
        int epochs = arguments.number("--epochs", 8);
        int seeds = arguments.number("--seeds", 3);
        Path trainFolder = Path.of(data, "train");
        Path testFolder = Path.of(data, "test");
        List<String> classes = ImageFolder.classes(trainFolder);
        if (!ImageFolder.classes(testFolder).equals(classes)) {
            throw new UsageException(testFolder + ": expected the classes " + classes + " of " + trainFolder
                    + " but got " + ImageFolder.classes(testFolder));
        }
        ImageBlock train = ImageFolder.read(trainFolder);
        ImageBlock test = ImageFolder.read(testFolder);
        check(network, classes.size(), train, test);
        System.out.printf(
                Locale.ROOT,
                "%s, %d epochs of %d images in batches of %d, learning rate %s%n%n",
                network,
                epochs,
                train.count(),
                BATCH,
                rate);
        RunConfig config = RunConfig.defaults()
                .with("model.name", network)
                .with("data.classes", classes.size())
                .with("train.epochs", epochs)
                .with("train.evaluate-every", 1)
                .with("train.shards", 1)
                .with("train.batch-size", BATCH)
                .with("schedule.rate", rate);
        List<Run> runs = run(config, seeds, train, test);
        System.out.printf(
                "%nmean training loss of the epoch, accuracy on the test set; mean of the seeds (lowest to highest)%n%n");
        System.out.printf("%-5s", "epoch");
        ALGORITHMS.forEach(algorithm -> System.out.printf(" %-26s %-26s", algorithm + " loss", "accuracy"));
        System.out.println();
        for (int epoch = 0; epoch < config.train().epochs(); epoch++) {
            System.out.printf("%-5d", epoch + 1);
            for (String algorithm : ALGORITHMS) {
                int e = epoch;
                List<Point> points = runs.stream()
                        .filter(run -> run.algorithm.equals(algorithm))
                        .map(run -> run.curve.get(e))
                        .toList();
                System.out.printf(
                        " %-26s %-26s",
                        spread(points.stream().mapToDouble(Point::loss).toArray()),
                        spread(points.stream().mapToDouble(Point::accuracy).toArray()));
            }
            System.out.println();
        }
    }

    /** That the network takes the images, and that there is a batch of them. */
    private static void check(String network, int classes, ImageBlock train, ImageBlock test) {
        if (!test.image().equals(train.image())) {
            throw new UsageException("curves: expected test images of " + train.image()
                    + " like those of training but got " + test.image());
        }
        if (train.count() < BATCH) {
            throw new UsageException(
                    "curves: expected at least a batch of " + BATCH + " training images but got " + train.count());
        }
        try {
            ModelZoo.build(network, train.image(), classes);
        } catch (IllegalArgumentException e) {
            throw new UsageException("curves: --network " + network + ": " + e.getMessage());
        }
    }

    private static List<Run> run(RunConfig config, int seeds, ImageBlock train, ImageBlock test) throws Exception {
        ExecutorService threads =
                Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors(), CurveBench::daemon);
        try {
            CompletionService<Run> runs = new ExecutorCompletionService<>(threads);
            for (int seed = 1; seed <= seeds; seed++) {
                for (String algorithm : ALGORITHMS) {
                    int s = seed;
                    runs.submit(() -> train(config, algorithm, s, train, test));
                }
            }
            List<Run> curves = new ArrayList<>();
            while (curves.size() < seeds * ALGORITHMS.size()) {
                curves.add(runs.take().get());
            }
            curves.sort(Comparator.comparingInt(Run::seed));
            return curves;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof DivergedException diverged) {
                throw diverged;
            }
            throw e;
        } finally {
            threads.shutdownNow();
        }
    }

    /** Trainings do not heed an interrupt; where one has failed, the others must not keep the process alive. */
    private static Thread daemon(Runnable work) {
        Thread thread = new Thread(work, "curve");
        thread.setDaemon(true);
        return thread;
    }

    private static Run train(RunConfig config, String algorithm, int seed, ImageBlock train, ImageBlock test) {
        Curve curve = new Curve(algorithm, seed);
        try {
            LocalTrainer.train(
                    config.with("convolution", algorithm).with("train.seed", (long) seed), train, test, List.of(curve));
        } catch (DivergedException e) {
            throw new DivergedException("curves: seed " + seed + ", " + algorithm + ": " + e.getMessage());
        }
        return new Run(algorithm, seed, curve.points);
    }

    private static String spread(double[] values) {
        double sum = 0;
        double least = Double.POSITIVE_INFINITY;
        double most = 0;
        for (double value : values) {
            sum += value;
            least = Math.min(least, value);
            most = Math.max(most, value);
        }
        return String.format(Locale.ROOT, "%.4f (%.4f to %.4f)", sum / values.length, least, most);
    }

    /** Listens to one run. */
    private static final class Curve implements TrainingListener {
        private final String algorithm;
        private final int seed;
        private final List<Point> points = new ArrayList<>();
        private double loss;
        private int steps;

        private Curve(String algorithm, int seed) {
            this.algorithm = algorithm;
            this.seed = seed;
        }

        @Override
        public void stepFinished(StepReport report) {
            loss += report.loss();
            steps++;
        }

        @Override
        public void evaluated(long step, int epoch, Evaluation evaluation) {
            points.add(new Point(loss / steps, evaluation.accuracy()));
            System.out.printf(
                    Locale.ROOT,
                    "seed %d, %-6s, epoch %2d: training loss %.4f, test accuracy %.4f%n",
                    seed,
                    algorithm,
                    points.size(),
                    loss / steps,
                    evaluation.accuracy());
            loss = 0;
            steps = 0;
        }
    }
}
