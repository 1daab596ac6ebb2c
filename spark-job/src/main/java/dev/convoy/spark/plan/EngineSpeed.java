package dev.convoy.spark.plan;

import dev.convoy.data.BatchPlan;
import dev.convoy.data.ImageBlock;
import dev.convoy.tensor.Shape;
import dev.convoy.train.ModelState;
import dev.convoy.train.RunConfig;
import dev.convoy.train.ShardTask;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/**
 * How long the engine takes for an image on one core of this machine: the median of some gradients of a shard's share, on synthetic
 * pixels, after Java has compiled what they run.
 *
 * @param secondsPerImage of forward and backward pass
 * @param images of each measured pass
 * @param passes measured
 */
public record EngineSpeed(double secondsPerImage, int images, int passes) {
    private static final long WARM_UP_NANOS = TimeUnit.SECONDS.toNanos(3);
    private static final int WARM_UP_PASSES = 3;
    private static final long MEASURE_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final int PASSES = 5;
    /** More images in a pass take as long each. */
    private static final int MOST_IMAGES = 64;

    /** Takes about five seconds, or eight passes if they are longer. */
    public static EngineSpeed measure(RunConfig config, Shape image, int share) {
        int images = Math.min(share, MOST_IMAGES);
        ImageBlock block = SyntheticImages.of(image, images);
        BatchPlan plan = new BatchPlan(config.train().seed(), images, images, 1);
        ShardTask task = new ShardTask(config, image);
        ModelState state = ModelState.initial(task.network(), config.train().seed());
        run(task, state, block, plan, WARM_UP_PASSES, WARM_UP_NANOS);
        long[] nanos = run(task, state, block, plan, PASSES, MEASURE_NANOS);
        Arrays.sort(nanos);
        return new EngineSpeed(nanos[nanos.length / 2] / 1e9 / images, images, nanos.length);
    }

    /** At least {@code passes}, and as many as begin within {@code least} nanoseconds. */
    private static long[] run(
            ShardTask task, ModelState state, ImageBlock block, BatchPlan plan, int passes, long least) {
        long[] nanos = new long[passes];
        int done = 0;
        long begin = System.nanoTime();
        long now = begin;
        while (done < passes || now - begin < least) {
            task.gradient(state, block, 0, plan, 0, 0);
            long after = System.nanoTime();
            nanos = done < nanos.length ? nanos : Arrays.copyOf(nanos, 2 * done);
            nanos[done++] = after - now;
            now = after;
        }
        return Arrays.copyOf(nanos, done);
    }
}
