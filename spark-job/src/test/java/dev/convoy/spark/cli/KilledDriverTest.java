package dev.convoy.spark.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code kill -9} of the driver at any moment, and {@code --resume auto} on another cluster: the bits of a run that nothing disturbed. */
class KilledDriverTest {
    private static final List<String> MASTERS = List.of("local[1]", "local[2]", "local[3]", "local-cluster[2,1,512]");
    private static final List<String> FILES =
            List.of("weights.safetensors", "model.json", "state.safetensors", "manifest.json");

    private enum Moment {
        START_UP,
        READING,
        STEP,
        WRITING,
        EVALUATION
    }

    @TempDir
    private Path folder;

    @Test
    void threeKillsChangeNoBit() throws Exception {
        assertNothingChanges(List.of(Moment.WRITING, Moment.STEP, Moment.EVALUATION), MASTERS.subList(0, 3), 3, 4);
    }

    @Tag("slow")
    @Test
    void fiftyKillsChangeNoBit() throws Exception {
        List<Moment> moments = new ArrayList<>();
        for (int kill = 0; kill < 50; kill++) {
            moments.add(Moment.values()[kill % Moment.values().length]);
        }
        assertNothingChanges(moments, MASTERS, 40, 5);
    }

    private void assertNothingChanges(List<Moment> moments, List<String> masters, int epochs, long seed)
            throws Exception {
        Random random = new Random(seed);
        ChildTraining training = new ChildTraining(folder, epochs);
        List<String> story = new ArrayList<>();
        try {
            for (Moment moment : moments) {
                String master = masters.get(random.nextInt(masters.size()));
                training.start(master);
                String when = killAt(moment, training, random);
                story.add(moment + " " + when + " of " + master + " at step " + training.newest());
            }
            training.start("local[2]");
            assertEquals(0, training.end(), training.err());
        } finally {
            System.out.println("seed " + seed + ", killed: " + String.join("; ", story));
        }
        List<String> results = training.out().lines().toList();
        assertEquals("weights sha256 " + training.expectedWeights(), results.get(2), story.toString());
        assertFalse(
                training.names().stream().anyMatch(name -> name.startsWith(".")),
                "nothing half written is left: " + training.names());
        assertTrue(training.names().size() <= 3, "two of the newest and the best: " + training.names());
    }

    /** Waits for the moment, looks some more times, and kills; says more about when. */
    private static String killAt(Moment moment, ChildTraining training, Random random)
            throws IOException, InterruptedException {
        long before = training.newest();
        long steps = 1 + random.nextInt(2);
        String file = FILES.get(random.nextInt(FILES.size()));
        int looks = random.nextInt(300);
        switch (moment) {
            case START_UP -> training.await("the start", () -> training.said("kernels"));
            case READING -> training.await("the cluster", () -> training.said("training mlp"));
            case STEP -> training.await("steps", () -> training.newest() >= before + steps);
            case WRITING -> {
                training.await("steps", () -> training.newest() >= before + steps);
                training.await("writing", () -> training.isWriting(file));
                looks = 0;
            }
            case EVALUATION -> {
                long last = (before / ChildTraining.STEPS_PER_EPOCH + 1) * ChildTraining.STEPS_PER_EPOCH - 1;
                training.await("the epoch's last step", () -> training.newest() >= last);
            }
        }
        for (int look = 0; look < looks; look++) {
            training.newest();
        }
        assertTrue(training.process().isAlive(), "the run was over before it could be killed");
        training.kill();
        return moment == Moment.WRITING ? file : looks + " looks later";
    }
}
