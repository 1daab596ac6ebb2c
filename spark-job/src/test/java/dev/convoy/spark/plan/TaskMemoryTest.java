package dev.convoy.spark.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.convoy.data.BatchPlan;
import dev.convoy.data.ImageBlock;
import dev.convoy.tensor.Shape;
import dev.convoy.train.GradientSum;
import dev.convoy.train.ModelState;
import dev.convoy.train.RunConfig;
import dev.convoy.train.ShardTask;
import dev.convoy.train.SpareArrays;
import dev.convoy.train.TreeSum;
import java.lang.management.ManagementFactory;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import javax.management.JMException;
import javax.management.ObjectName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TaskMemoryTest {

    /** With the kernels that a run would have: what is still there after a step of all images, and no longer without its task. */
    @ParameterizedTest
    @CsvSource({
        "lenet5, 28, 1, 16, 1",
        "lenet5, 28, 1, 128, 2",
        "cnn, 28, 1, 48, 1",
        "mlp, 28, 1, 64, 1",
        "mlp, 28, 1, 16, 8",
        "resnet20, 32, 3, 4, 1",
        "resnet20, 32, 3, 16, 1",
        "mobilenet, 32, 3, 16, 1",
        "mobilenet, 32, 3, 4, 4",
        "airbench, 32, 3, 24, 1"
    })
    void theEstimateIsWhatAStepLeavesOnTheHeap(String model, int side, int channels, int images, int shards)
            throws Exception {
        Shape image = Shape.of(side, side, channels);
        RunConfig config = config(model, images * shards).with("train.shards", shards);
        TaskMemory memory = onNewThread(() -> TaskMemory.of(config, image, SumTraffic.of(shards, 1)));
        ModelState state = ModelState.initial(new ShardTask(config, image).network(), 1);
        ImageBlock block = SyntheticImages.of(image, images);
        long held = onNewThread(() -> {
            long before = heap();
            SpareArrays spare = new SpareArrays();
            ShardTask task = new ShardTask(config, image, spare);
            TreeSum sum = new TreeSum(shards, spare::giveBack);
            for (int shard = 0; shard < shards; shard++) {
                sum.add(shard, gradient(task, state, block));
            }
            long after = heap();
            assertEquals(task.workspaceBytes(), memory.activations(), "images grow the workspace evenly");
            assertEquals(images * shards, sum.total().count());
            return after - before;
        });

        double estimate = memory.total() - memory.message();
        assertEquals(images, memory.images());
        assertEquals(1, estimate / held, 0.1, model + ": " + memory + ", " + held + " bytes held");
    }

    private static GradientSum gradient(ShardTask task, ModelState state, ImageBlock block) {
        return task.gradient(state, block, 0, new BatchPlan(0, block.count(), block.count(), 1), 0, 0);
    }

    /** Bytes of all objects that are in use: the last line of the JVM's histogram. What a collector wastes around large arrays is not in it. */
    private static long heap() throws JMException {
        String histogram = (String) ManagementFactory.getPlatformMBeanServer()
                .invoke(
                        new ObjectName("com.sun.management:type=DiagnosticCommand"),
                        "gcClassHistogram",
                        new Object[] {new String[0]},
                        new String[] {String[].class.getName()});
        String total = histogram.substring(histogram.lastIndexOf("Total")).strip();
        return Long.parseLong(total.split("\\s+")[2]);
    }

    /** Whose kernels begin without buffers. */
    private static <T> T onNewThread(Callable<T> work) throws Exception {
        FutureTask<T> task = new FutureTask<>(work);
        new Thread(task).start();
        return task.get();
    }

    @ParameterizedTest
    @CsvSource({"0, 32", "8, 8", "64, 32"})
    void aMicroBatchBoundsTheImagesOfAPass(int microBatch, int images) {
        RunConfig config = config("lenet5", 256).with("train.micro-batch", microBatch);
        Shape image = Shape.of(28, 28, 1);

        assertEquals(images, TaskMemory.of(config, image, SumTraffic.of(8, 8)).images());
        assertTrue(TaskMemory.of(config, image, SumTraffic.of(8, 8)).activations() > 0);
    }

    private static RunConfig config(String model, int batch) {
        return RunConfig.defaults().with("model.name", model).with("train.batch-size", batch);
    }
}
