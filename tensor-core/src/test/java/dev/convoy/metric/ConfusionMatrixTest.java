package dev.convoy.metric;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.convoy.metric.ConfusionMatrix.Cell;
import dev.convoy.random.RandomKey;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The ratios against their definitions, counted sample by sample. */
class ConfusionMatrixTest {

    @Test
    void everyRatioIsWhatCountingSamplesGives() {
        for (int seed = 0; seed < 200; seed++) {
            RandomKey key = RandomKey.of(seed, "confusion");
            int classes = 1 + (int) (key.with("classes").uniform(0) * 12);
            int samples = (int) (key.with("samples").uniform(0) * 60);
            int[] labels = new int[samples];
            int[] predictions = new int[samples];
            ConfusionMatrix matrix = new ConfusionMatrix(classes);
            for (int n = 0; n < samples; n++) {
                labels[n] = (int) (key.with("label").uniform(n) * classes);
                predictions[n] = (int) (key.with("prediction").uniform(n) * classes);
                matrix.add(labels[n], predictions[n]);
            }
            int occurring = 0;
            double precisions = 0;
            double recalls = 0;
            double f1s = 0;
            int right = 0;
            for (int c = 0; c < classes; c++) {
                int both = 0;
                int labelled = 0;
                int predicted = 0;
                for (int n = 0; n < samples; n++) {
                    both += labels[n] == c && predictions[n] == c ? 1 : 0;
                    labelled += labels[n] == c ? 1 : 0;
                    predicted += predictions[n] == c ? 1 : 0;
                }
                double precision = predicted == 0 ? 0 : (double) both / predicted;
                double recall = labelled == 0 ? 0 : (double) both / labelled;
                double f1 = precision + recall == 0 ? 0 : 2 * precision * recall / (precision + recall);
                assertEquals(labelled, matrix.labelled(c));
                assertEquals(predicted, matrix.predicted(c));
                assertEquals(both, matrix.count(c, c));
                assertEquals(precision, matrix.precision(c));
                assertEquals(recall, matrix.recall(c));
                assertEquals(f1, matrix.f1(c), 1e-15);
                right += both;
                if (labelled + predicted > 0) {
                    occurring++;
                    precisions += precision;
                    recalls += recall;
                    f1s += f1;
                }
            }
            assertEquals(samples, matrix.total());
            assertEquals(right, matrix.correct());
            assertEquals(samples == 0 ? 0 : (double) right / samples, matrix.accuracy());
            assertEquals(occurring == 0 ? 0 : precisions / occurring, matrix.macroPrecision(), 1e-12);
            assertEquals(occurring == 0 ? 0 : recalls / occurring, matrix.macroRecall(), 1e-12);
            assertEquals(occurring == 0 ? 0 : f1s / occurring, matrix.macroF1(), 1e-12);
        }
    }

    /** Labels 0 0 0 1 2, predicted 0 0 1 1 1; class 3 never comes. */
    @Test
    void fiveSamplesByHand() {
        ConfusionMatrix matrix = new ConfusionMatrix(4);
        int[][] samples = {{0, 0}, {0, 0}, {0, 1}, {1, 1}, {2, 1}};
        for (int[] sample : samples) {
            matrix.add(sample[0], sample[1]);
        }
        assertEquals(
                List.of(new Cell(0, 0, 2), new Cell(0, 1, 1), new Cell(1, 1, 1), new Cell(2, 1, 1)), matrix.cells());
        assertEquals(3.0 / 5, matrix.accuracy());
        assertEquals(1, matrix.precision(0));
        assertEquals(2.0 / 3, matrix.recall(0));
        assertEquals(4.0 / 5, matrix.f1(0));
        assertEquals(0, matrix.precision(2), "never predicted");
        assertEquals(0, matrix.recall(3), "never a label");
        assertEquals((1 + 1.0 / 3 + 0) / 3, matrix.macroPrecision(), 1e-15);
        assertEquals((2.0 / 3 + 1 + 0) / 3, matrix.macroRecall(), 1e-15);
        assertEquals("3 of 5 right in 4 classes", matrix.toString());
    }

    @Test
    void cellsMakeTheMatrixTheyCameFrom() {
        ConfusionMatrix matrix = new ConfusionMatrix(50_000);
        matrix.add(49_999, 0);
        matrix.add(49_999, 49_999);
        matrix.add(49_999, 0);
        assertEquals(matrix, ConfusionMatrix.of(50_000, matrix.cells()));
        assertEquals(2, matrix.count(49_999, 0));
    }

    @Test
    void whatIsNoClassIsRefused() {
        ConfusionMatrix matrix = new ConfusionMatrix(3);
        assertEquals(
                "confusion matrix: expected classes 0..2 and a count of at least 1 but got "
                        + "Cell[label=1, predicted=3, count=1]",
                assertThrows(IllegalArgumentException.class, () -> matrix.add(1, 3))
                        .getMessage());
        List<Cell> none = new ArrayList<>(List.of(new Cell(0, 0, 0)));
        assertThrows(IllegalArgumentException.class, () -> ConfusionMatrix.of(3, none));
        assertEquals(
                "confusion matrix: 3 and 4 classes cannot be added",
                assertThrows(IllegalArgumentException.class, () -> matrix.plus(new ConfusionMatrix(4)))
                        .getMessage());
    }
}
