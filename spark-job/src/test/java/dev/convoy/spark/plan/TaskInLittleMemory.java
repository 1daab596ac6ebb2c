package dev.convoy.spark.plan;

import dev.convoy.data.BatchPlan;
import dev.convoy.data.ImageBlock;
import dev.convoy.spark.kryo.ConvoyRegistrator;
import dev.convoy.tensor.Shape;
import dev.convoy.train.GradientSum;
import dev.convoy.train.ModelState;
import dev.convoy.train.RunConfig;
import dev.convoy.train.ShardTask;
import dev.convoy.train.SpareArrays;
import dev.convoy.train.TreeSum;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.apache.spark.SparkConf;
import org.apache.spark.serializer.KryoSerializer;
import org.apache.spark.serializer.SerializerHelper$;
import org.apache.spark.serializer.SerializerInstance;
import scala.reflect.ClassTag;

/**
 * A task's step, its message included, in a heap that has only so much left: what the step needs at its peak, whenever that is, is whether
 * it ends or runs out of memory. Everything it needs and does not count, such as classes, is there before, from a step that had room.
 */
final class TaskInLittleMemory {
    private final RunConfig config;
    private final Shape image;
    private final int shards;
    private final ImageBlock block;
    private final ModelState state;
    private final SerializerInstance serializer =
            new KryoSerializer(ConvoyRegistrator.configure(new SparkConf(false))).newInstance();

    private TaskInLittleMemory(String[] arguments) {
        int side = Integer.parseInt(arguments[2]);
        int images = Integer.parseInt(arguments[4]);
        image = Shape.of(side, side, Integer.parseInt(arguments[3]));
        shards = Integer.parseInt(arguments[5]);
        config = RunConfig.defaults()
                .with("kernels", arguments[0])
                .with("model.name", arguments[1])
                .with("train.batch-size", images * shards)
                .with("train.shards", shards);
        block = SyntheticImages.of(image, images);
        state = ModelState.initial(new ShardTask(config, image).network(), 1);
    }

    /** {@code kernels model side channels images shards}; exit code 1, and a line that says why, unless the estimate is right. */
    public static void main(String[] arguments) throws Exception {
        TaskInLittleMemory task = new TaskInLittleMemory(arguments);
        SumTraffic sums = SumTraffic.of(task.shards, 1);
        TaskMemory memory = onNewThread(() -> TaskMemory.of(task.config, task.image, sums));
        if (!task.fits(2 * memory.total()) || !task.fits((long) (1.1 * memory.total()))) {
            System.out.println("takes more than 1.1 times " + memory);
            System.exit(1);
        }
        if (task.fits((long) (0.9 * memory.total()))) {
            System.out.println("takes less than 0.9 times " + memory);
            System.exit(1);
        }
    }

    /** Whether a step finds enough room in so many bytes. */
    private boolean fits(long bytes) throws Exception {
        System.gc();
        Runtime heap = Runtime.getRuntime();
        long free = heap.maxMemory() - (heap.totalMemory() - heap.freeMemory());
        byte[] taken = new byte[Math.toIntExact(free - bytes)];
        try {
            return onNewThread(this::step);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof OutOfMemoryError) {
                return false;
            }
            throw e;
        } finally {
            Reference.reachabilityFence(taken);
        }
    }

    private boolean step() {
        SpareArrays spare = new SpareArrays();
        ShardTask task = new ShardTask(config, image, spare);
        TreeSum sum = new TreeSum(shards, spare::giveBack);
        BatchPlan plan = new BatchPlan(0, block.count(), block.count(), 1);
        for (int shard = 0; shard < shards; shard++) {
            sum.add(shard, task.gradient(state, block, 0, plan, 0, 0));
        }
        List<Object> messages = new ArrayList<>();
        sum.nodes().forEach((node, gradient) -> messages.add(message(node, gradient)));
        Reference.reachabilityFence(task);
        Reference.reachabilityFence(messages);
        return true;
    }

    /** As executors leave it in a block. */
    private Object message(TreeSum.Node node, GradientSum gradient) {
        return SerializerHelper$.MODULE$.serializeToChunkedBuffer(
                serializer, new TreeSum(shards).put(node, gradient), -1, ClassTag.apply(Object.class));
    }

    /** Whose kernels begin without buffers, and leave none: the thread has ended. */
    private static <T> T onNewThread(Callable<T> work) throws Exception {
        FutureTask<T> task = new FutureTask<>(work);
        Thread thread = new Thread(task);
        thread.start();
        thread.join();
        return task.get();
    }
}
