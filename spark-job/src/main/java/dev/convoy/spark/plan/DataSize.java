package dev.convoy.spark.plan;

/**
 * The training data as Spark caches it.
 *
 * @param samples in the whole set
 * @param imageBytes of the pixels of one
 */
public record DataSize(long samples, int imageBytes) {
    private static final int LABEL_AND_ID = Integer.BYTES + Long.BYTES;

    /** The bytes of {@code shards} of S shards. */
    public long bytes(long shards, int of) {
        long largest = (samples + of - 1) / of;
        return Math.min(samples, shards * largest) * (imageBytes + LABEL_AND_ID);
    }
}
