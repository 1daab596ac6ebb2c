package dev.convoy.spark.train;

import dev.convoy.spark.block.Blocks;
import dev.convoy.train.ModelState;
import java.io.Serializable;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;

/** A model's state on its way to the tasks, which read it with {@link #state}; the driver closes it when they are done. */
interface StateMessage extends Serializable, AutoCloseable {
    /** What was sent; the same object for all tasks of an executor, or a copy. Not to be changed. */
    ModelState state();

    @Override
    void close();

    /** Sends a state the shortest way there is. It must not change before the message is closed. */
    static StateMessage send(JavaSparkContext spark, ModelState state) {
        if (spark.isLocal()) {
            return InProcess.of(state);
        }
        if (isSmall(state)) {
            return new Inline(state.weights(), state.buffers());
        }
        int executors = spark.sc().getExecutorMemoryStatus().size() - 1; // the driver is among them
        return executors <= StepTopology.DIRECT_EXECUTORS && bytes(state) <= Blocks.LARGEST
                ? FetchedState.of(state)
                : new Broadcasted(spark.broadcast(state));
    }

    /** Small enough to travel inside a task, and its gradient inside a task's result. */
    static boolean isSmall(ModelState state) {
        return state.weights().length + state.buffers().length <= StepTopology.INLINE_VALUES;
    }

    static long bytes(ModelState state) {
        return Float.BYTES * ((long) state.weights().length + state.buffers().length);
    }

    /** With a local master the tasks run in this JVM and find the state where it is. */
    record InProcess(long id) implements StateMessage {
        private static final AtomicLong NEXT = new AtomicLong();
        private static final Map<Long, ModelState> SENT = new ConcurrentHashMap<>();

        static InProcess of(ModelState state) {
            InProcess message = new InProcess(NEXT.getAndIncrement());
            SENT.put(message.id, state);
            return message;
        }

        @Override
        public ModelState state() {
            ModelState state = SENT.get(id);
            if (state == null) {
                throw new IllegalStateException("the step is over; this task's result is no longer wanted");
            }
            return state;
        }

        @Override
        public void close() {
            SENT.remove(id);
        }
    }

    /** Inside the task's own bytes. */
    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    record Inline(float[] weights, float[] buffers) implements StateMessage {
        @Override
        public ModelState state() {
            return new ModelState(weights, buffers);
        }

        @Override
        public void close() {}
    }

    /** By Spark's broadcast: pieces that executors also fetch from each other, one copy per executor. */
    record Broadcasted(Broadcast<ModelState> broadcast) implements StateMessage {
        @Override
        public ModelState state() {
            return broadcast.value();
        }

        @Override
        public void close() {
            broadcast.destroy();
        }
    }
}
