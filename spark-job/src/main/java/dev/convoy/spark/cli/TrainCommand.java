package dev.convoy.spark.cli;

import dev.convoy.io.TrainedModel;
import dev.convoy.spark.checkpoint.ModelStore;
import dev.convoy.spark.report.ProgressLine;
import dev.convoy.spark.train.SyncSgdTrainer;
import dev.convoy.train.RunConfig;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code convoy train}: trains a network and writes the model. */
@Command(
        name = "train",
        description =
                "Trains a network and writes the model; prints its test accuracy and the checksum of its weights.",
        mixinStandardHelpOptions = true)
final class TrainCommand implements Callable<Integer> {
    @Mixin
    private final SettingsOptions settings = new SettingsOptions();

    @Mixin
    private final KernelOptions kernels = new KernelOptions();

    private final Streams streams;

    TrainCommand(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() {
        RunConfig config = kernels.over(settings.over(RunConfig.defaults()));
        streams.err().println("kernels " + Checks.kernels(config).description());
        String output = config.train().output();
        TrainedModel model;
        try (JavaSparkContext spark = Cluster.connect("train", streams)) {
            Configuration hadoop = spark.hadoopConfiguration();
            Checks.output(output, hadoop);
            try (ProgressLine progress = new ProgressLine(streams.err(), streams.screen(), System::nanoTime)) {
                model = SyncSgdTrainer.train(spark, config, List.of(progress));
            }
            save(model, output, hadoop);
        }
        streams.out().println("model " + output);
        streams.out()
                .println(String.format(
                        Locale.ROOT, "test accuracy %.4f", model.test().accuracy()));
        streams.out().println("weights sha256 " + model.state().weightsSha256());
        return ExitCode.OK.code();
    }

    private static void save(TrainedModel model, String output, Configuration hadoop) {
        try {
            ModelStore.save(model, output, hadoop);
        } catch (IOException e) {
            throw Checks.notWritten(output, e);
        }
    }
}
