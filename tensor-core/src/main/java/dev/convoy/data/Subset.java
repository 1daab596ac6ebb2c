package dev.convoy.data;

import dev.convoy.random.Permutation;
import dev.convoy.random.RandomKey;
import java.io.Serializable;

/**
 * Some samples of a data set, numbered anew without gaps. A seeded permutation gives each of the N samples a place, and the subset is
 * the run of places {@code from .. to-1}: a pure function of a sample's id, so that everybody knows it without a list. The ids, which
 * key the randomness of a sample, stay as they are.
 *
 * @param seed of the permutation; a subset of all samples numbers them by their ids instead
 * @param samples N, of the data set
 * @param from the first place, inclusive
 * @param to the last place, exclusive
 */
public record Subset(long seed, long samples, long from, long to) implements Serializable {
    public Subset {
        if (from < 0 || to < from || samples < to) {
            throw new IllegalArgumentException(
                    "subset: expected 0 <= from <= to <= " + samples + " but got " + from + " and " + to);
        }
    }

    public static Subset all(long samples) {
        return new Subset(0, samples, 0, samples);
    }

    /** The first {@code held} samples of the permutation, to validate on. */
    public static Subset heldOut(long seed, long samples, long held) {
        return new Subset(seed, samples, 0, held);
    }

    /** All others, to train on. */
    public static Subset remaining(long seed, long samples, long held) {
        return held == 0 ? all(samples) : new Subset(seed, samples, held, samples);
    }

    /** How many samples it has. */
    public long count() {
        return to - from;
    }

    /**
     * For each id of the data set the sample's number within the subset, of {@code 0 .. count-1} each once; -1 where it is not of it.
     *
     * @param ids each of {@code 0 .. N-1}
     */
    public long[] places(long[] ids) {
        if (count() == samples) {
            return ids.clone();
        }
        Permutation order = new Permutation(RandomKey.of(seed, "validation"), samples);
        long[] places = new long[ids.length];
        for (int i = 0; i < ids.length; i++) {
            long place = order.at(ids[i]);
            places[i] = place >= from && place < to ? place - from : -1;
        }
        return places;
    }
}
