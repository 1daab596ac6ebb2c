package dev.convoy.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.convoy.data.ImageBlock;
import dev.convoy.data.Samples;
import dev.convoy.metric.Classification;
import org.junit.jupiter.api.Test;

/** What an evaluation of several blocks knows. */
class EvaluationTest {
    private static Evaluation counted(int label, int predicted) {
        Classification classes = Classification.none(3);
        classes.confusion().add(label, predicted);
        return new Evaluation(1, 0.5, label == predicted ? 1 : 0, classes);
    }

    @Test
    void countsAddUp() {
        Evaluation sum =
                Evaluation.EMPTY.plus(counted(1, 1)).plus(counted(1, 2)).plus(Evaluation.EMPTY);
        Classification classes = sum.classes();
        assertNotNull(classes);
        assertEquals(new Evaluation(2, 1, 1, classes), sum);
        assertEquals(1, classes.confusion().count(1, 2));
        assertEquals(0.5, sum.accuracy());
        assertEquals(0.5, sum.loss());
    }

    @Test
    void classesAreKnownOnlyIfTheyAreOfEverySample() {
        assertNull(counted(1, 1).plus(new Evaluation(1, 0, 1)).classes());
    }

    @Test
    void theConfusionMatrixCountsWhatTheSumsCount() {
        RunConfig config = RunConfig.defaults();
        ImageBlock test = Samples.mnist("t10k").slice(0, 100);
        ShardTask task = new ShardTask(config, test.image());
        ModelState state = ModelState.initial(task.network(), 1);
        Evaluation evaluation = task.evaluate(state, test);
        Classification classes = evaluation.classes();
        assertNotNull(classes);
        assertEquals(100, classes.confusion().total());
        assertEquals(evaluation.correct(), classes.confusion().correct());
        assertEquals(evaluation.correct(), classes.ranks().within(1));
        Classification halves = Classification.none(10);
        for (ImageBlock half : new ImageBlock[] {test.slice(0, 37), test.slice(37, 100)}) {
            Classification part = task.evaluate(state, half).classes();
            assertNotNull(part);
            halves = halves.plus(part);
        }
        assertEquals(classes, halves);
    }
}
