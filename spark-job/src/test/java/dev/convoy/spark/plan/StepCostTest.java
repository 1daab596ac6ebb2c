package dev.convoy.spark.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.convoy.spark.train.StepTopology;
import org.junit.jupiter.api.Test;

class StepCostTest {
    /** Round numbers: milliseconds for everything, at a megabyte of state. */
    private static final CostConstants CONSTANTS =
            new CostConstants(0.010, 0.005, 0.001, 0.002, 5e8, 2.5e8, 1.25e8, 1e9);

    private static final double TOLERANCE = 1e-12;

    private static ClusterShape cluster(int executors, int cores) {
        return new ClusterShape(executors, cores, 1, cores, 1e9);
    }

    @Test
    void aStepOfTwoTasksOneAfterTheOther() {
        StepTime time = StepCost.of(new StepWork(1_000_000, 64, 8, 0.001), cluster(1, 1), CONSTANTS);

        assertEquals(0.002 + 0.001 + 0.002 + 0.002, time.broadcast(), TOLERANCE); // written, sent once, read, fetched
        assertEquals(0.010 + 2 * 0.001, time.schedule(), TOLERANCE);
        assertEquals(8 * 8 * 0.001, time.compute(), TOLERANCE); // eight shards of eight images
        assertEquals(2 * 0.002, time.serialise(), TOLERANCE); // a task's shards are one sum
        assertEquals(2 * (0.001 + 0.004), time.aggregate(), TOLERANCE);
        assertEquals(0.001, time.update(), TOLERANCE);
        assertEquals(0.007 + 0.012 + 0.064 + 0.004 + 0.010 + 0.001, time.total(), TOLERANCE);
    }

    @Test
    void aStepWithGroups() {
        StepTime time = StepCost.of(new StepWork(1_000_000, 128, 16, 0.001), cluster(8, 2), CONSTANTS);

        assertEquals(0.002 + 3 * 0.001 + 0.008 + 0.002, time.broadcast(), TOLERANCE);
        assertEquals(0.010 + 16 * 0.001 + 0.005 + 4 * 0.001, time.schedule(), TOLERANCE);
        assertEquals(8 * 0.001, time.compute(), TOLERANCE);
        assertEquals(0.008, time.serialise(), TOLERANCE);
        // four tasks' sums come to a group and leave as one; four of those come to the driver
        assertEquals(4 * (0.001 + 0.008) + 0.002 + 0.002 + 4 * (0.001 + 0.004), time.aggregate(), TOLERANCE);
    }

    @Test
    void aStepOnOneHostThatTheDriverShares() {
        ClusterShape host = new ClusterShape(4, 1, 4, 2, Double.POSITIVE_INFINITY);
        StepTime time = StepCost.of(new StepWork(1_000_000, 4, 4, 0.001), host, CONSTANTS);

        double crowding = 5 / 2.0; // four executors and the driver on two cores
        assertEquals(0.002 + crowding * (0.002 + 0.002), time.broadcast(), TOLERANCE); // no network
        assertEquals(crowding * 0.010 + 4 * 0.001, time.schedule(), TOLERANCE);
        assertEquals(4 / 2.0 * 0.001, time.compute(), TOLERANCE); // the driver waits
        assertEquals(crowding * 0.002, time.serialise(), TOLERANCE);
        assertEquals(4 * 0.004, time.aggregate(), TOLERANCE);
    }

    @Test
    void groupsAreCrowdedByThemselvesAlone() {
        ClusterShape host = new ClusterShape(8, 1, 8, 2, Double.POSITIVE_INFINITY);
        StepTime time = StepCost.of(new StepWork(1_000_000, 8, 8, 0), host, CONSTANTS);

        double crowding = 9 / 2.0;
        double ofGroups = 5 / 2.0; // four groups and the driver
        assertEquals(0.002 + crowding * (0.008 + 0.002), time.broadcast(), TOLERANCE);
        assertEquals(crowding * 0.010 + 8 * 0.001 + ofGroups * 0.005 + 4 * 0.001, time.schedule(), TOLERANCE);
        assertEquals(crowding * 0.008, time.serialise(), TOLERANCE);
        // two tasks' sums come to a group and leave as one
        assertEquals(ofGroups * (2 * 0.008 + 0.002 + 0.002) + 4 * 0.004, time.aggregate(), TOLERANCE);
    }

