package dev.convoy.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.convoy.data.ImageBlock;
import dev.convoy.data.Samples;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A run of ten steps whose rate jumps, in the middle, to one at which it diverges; a return to a checkpoint lowers it. */
class RollBackTest {
    private static final int STEPS = 10;
    private static final ImageBlock IMAGES = Samples.mnist("train").slice(0, 100);

    /** Checkpoints in memory: after every third step, and, as a clock or a signal would have it, after others. */
    private static final class Memory implements Checkpoints, TrainingListener {
        private final TreeMap<Long, TrainingState> states = new TreeMap<>();
        private final List<RollBack> rollBacks = new ArrayList<>();
        private final LongPredicate also;

        Memory(LongPredicate also) {
            this.also = also;
        }

        @Override
        public Optional<TrainingState> after(long steps, TrainingState.Progress now) {
            return Optional.ofNullable(states.get(steps));
        }

        @Override
        public void betweenSteps(TrainingState state) {
            if (state.step() % 3 == 0 || also.test(state.step())) {
                states.put(state.step(), state.copy());
            }
        }

        @Override
        public void rolledBack(RollBack rollBack) {
            rollBacks.add(rollBack);
        }
    }

    private static final class Killed extends RuntimeException {}

    @Test
    void theRunGoesOnFromTheNewestCheckpointAtALowerRate() {
        Memory memory = new Memory(step -> false);
        String end = run(config(), memory, null, List.of()).weightsSha256();

        // What was written after step 6 had left the road already: from there it diverges once more.
        assertEquals(
                List.of(6L, 3L),
                memory.rollBacks.stream().map(TrainingListener.RollBack::step).toList());
        TrainingListener.RollBack rollBack = memory.rollBacks.get(0);
        assertEquals(1e-6, rollBack.rateFactor());
        assertEquals("1 of 2", rollBack.count() + " of " + rollBack.most());
        assertTrue(rollBack.reason().startsWith("step 7: "), rollBack.reason());

        TrainingState third = memory.states.get(3L);
        TrainingState lowered = new TrainingState(
                3,
                third.values(),
                third.arrays(),
                new TrainingState.Progress(
                        null, 1e-6 * 1e-6, List.of(6L, 3L), third.progress().best()));
        String byHand =
                run(config(), new Memory(step -> false), lowered, List.of()).weightsSha256();
        assertEquals(byHand, end);
        assertEquals(List.of(6L, 3L), memory.states.get(9L).progress().returns());
    }

    @Test
    void withoutACheckpointItBeginsAnew() {
        RunConfig config =
                config().with("schedule.gamma", 1e-3).with("schedule.rate", 1e4).with("checkpoint.every-steps", 1000);
        Memory memory = new Memory(step -> false);
        run(config, memory, null, List.of());
        assertEquals(0, memory.rollBacks.get(0).step());
    }

    /** Killed after any step, before the return or after it, and resumed from the newest of all checkpoints. */
    @ParameterizedTest
    @ValueSource(ints = {1, 3, 4, 5, 6, 7, 8, 9, 10, 11})
    void aKillInBetweenChangesNoBit(int kill) {
        String undisturbed =
                run(config(), new Memory(step -> false), null, List.of()).weightsSha256();
        // Of the steps that the clock adds checkpoints of, some lie on the way that is later left.
        Memory memory = new Memory(step -> step % 2 == 0);
        TrainingListener kills = new TrainingListener() {
            private int heard;

            @Override
            public void betweenSteps(TrainingState state) {
                if (++heard == kill) {
                    throw new Killed();
                }
            }
        };
        assertThrows(Killed.class, () -> run(config(), memory, null, List.of(kills)));
        TrainingState from =
                memory.states.isEmpty() ? null : memory.states.lastEntry().getValue();
        assertEquals(undisturbed, run(config(), memory, from, List.of()).weightsSha256());
    }

