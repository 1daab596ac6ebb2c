package dev.convoy.random;

/**
 * A random order of {@code 0 .. size-1} that needs no memory: {@link #at} computes where any single index goes.
 *
 * <p>A Feistel network of six rounds permutes the next power of four, at least 256; an image outside the range is permuted again
 * until it falls inside (cycle walking; Black and Rogaway, "Ciphers with arbitrary finite domains", 2002). For ranges above 64 four
 * walks are expected at most.
 */
public final class Permutation {
    private static final int ROUNDS = 6;
    /** Halves of fewer bits have too few round functions to make all orders of a small range equally likely. */
    private static final int SMALLEST_HALF = 4;

    private final RandomKey key;
    private final long size;
    private final int halfBits;
    private final long halfMask;

    public Permutation(RandomKey key, long size) {
        if (size < 0) {
            throw new IllegalArgumentException("permutation: the size must not be negative but is " + size);
        }
        this.key = key;
        this.size = size;
        int bits = 64 - Long.numberOfLeadingZeros(Math.max(size - 1, 1));
        this.halfBits = Math.max((bits + 1) / 2, SMALLEST_HALF);
        this.halfMask = (1L << halfBits) - 1;
    }

    /** Where {@code index} goes; distinct indices go to distinct places. */
    public long at(long index) {
        if (index < 0 || index >= size) {
            throw new IndexOutOfBoundsException("permutation of " + size + " has no index " + index);
        }
        long place = index;
        do {
            place = feistel(place);
        } while (place >= size);
        return place;
    }

    private long feistel(long value) {
        long left = value >>> halfBits;
        long right = value & halfMask;
        for (int round = 0; round < ROUNDS; round++) {
            long mixed = left ^ (key.bits(right * ROUNDS + round) & halfMask);
            left = right;
            right = mixed;
        }
        return left << halfBits | right;
    }
}