    @Test
    void aSmallStateTravelsWithinItsTask() {
        long inline = Float.BYTES * (long) StepTopology.INLINE_VALUES;
        CostConstants fetchAlone = new CostConstants(
                0,
                0,
                0,
                1,
                Double.POSITIVE_INFINITY,
                Double.POSITIVE_INFINITY,
                Double.POSITIVE_INFINITY,
                Double.POSITIVE_INFINITY);
        ClusterShape cluster = new ClusterShape(2, 1, 1, 1, Double.POSITIVE_INFINITY);

        assertEquals(
                0,
                StepCost.of(new StepWork(inline, 2, 2, 0), cluster, fetchAlone).total());
        assertEquals(
                2,
                StepCost.of(new StepWork(inline + Float.BYTES, 2, 2, 0), cluster, fetchAlone)
                        .total());
    }

    /** What lets least squares fit the constants. */
    @Test
    void aStepIsLinearInSecondsAndInverseRates() {
        CostConstants twice = new CostConstants(0.020, 0.010, 0.002, 0.004, 2.5e8, 1.25e8, 6.25e7, 5e8);
        StepWork work = new StepWork(1_000_000, 16, 16, 0);
        ClusterShape host = new ClusterShape(16, 1, 16, 2, Double.POSITIVE_INFINITY);

        assertEquals(
                2 * StepCost.of(work, host, CONSTANTS).total(),
                StepCost.of(work, host, twice).total(),
                TOLERANCE);
    }

    @Test
    void aLocalStepSendsNothing() {
        StepTime time = StepCost.local(new StepWork(1_000_000, 64, 8, 0.001), 4, CONSTANTS);

        assertEquals(0, time.broadcast());
        assertEquals(0.010 + 4 * 0.001, time.schedule(), TOLERANCE);
        assertEquals(2 * 8 * 0.001, time.compute(), TOLERANCE); // two shards of eight images in each of four tasks
        assertEquals(0, time.serialise());
        assertEquals(3 * 0.004, time.aggregate(), TOLERANCE);
        assertEquals(0.001, time.update(), TOLERANCE);
    }

    @Test
    void dynamicAllocationMakesTwoTasksToACore() {
        ClusterShape one = cluster(4, 2);
        ClusterShape growing = new ClusterShape(4, 2, 1, 2, 1e9, 2, 0);
        StepWork work = new StepWork(1_000_000, 256, 64, 0.001);

        assertEquals(8, one.tasks(64));
        assertEquals(16, growing.tasks(64));
        assertEquals(10, growing.tasks(10), "no more than shards");
        assertEquals(1, one.waves(8));
        assertEquals(2, growing.waves(16), "one after the other");
        assertEquals(2, growing.runningPerExecutor(16));
        assertEquals(4, growing.tasksPerExecutor(16));
        StepTime ones = StepCost.of(work, one, CONSTANTS);
        StepTime twos = StepCost.of(work, growing, CONSTANTS);
        assertEquals(ones.compute(), twos.compute(), TOLERANCE, "the same work in halves");
        assertEquals(2 * ones.serialise(), twos.serialise(), TOLERANCE, "and twice the sums");
    }

    @Test
    void sparksParallelism() {
        assertEquals(2, cluster(1, 1).tasks(8), "no fewer, on a cluster");
        assertEquals(1, cluster(1, 1).tasks(1));
        assertEquals(6, new ClusterShape(1, 1, 1, 1, 1e9, 1, 6).tasks(8), "as spark.default.parallelism says");
        assertEquals(6, new ClusterShape(1, 1, 1, 1, 1e9, 1, 6).waves(6));
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
        assertEquals(new SumTraffic(4, 0, 3, 1, 0, 0, 4), SumTraffic.of(16, 4));
        assertEquals(new SumTraffic(16, 4, 1, 1, 4, 1, 4), SumTraffic.of(16, 16));
        // 0-2, 3-5, 6-7 of eight: {01, 2}, {3, 45}, {67}
        assertEquals(new SumTraffic(3, 0, 3, 2, 0, 0, 5), SumTraffic.of(8, 3));
        assertEquals(new SumTraffic(1, 0, 1, 1, 0, 0, 1), SumTraffic.of(1, 1));
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