    @Test
    void afterAllReturnsTheRunStopsAndSaysSo() {
        RunConfig config = config().with("guard.rate-factor", 0.999);
        Memory memory = new Memory(step -> false);
        DivergedException e = assertThrows(DivergedException.class, () -> run(config, memory, null, List.of()));
        assertEquals(2, memory.rollBacks.size());
        assertTrue(
                String.valueOf(e.getMessage())
                        .endsWith("; the run has rolled back 2 times before, and guard.roll-backs allows no more"),
                e.getMessage());
    }

    /** A run that has returned twice, and was resumed with a setting that allows one. */
    @Test
    void moreReturnsThanAreAllowedByNowAreTheLast() {
        RunConfig config = config().with("guard.rate-factor", 0.999);
        Memory memory = new Memory(step -> false);
        assertThrows(DivergedException.class, () -> run(config, memory, null, List.of()));
        TrainingState sixth = memory.states.get(6L);
        TrainingState twice = new TrainingState(
                6,
                sixth.values(),
                sixth.arrays(),
                new TrainingState.Progress(
                        null, 0.5, List.of(6L, 3L), sixth.progress().best()));
        memory.rollBacks.clear();
        assertThrows(DivergedException.class, () -> run(config.with("guard.roll-backs", 1), memory, twice, List.of()));
        assertEquals(List.of(), memory.rollBacks);
    }

    /** Another state instead would be another run. */
    @Test
    void whereTheCheckpointToReturnToIsMissingTheRunStopsAndSaysSo() {
        Memory memory = new Memory(step -> false);
        TrainingListener loses = new TrainingListener() {
            @Override
            public void stepFinished(StepReport report) {
                memory.states.remove(6L);
            }

            @Override
            public void betweenSteps(TrainingState state) {
                memory.states.remove(6L);
            }
        };
        DivergedException e = assertThrows(DivergedException.class, () -> run(config(), memory, null, List.of(loses)));
        assertTrue(
                String.valueOf(e.getMessage())
                        .contains("; the checkpoint after step 6, to which it would return, is not there any more"),
                e.getMessage());
        assertEquals(List.of(), memory.rollBacks);
    }

    @Test
    void byDefaultTheRunStops() {
        RunConfig config = config().with("guard.on-divergence", "stop");
        Memory memory = new Memory(step -> false);
        assertThrows(DivergedException.class, () -> run(config, memory, null, List.of()));
        assertEquals(List.of(), memory.rollBacks);
    }

    @Test
    void whereARunReturnsToIsPartOfItsIdentity() {
        RunConfig other = config().with("checkpoint.every-steps", 4).with("guard.roll-backs", 5);
        assertEquals(List.of("checkpoint.every-steps"), List.copyOf(config().differences(other)));
        RunConfig stops = config().with("guard.on-divergence", "stop");
        assertEquals(List.of(), List.copyOf(stops.differences(stops.with("checkpoint.every-steps", 4))));
    }

    private static ModelState run(
            RunConfig config, Memory memory, @Nullable TrainingState from, List<TrainingListener> more) {
        RunConfig divided =
                config.with("train.seed", 1L).with("train.batch-size", 10).with("train.shards", 2);
        LocalWorkers workers = new LocalWorkers(divided, IMAGES, IMAGES.slice(0, 10));
        List<TrainingListener> listeners = new ArrayList<>(List.of(memory));
        listeners.addAll(more);
        ModelState first = ModelState.initial(workers.network(), 1);
        Training training = new Training(config, workers.network(), workers.plan(), workers, listeners, first);
        training.rollBackTo(memory);
        if (from != null) {
            training.restore(from);
        }
        return training.run();
    }

    private static RunConfig config() {
        return RunConfig.defaults()
                .with("kernels", System.getProperty("kernels", "auto"))
                .with("model.name", "mlp")
                .with("train.epochs", 1)
                .with("train.shards", 2)
                .with("train.batch-size", IMAGES.count() / STEPS)
                .with("schedule.name", "multi-step")
                .with("schedule.rate", 0.01)
                .with("schedule.milestones", List.of(0.4))
                .with("schedule.gamma", 1e6)
                .with("checkpoint.path", "memory")
                .with("checkpoint.every-steps", 3)
                .with("guard.on-divergence", "roll-back")
                .with("guard.rate-factor", 1e-6)
                .with("guard.roll-backs", 2);
    }
}
