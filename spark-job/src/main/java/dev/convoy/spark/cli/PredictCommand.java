package dev.convoy.spark.cli;

import dev.convoy.data.ImageBlock;
import dev.convoy.io.TrainedModel;
import dev.convoy.spark.checkpoint.ModelStore;
import dev.convoy.spark.data.IdxSource;
import dev.convoy.spark.report.Prediction;
import dev.convoy.spark.report.PredictionSheet;
import dev.convoy.spark.train.SyncSgdTrainer;
import dev.convoy.train.RunConfig;
import dev.convoy.train.ShardTask;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code convoy predict}: what a stored model says of the first test images, as a table and as a picture. */
@Command(
        name = "predict",
        description = "Prints what a model says of the first images of the test split of data.path.",
        mixinStandardHelpOptions = true)
final class PredictCommand implements Callable<Integer> {
    @Mixin
    private final ModelOptions options = new ModelOptions();

    @Option(
            names = "--count",
            paramLabel = "N",
            defaultValue = "10",
            description = "how many images (default: ${DEFAULT-VALUE})")
    private int count = 10;

    @Option(
            names = "--png",
            paramLabel = "FILE",
            description = "also draw them, with their predicted labels; wrong ones framed in red")
    private @Nullable Path png;

    private final Streams streams;

    PredictCommand(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() {
        if (count < 1) {
            throw new CommandException(ExitCode.USAGE, "--count: expected at least 1 but got " + count);
        }
        if (png != null) {
            Checks.picture(png);
        }
        // A handful of images: the driver computes, Spark brings the file systems.
        try (JavaSparkContext spark = Cluster.connect("predict", streams)) {
            Configuration hadoop = spark.hadoopConfiguration();
            TrainedModel model = ModelStore.load(options.folder(), hadoop);
            RunConfig config = options.over(model);
            Checks.kernels(config);
            IdxSource source =
                    IdxSource.find(config.data().path(), "t10k", config.data().classes(), hadoop);
            model.requireImage(source.shape(), source.images());
            SyncSgdTrainer.network(config, source);
            ImageBlock images = source.read(hadoop).slice(0, Math.min(count, source.count()));
            float[][] probabilities = new ShardTask(config, images.image()).probabilities(model.state(), images);
            List<Prediction> predictions = Prediction.of(images.ids(), images.labels(), probabilities);
            streams.out().print(Prediction.table(predictions));
            streams.out().flush();
            draw(images, predictions);
            return ExitCode.OK.code();
        }
    }

    private void draw(ImageBlock images, List<Prediction> predictions) {
        if (png == null) {
            return;
        }
        try {
            PredictionSheet.write(images, predictions, png);
        } catch (IOException e) {
            throw Checks.notWritten(png.toString(), e);
        }
        streams.out().println("picture " + png);
    }
}
