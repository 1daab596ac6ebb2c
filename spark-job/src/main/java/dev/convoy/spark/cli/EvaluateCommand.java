package dev.convoy.spark.cli;

import dev.convoy.io.TrainedModel;
import dev.convoy.metric.Classification;
import dev.convoy.metric.ConfusionMatrix;
import dev.convoy.spark.checkpoint.ModelStore;
import dev.convoy.spark.report.ClassTable;
import dev.convoy.spark.report.ConfusionPicture;
import dev.convoy.spark.train.SyncSgdTrainer;
import dev.convoy.train.Evaluation;
import dev.convoy.train.RunConfig;
import dev.convoy.train.Split;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.apache.spark.api.java.JavaSparkContext;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code convoy evaluate}: how a stored model does on a split, over all and class by class. */
@Command(
        name = "evaluate",
        description = "Prints a model's loss and accuracy on a split of data.path, over all and per class.",
        mixinStandardHelpOptions = true)
final class EvaluateCommand implements Callable<Integer> {
    private static final int TOP = 5;

    @Mixin
    private final ModelOptions options = new ModelOptions();

    @Mixin
    private final KernelOptions kernels = new KernelOptions();

    @Option(names = "--confusion", paramLabel = "FILE", description = "also draw the confusion matrix, as a PNG")
    private @Nullable Path picture;

    @Option(
            names = "--split",
            paramLabel = "NAME",
            defaultValue = "test",
            description = "test, or validation: what train.validation held out; or training: what is left"
                    + " (default: ${DEFAULT-VALUE})")
    private Split split = Split.TEST;

    private final Streams streams;

    EvaluateCommand(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() {
        if (picture != null) {
            Checks.picture(picture);
        }
        try (JavaSparkContext spark = Cluster.connect("evaluate", streams)) {
            TrainedModel model = ModelStore.load(options.folder(), spark.hadoopConfiguration());
            RunConfig config = kernels.over(options.over(model));
            Checks.kernels(config);
            requireDrawable(config.data().classes());
            Evaluation evaluation = SyncSgdTrainer.evaluate(spark, model, config, split, List.of(Warnings.on(streams)));
            print(split + " loss %.4f", evaluation.loss());
            print(split + " accuracy %.4f", evaluation.accuracy());
            Classification classes = evaluation.classes();
            if (classes != null && classes.ranks().classes() > TOP) {
                print(split + " top-5 accuracy %.4f", classes.ranks().accuracy(TOP));
            }
            streams.out().println("weights sha256 " + model.state().weightsSha256());
            if (classes != null) {
                streams.out().print("\n" + ClassTable.of(classes.confusion()));
                streams.out().flush();
                draw(classes.confusion());
            }
            return ExitCode.OK.code();
        }
    }

    private void requireDrawable(int classes) {
        if (picture != null && classes > ConfusionPicture.MOST_CLASSES) {
            throw new CommandException(
                    ExitCode.IMAGE_TOO_LARGE,
                    "--confusion: " + classes + " classes are more than the " + ConfusionPicture.MOST_CLASSES
                            + " that fit a picture; leave it out");
        }
    }

    private void draw(ConfusionMatrix confusion) {
        if (picture == null) {
            return;
        }
        try {
            ConfusionPicture.write(confusion, picture);
        } catch (IOException e) {
            throw Checks.notWritten(picture.toString(), e);
        }
        streams.out().println("\npicture " + picture);
    }

    private void print(String format, double value) {
        streams.out().println(String.format(Locale.ROOT, format, value));
    }
}
