package dev.convoy.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The arrays of sums that are needed no more, kept for the next ones: they are as long as all weights together, and a step takes one for
 * every shard. Safe for use by many threads.
 *
 * <p>An array has one owner. {@link #zeros} makes it the caller's, who may hand it on within a {@link GradientSum}; whoever holds the sum is
 * the owner then. {@link #giveBack} ends that: nobody may look at the array afterwards. Nobody has to give back. What an attempt computed that
 * failed, or that lost against a copy of itself, is left to the garbage collector, so an array that somebody might still read never gets here.
 */
public final class SpareArrays {
    private final List<float[]> spare = new ArrayList<>();
    /** Arrays handed out that have not come back. */
    private long lent;

    /** An array of zeros. */
    float[] zeros(int length) {
        float[] array = take(length);
        if (array == null) {
            return new float[length];
        }
        Arrays.fill(array, 0f);
        return array;
    }

    private synchronized float @Nullable [] take(int length) {
        lent++;
        for (int i = spare.size() - 1; i >= 0; i--) {
            if (spare.get(i).length == length) {
                return spare.remove(i);
            }
        }
        return null;
    }

    /**
     * Takes the arrays of a sum. Of sums from elsewhere, such as those that came by the network, it keeps no more than it has handed out.
     *
     * @throws IllegalStateException if they are here already
     */
    public void giveBack(GradientSum sum) {
        float[] gradient = sum.gradient();
        float[] bufferSums = sum.bufferSums();
        if (gradient != null && bufferSums != null) {
            keep(gradient);
            keep(bufferSums);
        }
    }

    private synchronized void keep(float[] array) {
        for (float[] other : spare) {
            if (other == array) {
                throw new IllegalStateException(
                        "an array of " + array.length + " values was given back twice; it has one owner");
            }
        }
        if (lent > 0) {
            lent--;
            spare.add(array);
        }
    }
}
