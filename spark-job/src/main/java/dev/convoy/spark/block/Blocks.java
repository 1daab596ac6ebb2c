package dev.convoy.spark.block;

import java.io.InputStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.spark.SparkEnv;
import org.apache.spark.network.buffer.ManagedBuffer;
import org.apache.spark.network.shuffle.BlockFetchingListener;
import org.apache.spark.serializer.DeserializationStream;
import org.apache.spark.serializer.SerializerHelper$;
import org.apache.spark.serializer.SerializerInstance;
import org.apache.spark.storage.BlockId;
import org.apache.spark.storage.BlockManager;
import org.apache.spark.storage.BlockManagerId;
import org.apache.spark.storage.BroadcastBlockId;
import org.apache.spark.storage.StorageLevel;
import org.apache.spark.util.io.ChunkedByteBuffer;
import scala.reflect.ClassTag;

/**
 * Writes a value into a block of this JVM's block manager, and reads one of another JVM's. Both use Spark's serializer. Against a
 * broadcast or a task's result it saves the questions for the block's place, and half of the copies: the reader takes the value out of
 * the network's buffers as they are.
 */
public final class Blocks {
    /** The most bytes of a block: those of one message, with some room. */
    public static final long LARGEST = Integer.MAX_VALUE - (1 << 20);

    /** Spark counts the ids of its own broadcasts up from 0. */
    private static final AtomicLong NEXT_ID = new AtomicLong(1L << 62);

    /** Spark grows the content piece by piece, of a megabyte at most anyway. */
    private static final long UNKNOWN_SIZE = -1;

    private static final ExecutorService REMOVERS = Executors.newCachedThreadPool(work -> {
        Thread thread = new Thread(work, "convoy-remove-block");
        thread.setDaemon(true);
        return thread;
    });

    private Blocks() {}

    /** On the driver: an id that no other block of the application has, larger than any before. */
    public static long newId() {
        return NEXT_ID.getAndIncrement();
    }

    /**
     * Writes a block that stays, in memory or on disk, until it is removed.
     *
     * @param id by {@link #newId}
     * @param part letters, digits and underscores; blocks of one id differ in it
     * @throws IllegalStateException if neither memory nor disk has room for it
     */
    public static <T> BlockAddress put(long id, String part, T value) {
        BlockId block = BroadcastBlockId.apply(id, part);
        SparkEnv spark = SparkEnv.get();
        ClassTag<T> any = ClassTag.apply(Object.class);
        ChunkedByteBuffer bytes = SerializerHelper$.MODULE$.serializeToChunkedBuffer(
                spark.serializer().newInstance(), value, UNKNOWN_SIZE, any);
        BlockManager here = spark.blockManager();
        if (!here.putBytes(block, bytes, StorageLevel.MEMORY_AND_DISK_SER(), false, any)) {
            throw new IllegalStateException("no room for the " + bytes.size() + " bytes of block " + block.name());
        }
        BlockManagerId place = here.blockManagerId();
        return new BlockAddress(block.name(), bytes.size(), place.executorId(), place.host(), place.port());
    }

    /** Removes a block of this JVM, in the background: one that is being sent is locked until that ends. */
    public static void remove(String name) {
        BlockManager here = SparkEnv.get().blockManager();
        REMOVERS.execute(() -> here.removeBlock(BlockId.apply(name), false));
    }

    /**
     * Reads a block. Fails with a {@link LostBlockException}, after the retries of {@code spark.shuffle.io.maxRetries}, or with what stands
     * in the way of reading it, such as a full heap.
     */
    public static <T> CompletableFuture<T> fetch(BlockAddress address) {
        SerializerInstance serializer = SparkEnv.get().serializer().newInstance();
        Arrival<T> arrival = new Arrival<>(serializer);
        SparkEnv.get()
                .blockManager()
                .blockTransferService()
                .fetchBlocks(
                        address.host(),
                        address.port(),
                        address.executor(),
                        new String[] {address.name()},
                        arrival,
                        null);
        return arrival.value;
    }

    private static final class Arrival<T> implements BlockFetchingListener {
        private final CompletableFuture<T> value = new CompletableFuture<>();
        private final SerializerInstance serializer;

        Arrival(SerializerInstance serializer) {
            this.serializer = serializer;
        }

        @Override
        public void onBlockFetchSuccess(String name, ManagedBuffer content) {
            try (InputStream in = content.createInputStream();
                    DeserializationStream stream = serializer.deserializeStream(in)) {
                value.complete(stream.readObject(ClassTag.apply(Object.class)));
            } catch (Throwable e) { // whoever waits is to know
                value.completeExceptionally(e);
            }
        }

        @Override
        public void onBlockFetchFailure(String name, Throwable cause) {
            value.completeExceptionally(new LostBlockException(name, cause));
        }
    }
}
