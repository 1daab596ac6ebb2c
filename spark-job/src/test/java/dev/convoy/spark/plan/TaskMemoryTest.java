package dev.convoy.spark.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.convoy.data.BatchPlan;
import dev.convoy.data.ImageBlock;
import dev.convoy.tensor.Shape;
import dev.convoy.train.ModelState;
import dev.convoy.train.RunConfig;
import dev.convoy.train.ShardTask;
import java.lang.management.ManagementFactory;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TaskMemoryTest {

    /** With the scalar kernels: the vector kernels keep about a megabyte more, and box numbers until Java has compiled them. */
    @ParameterizedTest
    @CsvSource({"lenet5, 28, 1, 24", "cnn, 28, 1, 16", "mlp, 28, 1, 32", "resnet20, 32, 3, 8"})
    void theEstimateIsWhatAFirstStepAllocates(String model, int side, int channels, int images) throws Exception {
        Shape image = Shape.of(side, side, channels);
        RunConfig config = config(model, images).with("kernels", "scalar").with("train.shards", 1);
        TaskMemory memory = TaskMemory.of(config, image, 1, SumTraffic.of(1, 1));
        ShardTask task = new ShardTask(config, image);
        ModelState state = ModelState.initial(task.network(), 1);
        ImageBlock block = SyntheticImages.of(image, images);
        allocated(new ShardTask(config, image), state, block); // classes are loaded
        long allocated = allocated(task, state, block);

        double estimate = memory.activations() + TaskMemory.stateBytes(task.network());
        assertEquals(1, estimate / allocated, 0.1, model + ": " + estimate + " estimated, " + allocated + " allocated");
        assertEquals(task.workspaceBytes(), memory.activations(), "images grow the workspace evenly");
    }

    /** On a thread of its own, whose kernels begin without buffers. */
    private static long allocated(ShardTask task, ModelState state, ImageBlock block) throws Exception {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        FutureTask<Long> measure = new FutureTask<>(() -> {
            long before = threads.getCurrentThreadAllocatedBytes();
            task.gradient(state, block, 0, new BatchPlan(0, block.count(), block.count(), 1), 0, 0);
            return threads.getCurrentThreadAllocatedBytes() - before;
        });
        Thread thread = new Thread(measure);
        thread.start();
        thread.join();
        return measure.get();
    }

    @ParameterizedTest
    @CsvSource({"0, 32", "8, 8", "64, 32"})
    void aMicroBatchBoundsTheImagesOfAPass(int microBatch, int images) {
        RunConfig config = config("lenet5", 256).with("train.micro-batch", microBatch);
        Shape image = Shape.of(28, 28, 1);

        assertEquals(
                images, TaskMemory.of(config, image, 1, SumTraffic.of(8, 8)).images());
        assertTrue(TaskMemory.of(config, image, 1, SumTraffic.of(8, 8)).activations() > 0);
    }

    private static RunConfig config(String model, int batch) {
        return RunConfig.defaults().with("model.name", model).with("train.batch-size", batch);
    }
}
