package dev.convoy.spark.cli;

import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.Serializable;
import java.util.List;
import org.apache.spark.SparkContext;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.rdd.RDD;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerStageSubmitted;
import org.apache.spark.util.AccumulatorV2;
import scala.collection.Iterator;
import scala.reflect.ClassTag;
import scala.runtime.AbstractFunction2;
import scala.runtime.BoxedUnit;

/**
 * Named in {@code spark.extraListeners}: lets a thread of Spark's own meet an error, the one that {@link #ERROR} names on the one that {@link #THREAD}
 * names.
 */
public final class FatalErrorInjector extends SparkListener {
    static final String THREAD = "convoy.test.thread";
    static final String ERROR = "convoy.test.error";

    private boolean done;

    @Override
    public void onStageSubmitted(SparkListenerStageSubmitted submitted) {
        if (done) {
            return;
        }
        done = true;
        String thread = System.getProperty(THREAD, "");
        if (Thread.currentThread().getName().contains(thread)) {
            fail();
        }
        JavaSparkContext spark = new JavaSparkContext(SparkContext.getOrCreate());
        Unreadable unreadable = new Unreadable();
        spark.sc().register(unreadable, "unreadable");
        boolean result = thread.startsWith("task-result-getter");
        RDD<Integer> one = spark.parallelize(List.of(1), 1).rdd();
        // Its results are taken in on the scheduler's thread.
        new Thread(() -> one.context()
                        .runJob(
                                one,
                                new Work(result ? unreadable : null),
                                new Arrival(),
                                ClassTag.apply(Integer.class)))
                .start();
    }

    private static void fail() {
        String error = System.getProperty(ERROR, "");
        if (error.equals("memory")) {
            throw new OutOfMemoryError("Java heap space");
        } else if (error.equals("stack")) {
            throw new StackOverflowError();
        }
        throw new IllegalStateException("no " + ERROR);
    }

    private static final class Work extends AbstractFunction2<TaskContext, Iterator<Integer>, Integer>
            implements Serializable {
        private final Unreadable unreadable;

        Work(Unreadable unreadable) {
            this.unreadable = unreadable;
        }

        @Override
        public Integer apply(TaskContext task, Iterator<Integer> partition) {
            if (unreadable != null) {
                unreadable.add(1);
            }
            return 1;
        }
    }

    private static final class Arrival extends AbstractFunction2<Object, Integer, BoxedUnit> {
        @Override
        public BoxedUnit apply(Object partition, Integer result) {
            fail();
            return BoxedUnit.UNIT;
        }
    }

    /** What a task counts; the driver cannot take it in. */
    private static final class Unreadable extends AccumulatorV2<Integer, Integer> {
        private int sum;

        @Override
        public boolean isZero() {
            return sum == 0;
        }

        @Override
        public AccumulatorV2<Integer, Integer> copy() {
            return new Unreadable();
        }

        @Override
        public void reset() {
            sum = 0;
        }

        @Override
        public void add(Integer more) {
            sum += more;
        }

        @Override
        public void merge(AccumulatorV2<Integer, Integer> other) {
            sum += other.value();
        }

        @Override
        public Integer value() {
            return sum;
        }

        private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
            in.defaultReadObject();
            if (Thread.currentThread().getName().startsWith("task-result-getter")) {
                fail();
            }
        }
    }
}
