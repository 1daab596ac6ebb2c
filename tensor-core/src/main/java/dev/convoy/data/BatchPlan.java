package dev.convoy.data;

import dev.convoy.random.Permutation;
import dev.convoy.random.RandomKey;
import java.io.Serializable;
import java.util.Arrays;

/**
 * Which samples each step takes from which shard: a pure function of its arguments, so a retried or resumed step sees the same ones.
 *
 * <p>A seeded permutation of the data set deals the samples to S shards like cards: the sample at place j goes to shard
 * {@code j mod S} as its {@code (j div S)}-th. In each epoch every shard permutes its own samples anew, and the epoch's order deals
 * them back the same way: step t takes the places {@code t*B .. min((t+1)*B, N) - 1}, of which shard s owns those with
 * {@code j mod S = s}. So shares and shard sizes differ by at most one, every sample comes exactly once per epoch, and neither B nor
 * S need divide anything.
 *
 * @param seed of the division and of every epoch's order
 * @param samples N, of the data set
 * @param batchSize B, of all shards together
 * @param shards S
 */
public record BatchPlan(long seed, long samples, int batchSize, int shards) implements Serializable {

    public BatchPlan {
        if (samples < 1 || batchSize < 1 || shards < 1) {
            throw new IllegalArgumentException("batch plan: samples, batch size and shards must be at least 1; got "
                    + samples + ", " + batchSize + " and " + shards);
        }
    }

    /**
     * Deals a whole data set to the shards.
     *
     * @param numbers of all samples, each of {@code 0 .. samples-1} once, in any order: their ids, or their {@link Subset#places}, where a
     *     negative number is of a sample that is not dealt
     * @return for each shard the indices into {@code numbers} of its samples, by position within the shard
     */
    public int[][] divide(long[] numbers) {
        long dealt = Arrays.stream(numbers).filter(number -> number >= 0).count();
        if (dealt != samples) {
            throw new IllegalArgumentException("batch plan: " + samples + " samples expected but " + dealt + " given");
        }
        Permutation division = new Permutation(RandomKey.of(seed, "division"), samples);
        int[][] members = new int[shards][];
        for (int shard = 0; shard < shards; shard++) {
            members[shard] = new int[shardSize(shard)];
        }
        for (int i = 0; i < numbers.length; i++) {
            if (numbers[i] >= 0) {
                long place = division.at(numbers[i]);
                members[(int) (place % shards)][(int) (place / shards)] = i;
            }
        }
        return members;
    }

    /** The number of samples of a shard. */
    public int shardSize(int shard) {
        return countBelow(samples, shard);
    }

    /** Steps of one epoch; the last takes what is left. */
    public int stepsPerEpoch() {
        return Math.toIntExact((samples + batchSize - 1) / batchSize);
    }

    /** The number of samples of a step, counted from 0 within its epoch. */
    public int batchSize(int stepOfEpoch) {
        return (int) (end(stepOfEpoch) - (long) stepOfEpoch * batchSize);
    }

    /** The positions within {@code shard} of its share of a step, in order; empty if it has none. */
    public int[] positions(int epoch, int stepOfEpoch, int shard) {
        int from = countBelow((long) stepOfEpoch * batchSize, shard);
        int to = countBelow(end(stepOfEpoch), shard);
        Permutation order =
                new Permutation(RandomKey.of(seed, "order").with(epoch).with(shard), shardSize(shard));
        int[] positions = new int[to - from];
        for (int i = 0; i < positions.length; i++) {
            positions[i] = (int) order.at(from + i);
        }
        return positions;
    }

    private long end(int stepOfEpoch) {
        return Math.min((stepOfEpoch + 1L) * batchSize, samples);
    }

    /** How many of the places {@code 0 .. places-1} belong to a shard. */
    private int countBelow(long places, int shard) {
        return Math.toIntExact((places - shard + shards - 1) / shards);
    }
}
