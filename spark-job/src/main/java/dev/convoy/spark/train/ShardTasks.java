package dev.convoy.spark.train;

import dev.convoy.tensor.Shape;
import dev.convoy.train.GradientSum;
import dev.convoy.train.RunConfig;
import dev.convoy.train.ShardTask;
import dev.convoy.train.SpareArrays;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;

/**
 * The engines of this JVM, one per task that runs at a time: built from the configuration on first use and kept with their buffers
 * for the next step, because nothing of a network is ever sent. Only the newest configuration's are kept.
 */
final class ShardTasks {
    private record Key(RunConfig config, Shape image) {}

    private record Pool(Key key, Queue<ShardTask> idle, SpareArrays spare) {
        static Pool of(Key key) {
            return new Pool(key, new ConcurrentLinkedQueue<>(), new SpareArrays());
        }
    }

    private static volatile Pool newest = Pool.of(new Key(RunConfig.defaults(), Shape.of(0)));

    private ShardTasks() {}

    /** Lends an engine to {@code work}. */
    static <R> R with(RunConfig config, Shape image, Function<ShardTask, R> work) {
        Pool pool = pool(new Key(config, image));
        ShardTask idle = pool.idle().poll();
        ShardTask task = idle == null ? new ShardTask(config, image, pool.spare()) : idle;
        R result = work.apply(task);
        pool.idle().add(task); // after a failure it is dropped instead
        return result;
    }

    /** Takes the arrays of a sum that nobody holds any more, for the engines of this JVM. */
    static void giveBack(GradientSum sum) {
        newest.spare().giveBack(sum);
    }

    private static Pool pool(Key key) {
        Pool pool = newest;
        if (!pool.key().equals(key)) {
            synchronized (ShardTasks.class) {
                pool = newest;
                if (!pool.key().equals(key)) {
                    pool = Pool.of(key);
                    newest = pool;
                }
            }
        }
        return pool;
    }
}
