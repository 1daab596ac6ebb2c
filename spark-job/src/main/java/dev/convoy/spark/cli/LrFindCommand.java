package dev.convoy.spark.cli;

import dev.convoy.spark.report.ProgressLine;
import dev.convoy.spark.report.RatePicture;
import dev.convoy.spark.report.RateTable;
import dev.convoy.spark.train.SyncSgdTrainer;
import dev.convoy.train.InvalidSettingException;
import dev.convoy.train.LearningRateFinder;
import dev.convoy.train.RateCurve;
import dev.convoy.train.RunConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.spark.api.java.JavaSparkContext;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code convoy lr-find}: a learning rate range test. */
@Command(
        name = "lr-find",
        description = "Trains some steps at a growing learning rate, from too low to too high, and suggests one."
                + " No model is written.",
        mixinStandardHelpOptions = true)
final class LrFindCommand implements Callable<Integer> {
    @Mixin
    private final SettingsOptions settings = new SettingsOptions();

    @Option(
            names = "--from",
            paramLabel = "RATE",
            defaultValue = "1e-5",
            description = "the first learning rate (default: ${DEFAULT-VALUE})")
    private double from = 1e-5;

    @Option(
            names = "--to",
            paramLabel = "RATE",
            defaultValue = "10",
            description = "the last learning rate (default: ${DEFAULT-VALUE})")
    private double to = 10;

    @Option(
            names = "--steps",
            paramLabel = "N",
            defaultValue = "100",
            description = "how many steps at most (default: ${DEFAULT-VALUE})")
    private int steps = 100;

    @Option(names = "--png", paramLabel = "FILE", description = "also draw the loss over the rate")
    private @Nullable Path png;

    private final Streams streams;

    LrFindCommand(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() {
        LearningRateFinder.Range range = range();
        RunConfig config = settings.over(RunConfig.defaults());
        Checks.kernels(config);
        if (png != null) {
            Checks.picture(png);
        }
        RateCurve curve;
        try (JavaSparkContext spark = Cluster.connect("lr-find", streams);
                ProgressLine progress = new ProgressLine(streams.err(), streams.screen(), System::nanoTime)) {
            curve = SyncSgdTrainer.findRate(spark, config, range, List.of(progress));
        }
        streams.out().print(RateTable.of(curve));
        streams.out().flush();
        draw(curve);
        return ExitCode.OK.code();
    }

    private LearningRateFinder.Range range() {
        try {
            return new LearningRateFinder.Range(from, to, steps);
        } catch (InvalidSettingException e) { // its keys are options here
            throw new CommandException(ExitCode.USAGE, String.valueOf(e.getMessage()), e);
        }
    }

    private void draw(RateCurve curve) {
        if (png == null) {
            return;
        }
        try {
            RatePicture.write(curve, png);
        } catch (IOException e) {
            throw Checks.notWritten(png.toString(), e);
        }
        streams.out().println("picture " + png);
    }
}
