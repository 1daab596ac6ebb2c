package dev.convoy.spark.cli;

import dev.convoy.io.TrainedModel;
import dev.convoy.spark.checkpoint.ModelStore;
import dev.convoy.spark.train.SyncSgdTrainer;
import dev.convoy.train.Evaluation;
import dev.convoy.train.RunConfig;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.apache.spark.api.java.JavaSparkContext;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code convoy evaluate}: loss and accuracy of a stored model on the test split. */
@Command(
        name = "evaluate",
        description = "Prints a model's loss and accuracy on the test split of data.path.",
        mixinStandardHelpOptions = true)
final class EvaluateCommand implements Callable<Integer> {
    @Mixin
    private final ModelOptions options = new ModelOptions();

    private final Streams streams;

    EvaluateCommand(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() {
        try (JavaSparkContext spark = Cluster.connect("evaluate", streams)) {
            TrainedModel model = ModelStore.load(options.folder(), spark.hadoopConfiguration());
            RunConfig config = options.over(model);
            Checks.kernels(config);
            Evaluation evaluation = SyncSgdTrainer.evaluate(spark, model, config);
            streams.out().println(String.format(Locale.ROOT, "test loss %.4f", evaluation.loss()));
            streams.out().println(String.format(Locale.ROOT, "test accuracy %.4f", evaluation.accuracy()));
            streams.out().println("weights sha256 " + model.state().weightsSha256());
            return ExitCode.OK.code();
        }
    }
}
