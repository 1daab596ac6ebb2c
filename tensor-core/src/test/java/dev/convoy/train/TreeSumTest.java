package dev.convoy.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.convoy.random.Permutation;
import dev.convoy.random.RandomKey;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TreeSumTest {
    private static final int SIZE = 5;

    @Test
    void anyArrivalOrderAndGroupingGivesTheBitsOfTheRecursiveSum() {
        for (int shards = 1; shards <= 33; shards++) {
            GradientSum expected = recursive(shards, 0, Integer.highestOneBit(Math.max(1, 2 * shards - 1)));
            for (int trial = 0; trial < 20; trial++) {
                RandomKey key = RandomKey.of(trial, "arrival").with(shards);
                Permutation arrival = new Permutation(key, shards);
                int groups = 1 + (int) (key.uniform(99) * 4);
                List<TreeSum> sums = new ArrayList<>();
                for (int group = 0; group < groups; group++) {
                    sums.add(new TreeSum(shards));
                }
                for (int i = 0; i < shards; i++) {
                    int shard = (int) arrival.at(i);
                    sums.get((int) (key.uniform(1000 + i) * groups)).add(shard, leaf(shard));
                }
                TreeSum total = sums.get(0);
                for (int group = 1; group < groups; group++) {
                    total = key.bits(group) < 0 ? sums.get(group).merge(total) : total.merge(sums.get(group));
                }
                GradientSum actual = total.total();
                assertArrayEquals(expected.gradient(), actual.gradient(), "seed " + trial + ", shards " + shards);
                assertEquals(expected.lossSum(), actual.lossSum());
                assertEquals(expected.count(), actual.count());
            }
        }
    }

    @Test
    void emptyShardsAddNothing() {
        TreeSum sum = new TreeSum(3);
        sum.add(1, GradientSum.EMPTY).add(2, leaf(2)).add(0, GradientSum.EMPTY);
        assertArrayEquals(leaf(2).gradient(), sum.total().gradient());
    }

    @Test
    void anAlignedRunOfShardsIsHeldAsOneSum() {
        TreeSum sum = new TreeSum(64);
        for (int shard = 16; shard < 32; shard++) {
            sum.add(shard, leaf(shard));
        }
        assertEquals(1, sum.nodes().size());
    }

    @Test
    void aShardAddedTwiceOrMissingIsAnError() {
        TreeSum sum = new TreeSum(4).add(2, leaf(2));
        assertThrows(IllegalStateException.class, () -> sum.add(2, leaf(2)));
        Exception missing = assertThrows(
                IllegalStateException.class,
                () -> new TreeSum(2).add(0, leaf(0)).total());
        assertTrue(String.valueOf(missing.getMessage()).contains("not all of the 2 shards"), missing.getMessage());
    }

    /** The definition: a node is its left half plus its right half. */
    private static GradientSum recursive(int shards, int from, int width) {
        if (from >= shards) {
            return GradientSum.EMPTY;
        }
        if (width == 1) {
            return leaf(from);
        }
        return recursive(shards, from, width / 2).plusInPlace(recursive(shards, from + width / 2, width / 2));
    }

    /** Values of very different sizes, so that another order of additions shows. */
    private static GradientSum leaf(int shard) {
        RandomKey key = RandomKey.of(shard, "leaf");
        float[] gradient = new float[SIZE];
        for (int i = 0; i < SIZE; i++) {
            gradient[i] = (float) (key.gaussian(i) * Math.pow(10, 6 * key.uniform(100 + i)));
        }
        return new GradientSum(1, key.gaussian(50), 0, gradient, new float[0]);
    }
}
