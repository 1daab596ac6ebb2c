package dev.convoy.spark.cli;

import dev.convoy.io.ModelException;
import dev.convoy.io.TrainedModel;
import dev.convoy.spark.checkpoint.Checkpointing;
import dev.convoy.spark.checkpoint.ModelStore;
import dev.convoy.spark.checkpoint.Resume;
import dev.convoy.spark.report.ProgressLine;
import dev.convoy.spark.train.SyncSgdTrainer;
import dev.convoy.train.RunConfig;
import dev.convoy.train.Split;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code convoy train}: trains a network and writes the model. */
@Command(
        name = "train",
        description =
                "Trains a network and writes the model; prints its test accuracy and the checksum of its weights.",
        mixinStandardHelpOptions = true)
final class TrainCommand implements Callable<Integer> {
    private static final String RESUME = "--resume: expected auto, no or the folder of a checkpoint but got ";

    @Mixin
    private final SettingsOptions settings = new SettingsOptions();

    @Option(
            names = "--resume",
            paramLabel = "auto|no|DIR",
            defaultValue = "no",
            description =
                    "go on from a checkpoint: auto, the newest valid one in checkpoint.path, or from the start if there is "
                            + "none; no, from the start, if there is none (default); DIR, the one in this folder")
    private String resume = "no";

    @Mixin
    private final KernelOptions kernels = new KernelOptions();

    private final Streams streams;

    TrainCommand(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() {
        if (resume.isBlank()) {
            throw new CommandException(ExitCode.USAGE, RESUME + "nothing");
        }
        RunConfig config = kernels.over(settings.over(RunConfig.defaults()));
        String provider = Checks.kernels(config).description();
        streams.err().println("kernels " + provider);
        warnOfChoicesByTheTestSplit(config);
        String output = config.train().output();
        TrainedModel model;
        Optional<String> failure;
        try (JavaSparkContext spark = Cluster.connect("train", streams)) {
            Configuration hadoop = spark.hadoopConfiguration();
            if (Checks.output(output, hadoop)) {
                streams.err().println("the model in " + output + " will be replaced at the end");
            }
            try (ProgressLine progress = new ProgressLine(streams.err(), streams.screen(), System::nanoTime);
                    Checkpointing checkpoints = checkpointing(config, provider, hadoop, progress)) {
                model = SyncSgdTrainer.train(spark, config, List.of(progress), checkpoints);
                failure = checkpoints.failure();
            }
            save(model, output, hadoop);
        }
        streams.out().println("model " + output);
        streams.out()
                .println(String.format(
                        Locale.ROOT, "test accuracy %.4f", model.test().accuracy()));
        streams.out().println("weights sha256 " + model.state().weightsSha256());
        failure.ifPresent(reason -> {
            throw new CommandException(
                    ExitCode.OUTPUT_NOT_WRITABLE,
                    "the model is written, but the checkpoint of its last step is not: " + reason);
        });
        return ExitCode.OK.code();
    }

    private Checkpointing checkpointing(
            RunConfig config, String provider, Configuration hadoop, ProgressLine progress) {
        try {
            return new Checkpointing(
                    config,
                    new Resume(resume),
                    new Checkpointing.Maker(Convoy.Version.parts(), provider),
                    hadoop,
                    notice -> {
                        progress.close();
                        streams.err().println("convoy: " + notice);
                    },
                    System::nanoTime);
        } catch (ModelException e) {
            throw e.problem() != ModelException.Problem.MISSING
                    ? e
                    : new CommandException(ExitCode.MODEL_MISSING, RESUME + "'" + resume + "': " + e.getMessage(), e);
        } catch (IOException e) {
            throw Checks.notWritten(config.checkpoint().path(), e);
        }
    }

    /** Whoever chooses a model by the test split has no split left that says how good it is. */
    private void warnOfChoicesByTheTestSplit(RunConfig config) {
        boolean stops = config.earlyStopping().patience() > 0;
        if (config.watched() == Split.TEST && (stops || config.schedule().name().equals("plateau"))) {
            Warnings.on(streams)
                    .warned((stops ? "early stopping" : "the plateau schedule")
                            + " watches the test split, so its accuracy will flatter the model;"
                            + " hold out a share to watch with train.validation=0.1");
        }
    }

    private static void save(TrainedModel model, String output, Configuration hadoop) {
        try {
            ModelStore.save(model, output, hadoop);
        } catch (IOException e) {
            throw Checks.notWritten(output, e);
        }
    }
}
