package dev.convoy.train;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.convoy.train.TrainingState.Progress;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which of its earlier states a run came by, and which it has left. */
class TrainingStateTest {
    @ParameterizedTest
    @CsvSource({
        "'',     6, '',     by", // never returned
        "'6',    6, '',     by", // returned to this very one
        "'6 4',  6, '',     left", // and then further back
        "'6 4',  4, '',     by",
        "'6 4',  6, '6',    left",
        "'6 4',  6, '6 4',  by", // passed anew since
        "'6 4',  2, '',     by",
        "'0',    1, '',     left", // began anew
        "'6',    5, '6 4',  neither", // of what is still to come
        "'6 4',  5, '5',    neither" // of another run
    })
    void followsFromTheStepsThatReturnsLedTo(String now, long step, String earlier, String expected) {
        Progress here = progress(now);
        Progress there = progress(earlier);
        assertEquals(expected.equals("by"), here.cameBy(step, there));
        assertEquals(expected.equals("left"), here.hasLeft(step, there));
    }

    private static Progress progress(String returns) {
        List<Long> steps = returns.isEmpty()
                ? List.of()
                : Arrays.stream(returns.split(" ")).map(Long::valueOf).toList();
        return new Progress(null, 1, steps, new EarlyStopping.Best(0, 0, 0));
    }
}
