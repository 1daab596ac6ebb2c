package dev.convoy.spark.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class StepCostTest {
    /** Round numbers: milliseconds for everything, at a megabyte of state. */
    private static final CostConstants CONSTANTS = new CostConstants(0.010, 0.005, 0.001, 1e9, 5e8, 2.5e8, 1e9);

    private static final double TOLERANCE = 1e-12;

    private static ClusterShape cluster(int executors, int cores) {
        return new ClusterShape(executors, cores, 1, cores, 1e9);
    }

    @Test
    void aStepOfOneTask() {
        StepTime time = StepCost.of(new StepWork(1_000_000, 64, 8, 0.001), cluster(1, 1), CONSTANTS);

        assertEquals(0.001 + 0.001 + 0.002, time.broadcast(), TOLERANCE); // written, sent once, read
        assertEquals(0.010 + 0.001, time.schedule(), TOLERANCE);
        assertEquals(8 * 8 * 0.001, time.compute(), TOLERANCE); // eight shards of eight images
        assertEquals(0.001, time.serialise(), TOLERANCE); // all shards are one sum
        assertEquals(0.001 + 0.004, time.aggregate(), TOLERANCE);
        assertEquals(0.001, time.update(), TOLERANCE);
        assertEquals(0.004 + 0.011 + 0.064 + 0.001 + 0.005 + 0.001, time.total(), TOLERANCE);
    }

    @Test
    void aStepWithGroups() {
        StepTime time = StepCost.of(new StepWork(1_000_000, 128, 16, 0.001), cluster(8, 2), CONSTANTS);

        assertEquals(0.001 + 3 * 0.001 + 0.002, time.broadcast(), TOLERANCE);
        assertEquals(0.010 + 16 * 0.001 + 0.005 + 4 * 0.001, time.schedule(), TOLERANCE);
        assertEquals(8 * 0.001, time.compute(), TOLERANCE);
        // four tasks' sums come to a group and leave as one; four of those come to the driver
        assertEquals(4 * (0.001 + 0.004) + 0.001 + 4 * (0.001 + 0.004), time.aggregate(), TOLERANCE);
    }

    @Test
    void executorsThatShareProcessorsSlowEachOther() {
        StepWork work = new StepWork(1_000_000, 64, 8, 0.001);
        double alone = StepCost.of(work, cluster(4, 1), CONSTANTS).compute();
        double crowded =
                StepCost.of(work, new ClusterShape(4, 1, 4, 2, 1e9), CONSTANTS).compute();

        assertEquals(2 * alone, crowded, TOLERANCE);
        assertEquals(1, new ClusterShape(1, 1, 4, 2, 1e9).contention(1), "one executor has its host to itself");
    }

    @Test
    void aRunOfShardsThatIsNoWholeSubtreeSendsSeveralSums() {
        assertEquals(new SumTraffic(4, 0, 1, 0, 0, 4), SumTraffic.of(16, 4));
        assertEquals(new SumTraffic(16, 4, 1, 4, 1, 4), SumTraffic.of(16, 16));
        // 0-2, 3-5, 6-7 of eight: {01, 2}, {3, 45}, {67}
        assertEquals(new SumTraffic(3, 0, 2, 0, 0, 5), SumTraffic.of(8, 3));
        assertEquals(new SumTraffic(1, 0, 1, 0, 0, 1), SumTraffic.of(1, 1));
    }

    @Test
    void moreWorkOrALessAbleClusterNeverMakesAStepFaster() {
        StepWork work = new StepWork(8_000_000, 256, 64, 0.0005);
        for (int executors = 1; executors <= 128; executors++) {
            ClusterShape cluster = cluster(executors, 1);
            double total = StepCost.of(work, cluster, CONSTANTS).total();

            assertTrue(total <= total(new StepWork(16_000_000, 256, 64, 0.0005), cluster), "more parameters");
            assertTrue(total <= total(new StepWork(8_000_000, 512, 64, 0.0005), cluster), "a larger batch");
            assertTrue(total <= total(new StepWork(8_000_000, 256, 64, 0.001), cluster), "a slower engine");
            assertTrue(total <= total(work, new ClusterShape(executors, 1, 1, 1, 1e8)), "a slower network");
            assertTrue(total <= total(work, new ClusterShape(executors, 1, 8, 1, 1e9)), "fewer processors");
        }
    }

    @Test
    void computeOnlyShrinksWithExecutorsAndEndsAtTheShards() {
        StepWork work = new StepWork(8_000_000, 256, 64, 0.0005);
        double before = Double.POSITIVE_INFINITY;
        for (int executors = 1; executors <= 128; executors++) {
            double compute = StepCost.of(work, cluster(executors, 1), CONSTANTS).compute();
            assertTrue(compute <= before, executors + " executors");
            before = compute;
        }
        assertEquals(StepCost.of(work, cluster(64, 1), CONSTANTS).compute(), before, TOLERANCE);
    }

    private static double total(StepWork work, ClusterShape cluster) {
        return StepCost.of(work, cluster, CONSTANTS).total();
    }
}
