package dev.convoy.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.sun.management.ThreadMXBean;
import dev.convoy.data.ImageBlock;
import dev.convoy.tensor.Shape;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What a whole training step allocates once it is under way: its tasks, the sum, clipping and the optimizer. Arrays of the size of an image,
 * an activation or the weights are not among it, or no bound here would hold; what is left are the tape's small objects, a few for each layer.
 *
 * <p>Each network trains in a JVM of its own, as a run does: how C2 compiles depends on what a JVM has done before, which is every other test
 * in this one (docs/decisions/0009-winograd.md, "the boxing").
 */
@EnabledIfSystemProperty(named = "kernels", matches = "vector")
class StepAllocationTest {
    private static final int SHARDS = 2;
    /** In a row: one step that allocates little says nothing of the next. */
    private static final int STEPS = 20;
    /** How long Java compiles, and allocates for vectors that it has not compiled yet, is its choice. */
    private static final int MOST_STEPS = 3000;

    /** @param kilobytes for each shard of a step */
    @ParameterizedTest
    @CsvSource({
        "mlp, 28, 1, 8, 9",
        "lenet5, 28, 1, 8, 13",
        "lenet5, 28, 1, 64, 15",
        "cnn, 28, 1, 8, 16",
        "resnet20, 32, 3, 2, 42",
        "mobilenet, 32, 3, 2, 46",
        "airbench, 32, 3, 2, 24"
    })
    void aStepAllocatesAFewObjectsPerLayer(String model, int side, int channels, int batch, int kilobytes)
            throws IOException, InterruptedException {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        List<String> command = new ArrayList<>(List.of(
                java.toString(),
                "--add-modules=jdk.incubator.vector",
                "-cp",
                System.getProperty("java.class.path"),
                StepAllocationTest.class.getName()));
        for (Object argument : new Object[] {model, side, channels, batch, kilobytes}) {
            command.add(argument.toString());
        }
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), said);
    }

    /** Trains until {@link #STEPS} steps in a row are within the bound; an exception, and another exit code than 0, if none are. */
    public static void main(String[] arguments) {
        String model = arguments[0];
        int side = Integer.parseInt(arguments[1]);
        int batch = Integer.parseInt(arguments[3]);
        RunConfig config = RunConfig.defaults()
                .with("kernels", "vector")
                .with("model.name", model)
                .with("train.batch-size", batch)
                .with("train.shards", SHARDS)
                .with("train.epochs", MOST_STEPS)
                .with("train.max-steps", MOST_STEPS)
                .with("train.evaluate-every", 0)
                .with("optimizer.clip-norm", 1.0)
                .with("schedule.rate", 1e-6);
        Shape image = Shape.of(side, side, Integer.parseInt(arguments[2]));
        Watch watch = new Watch(Long.parseLong(arguments[4]) << 10);
        assertThrows(
                Reached.class,
                () -> LocalTrainer.train(config, block(image, 2 * batch), block(image, 2), List.of(watch)),
                () -> model + ": at least " + watch.fewest / SHARDS + " bytes for each shard of " + STEPS
                        + " steps in a row, each");
    }

    /** Ends the run when as many steps in a row were within the bound. */
    private static final class Watch implements TrainingListener {
        private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        private final long most;
        private final Deque<Long> last = new ArrayDeque<>();
        private long end;
        private long fewest = Long.MAX_VALUE;

        Watch(long perShard) {
            most = SHARDS * perShard;
        }

        @Override
        public void stepFinished(StepReport report) {
            long now = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
            if (report.step() > 0) {
                last.add(now - end);
            }
            if (last.size() == STEPS) {
                fewest = Math.min(fewest, Collections.max(last));
                last.remove();
            }
            if (fewest <= most) {
                throw new Reached();
            }
            end = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
        }
    }

    private static final class Reached extends RuntimeException {}

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
