package dev.convoy.data;

import dev.convoy.tensor.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Locale;
import java.util.zip.CRC32C;

/**
 * By what a data set is known again: a checksum of each shard, computed where the shard lies, and one over those in the shards' order. So
 * it is the same on one thread and on any cluster.
 */
public final class Fingerprint {
    private static final int CHUNK = 1 << 13;

    private Fingerprint() {}

    /** CRC32C of a shard's ids and labels (little-endian) and pixels. */
    public static long ofShard(ImageBlock shard) {
        CRC32C sum = new CRC32C();
        ByteBuffer bytes = ByteBuffer.allocate(CHUNK * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int from = 0; from < shard.count(); from += CHUNK) {
            int count = Math.min(CHUNK, shard.count() - from);
            bytes.clear().asLongBuffer().put(shard.ids(), from, count);
            sum.update(bytes.limit(count * Long.BYTES));
            bytes.clear().asIntBuffer().put(shard.labels(), from, count);
            sum.update(bytes.limit(count * Integer.BYTES));
        }
        sum.update(shard.pixels());
        return sum.getValue();
    }

    /**
     * Of the whole, in words: {@code 60000 images [28, 28, 1], crc32c 01234567}.
     *
     * @param shards what {@link #ofShard} gave, in the order of their indices
     */
    public static String of(long samples, Shape image, List<Long> shards) {
        CRC32C sum = new CRC32C();
        ByteBuffer bytes = ByteBuffer.allocate(shards.size() * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        shards.forEach(shard -> bytes.putInt(shard.intValue()));
        sum.update(bytes.flip());
        return String.format(Locale.ROOT, "%d images %s, crc32c %08x", samples, image, sum.getValue());
    }
}
