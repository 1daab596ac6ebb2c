package dev.convoy.spark.train;

import java.io.Serializable;
import java.util.Iterator;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.apache.spark.TaskContext;
import org.apache.spark.rdd.RDD;
import scala.jdk.javaapi.CollectionConverters;
import scala.reflect.ClassTag;
import scala.runtime.AbstractFunction2;
import scala.runtime.BoxedUnit;

/**
 * One Spark job that hands each result over when it arrives. The chain of RDDs behind Spark's own {@code reduce} would be made, cleaned
 * and checked anew in every step.
 */
final class StepJob {
    /** What a task makes of its partition. */
    @FunctionalInterface
    interface Work<T, R> extends Serializable {
        R of(TaskContext task, Iterator<T> partition);
    }

    private StepJob() {}

    /** Runs {@code work} on all partitions; {@code arrived} gets each partition's result once, one at a time, in order of arrival. */
    static <T, R> void run(RDD<T> partitions, Class<R> type, Work<T, R> work, Consumer<R> arrived) {
        run(partitions, all(partitions), type, work, (partition, result) -> arrived.accept(result));
    }

    /** The same on some of the partitions; {@code arrived} is told which. */
    static <T, R> void run(
            RDD<T> partitions, List<Integer> some, Class<R> type, Work<T, R> work, BiConsumer<Integer, R> arrived) {
        ClassTag<R> tag = ClassTag.apply(type);
        Arrival<R> inOrder = new Arrival<>((index, result) -> arrived.accept(some.get(index), result));
        partitions
                .context()
                .runJob(
                        partitions,
                        new Task<>(work),
                        CollectionConverters.<Object>asScala(List.<Object>copyOf(some))
                                .toSeq(),
                        inOrder,
                        tag);
    }

    static List<Integer> all(RDD<?> partitions) {
        return IntStream.range(0, partitions.getNumPartitions()).boxed().toList();
    }

    private static final class Task<T, R> extends AbstractFunction2<TaskContext, scala.collection.Iterator<T>, R>
            implements Serializable {
        private final Work<T, R> work;

        Task(Work<T, R> work) {
            this.work = work;
        }

        @Override
        public R apply(TaskContext task, scala.collection.Iterator<T> partition) {
            return work.of(task, CollectionConverters.asJava(partition));
        }
    }

    private static final class Arrival<R> extends AbstractFunction2<Object, R, BoxedUnit> {
        private final BiConsumer<Integer, R> arrived;

        Arrival(BiConsumer<Integer, R> arrived) {
            this.arrived = arrived;
        }

        @Override
        public BoxedUnit apply(Object index, R result) {
            arrived.accept((Integer) index, result);
            return BoxedUnit.UNIT;
        }
    }
}
