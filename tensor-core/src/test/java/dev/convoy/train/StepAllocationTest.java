package dev.convoy.train;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.convoy.data.ImageBlock;
import dev.convoy.tensor.Shape;
import java.lang.management.ManagementFactory;
import java.util.List;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What a whole training step allocates once it is under way: its tasks, the sum, clipping and the optimizer. Arrays of the size of an image,
 * an activation or the weights are not among it, or no bound here would hold; what is left are the tape's small objects, a few for each layer.
 */
@EnabledIfSystemProperty(named = "kernels", matches = "vector")
class StepAllocationTest {
    private static final int SHARDS = 2;
    private static final int WINDOW = 3;

    /** @param kilobytes for each shard of a step, whatever the number of images */
    @ParameterizedTest
    @CsvSource({
        "mlp, 28, 1, 8, 9, 150",
        "lenet5, 28, 1, 8, 13, 150",
        "lenet5, 28, 1, 32, 14, 100",
        "cnn, 28, 1, 8, 16, 60",
        "resnet20, 32, 3, 2, 42, 120",
        "mobilenet, 32, 3, 2, 46, 80"
    })
    void aStepAllocatesAFewObjectsPerLayer(String model, int side, int channels, int batch, int kilobytes, int steps) {
        RunConfig config = RunConfig.defaults()
                .with("kernels", System.getProperty("kernels", "auto"))
                .with("model.name", model)
                .with("train.batch-size", batch)
                .with("train.shards", SHARDS)
                .with("train.epochs", 1)
                .with("train.evaluate-every", 0)
                .with("optimizer.clip-norm", 1.0)
                .with("schedule.rate", 0.001);
        Shape image = Shape.of(side, side, channels);
        FewestBytes fewest = new FewestBytes(WINDOW);
        LocalTrainer.train(config, block(image, steps * batch), block(image, 2), List.of(fewest));

        long bytes = fewest.perStep() / SHARDS;
        assertTrue(bytes <= (long) kilobytes << 10, model + ": " + bytes + " bytes for each shard of a step");
    }

    /** The fewest bytes of so many steps in a row: Java allocates too while it compiles, and the vector kernels until then. */
    private static final class FewestBytes implements TrainingListener {
        private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        private final long[] ends;
        private int finished;
        private long fewest = Long.MAX_VALUE;

        FewestBytes(int window) {
            ends = new long[window];
        }

        @Override
        public void stepFinished(StepReport report) {
            long now = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
            int slot = finished++ % ends.length;
            if (finished > ends.length) {
                fewest = Math.min(fewest, now - ends[slot]);
            }
            ends[slot] = now;
        }

        long perStep() {
            return fewest / ends.length;
        }
    }

    private static ImageBlock block(Shape image, int count) {
        byte[] pixels = new byte[count * image.size()];
        int[] labels = new int[count];
        long[] ids = new long[count];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (byte) (i * 97);
        }
        for (int i = 0; i < count; i++) {
            labels[i] = i % 10;
            ids[i] = i;
        }
        return new ImageBlock(image, pixels, labels, ids);
    }
}
