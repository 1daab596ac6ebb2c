package dev.convoy.spark.train;

import java.io.Serializable;
import java.util.Iterator;
import java.util.function.Consumer;
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
        ClassTag<R> tag = ClassTag.apply(type);
        partitions.context().runJob(partitions, new Task<>(work), new Arrival<>(arrived), tag);
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
        private final Consumer<R> arrived;

        Arrival(Consumer<R> arrived) {
            this.arrived = arrived;
        }

        @Override
        public BoxedUnit apply(Object partition, R result) {
            arrived.accept(result);
            return BoxedUnit.UNIT;
        }
    }
}
