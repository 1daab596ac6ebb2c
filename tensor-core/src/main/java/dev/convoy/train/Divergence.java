package dev.convoy.train;

import java.util.stream.LongStream;

/**
 * Where a shard's share of a step stops being finite.
 *
 * @param order the number of the place in the order of computation: layers forwards, then backwards
 * @param place such as {@code the output of conv2}
 * @param samples the ids of those responsible
 */
public record Divergence(int shard, int order, String place, long[] samples) {
    /** Of two findings in pieces of one share that which comes first in the network; both, if they are of one place. */
    Divergence earlier(Divergence other) {
        if (order != other.order) {
            return order < other.order ? this : other;
        }
        long[] both = LongStream.concat(LongStream.of(samples), LongStream.of(other.samples))
                .toArray();
        return new Divergence(shard, order, place, both);
    }
}
