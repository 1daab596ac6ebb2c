package dev.convoy.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BatchPlanTest {

    @ParameterizedTest
    @CsvSource({
        "60000, 128, 8",
        "1000, 37, 7",
        "10, 3, 16",
        "1, 1, 1",
        "5, 100, 3",
        "64, 64, 64",
        "101, 10, 1",
        "3, 2, 64"
    })
    void everySampleComesOncePerEpochInEvenShares(int samples, int batchSize, int shards) {
        BatchPlan plan = new BatchPlan(42, samples, batchSize, shards);
        for (int epoch = 0; epoch < 2; epoch++) {
            boolean[][] seen = new boolean[shards][];
            for (int shard = 0; shard < shards; shard++) {
                seen[shard] = new boolean[plan.shardSize(shard)];
                assertTrue(Math.abs(plan.shardSize(shard) - samples / shards) <= 1);
            }
            int total = 0;
            for (int step = 0; step < plan.stepsPerEpoch(); step++) {
                int ofStep = 0;
                for (int shard = 0; shard < shards; shard++) {
                    int[] positions = plan.positions(epoch, step, shard);
                    assertTrue(
                            Math.abs(positions.length - plan.batchSize(step) / shards) <= 1,
                            "shares differ by more than one");
                    for (int position : positions) {
                        assertFalse(seen[shard][position], "taken twice in one epoch");
                        seen[shard][position] = true;
                    }
                    ofStep += positions.length;
                }
                assertEquals(plan.batchSize(step), ofStep);
                assertTrue(ofStep == batchSize || step == plan.stepsPerEpoch() - 1);
                total += ofStep;
            }
            assertEquals(samples, total);
        }
    }

    @Test
    void theDivisionDealsEverySampleToOneShardWhateverTheirOrder() {
        BatchPlan plan = new BatchPlan(7, 103, 10, 8);
        long[] ids = new long[103];
        long[] reversed = new long[103];
        for (int i = 0; i < 103; i++) {
            ids[i] = i;
            reversed[102 - i] = i;
        }
        int[][] members = plan.divide(ids);
        int[][] same = plan.divide(reversed);
        boolean[] dealt = new boolean[103];
        for (int shard = 0; shard < 8; shard++) {
            assertEquals(plan.shardSize(shard), members[shard].length);
            for (int position = 0; position < members[shard].length; position++) {
                assertEquals(ids[members[shard][position]], reversed[same[shard][position]]);
                assertFalse(dealt[members[shard][position]], "dealt twice");
                dealt[members[shard][position]] = true;
            }
        }
    }

    @Test
    void epochsDifferAndRepeatThemselves() {
        BatchPlan plan = new BatchPlan(1, 1000, 100, 2);
        assertArrayEquals(plan.positions(3, 4, 1), new BatchPlan(1, 1000, 100, 2).positions(3, 4, 1));
        assertFalse(Arrays.equals(plan.positions(0, 0, 0), plan.positions(1, 0, 0)));
        assertFalse(Arrays.equals(plan.positions(0, 0, 0), new BatchPlan(2, 1000, 100, 2).positions(0, 0, 0)));
    }

    @Test
    void nothingCanBeMadeOfNothing() {
        assertThrows(IllegalArgumentException.class, () -> new BatchPlan(1, 0, 1, 1));
        assertThrows(IllegalArgumentException.class, () -> new BatchPlan(1, 1, 0, 1));
        assertThrows(IllegalArgumentException.class, () -> new BatchPlan(1, 1, 1, 0));
    }
}
