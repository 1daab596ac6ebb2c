package dev.convoy.spark.plan;

import dev.convoy.data.BatchPlan;
import dev.convoy.data.ImageBlock;
import dev.convoy.tensor.Shape;
import dev.convoy.train.ModelState;
import dev.convoy.train.RunConfig;
import dev.convoy.train.ShardTask;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * How long the engine takes for an image on one core of this machine: the mean over some gradients of a shard's share, on synthetic
 * pixels, after Java has compiled what they run. It is the thread's processor time, so that what else this machine does hardly counts.
 *
 * @param secondsPerImage of forward and backward pass
 * @param images of each measured pass
 * @param passes measured
 */
public record EngineSpeed(double secondsPerImage, int images, int passes) {
    private static final long WARM_UP_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final long MEASURE_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final int FEWEST_PASSES = 3;
    /** More images in a pass take as long each. */
    private static final int MOST_IMAGES = 64;

    /** Takes about three seconds of a processor, or six passes if they are longer. */
    public static EngineSpeed measure(RunConfig config, Shape image, int share) {
        int images = Math.min(share, MOST_IMAGES);
        ImageBlock block = SyntheticImages.of(image, images);
        BatchPlan plan = new BatchPlan(config.train().seed(), images, images, 1);
        ShardTask task = new ShardTask(config, image);
        ModelState state = ModelState.initial(task.network(), config.train().seed());
        Runnable pass = () -> task.gradient(state, block, 0, plan, 0, 0);
        repeat(pass, images, WARM_UP_NANOS);
        return repeat(pass, images, MEASURE_NANOS);
    }

    private static EngineSpeed repeat(Runnable pass, int images, long leastNanos) {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        LongSupplier clock =
                threads.isCurrentThreadCpuTimeSupported() ? threads::getCurrentThreadCpuTime : System::nanoTime;
        long begin = clock.getAsLong();
        long nanos = 0;
        int passes = 0;
        while (passes < FEWEST_PASSES || nanos < leastNanos) {
            pass.run();
            passes++;
            nanos = clock.getAsLong() - begin;
        }
        return new EngineSpeed(nanos / 1e9 / passes / images, images, passes);
    }
}
