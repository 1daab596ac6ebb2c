package dev.convoy.metric;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.convoy.random.Permutation;
import dev.convoy.random.RandomKey;
import dev.convoy.tensor.Shape;
import dev.convoy.tensor.Tensor;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Ranks against sorting, and merging in any grouping. */
class ClassificationTest {
    private static final int CLASSES = 7;

    /** Scores from few values, so that many are equal; labels at random. */
    private static Tensor scores(int seed, int samples) {
        RandomKey key = RandomKey.of(seed, "scores");
        Tensor scores = Tensor.zeros(samples, CLASSES);
        for (int i = 0; i < scores.size(); i++) {
            float value = (int) (key.uniform(i) * 5) - 2;
            scores.array()[i] = value == 2 && seed % 3 == 0 ? Float.NaN : value == 0 && i % 2 == 0 ? -0f : value;
        }
        return scores;
    }

    private static int[] labels(int seed, int samples) {
        RandomKey key = RandomKey.of(seed, "labels");
        return IntStream.range(0, samples)
                .map(n -> (int) (key.uniform(n) * CLASSES))
                .toArray();
    }

    @Test
    void aLabelsRankIsItsPlaceAmongTheSortedClasses() {
        for (int seed = 0; seed < 100; seed++) {
            Tensor scores = scores(seed, 20);
            int[] labels = labels(seed, 20);
            long[] expected = new long[CLASSES];
            ConfusionMatrix confusion = new ConfusionMatrix(CLASSES);
            for (int n = 0; n < 20; n++) {
                List<Integer> order = sorted(scores, n);
                expected[order.indexOf(labels[n])]++;
                confusion.add(labels[n], order.get(0));
            }
            Classification counted = Classification.none(CLASSES);
            counted.add(scores, labels);
            assertArrayEquals(expected, counted.ranks().counts());
            assertEquals(confusion, counted.confusion());
            assertEquals(confusion.correct(), counted.ranks().within(1));
            assertEquals(confusion.accuracy(), counted.ranks().accuracy(1));
            for (int k = 1; k <= CLASSES + 1; k++) {
                long within = 0;
                for (int n = 0; n < 20; n++) {
                    within += sorted(scores, n).subList(0, Math.min(k, CLASSES)).contains(labels[n]) ? 1 : 0;
                }
                assertEquals(within / 20.0, counted.ranks().accuracy(k));
            }
        }
    }

    /** Highest first, of equals the lower index; what is not a number at the end. A stable sort keeps equals in order. */
    private static List<Integer> sorted(Tensor scores, int n) {
        List<Integer> order =
                new ArrayList<>(IntStream.range(0, CLASSES).boxed().toList());
        order.sort(Comparator.comparingDouble(c -> {
            float score = scores.get(n * CLASSES + c);
            return Float.isNaN(score) ? Double.POSITIVE_INFINITY : 0.0 - score;
        }));
        return order;
    }

    @Test
    void theBestOfEqualsIsTheFirst() {
        Tensor equal = Tensor.of(Shape.of(1, 7), 1, 1, 1, 1, 1, 1, 1);
        assertEquals(0, LabelRanks.best(equal, 0));
        for (int label = 0; label < CLASSES; label++) {
            assertEquals(label, LabelRanks.rank(equal, 0, label));
        }
    }

    @Test
    void ofNoSamplesEveryShareIsZero() {
        assertEquals(0, Classification.none(3).ranks().accuracy(5));
        assertEquals(0, Classification.none(3).confusion().accuracy());
    }

    @Test
    void mergingInAnyOrderAndGroupingGivesTheSameRecord() {
        List<Classification> parts = new ArrayList<>();
        Classification whole = Classification.none(CLASSES);
        for (int part = 0; part < 9; part++) {
            Classification counted = Classification.none(CLASSES);
            counted.add(scores(part, part * 3), labels(part, part * 3));
            whole.add(scores(part, part * 3), labels(part, part * 3));
            parts.add(counted);
        }
        for (int seed = 0; seed < 50; seed++) {
            RandomKey key = RandomKey.of(seed, "merge");
            Permutation order = new Permutation(key, 9);
            List<Classification> rest = new ArrayList<>();
            for (int i = 0; i < 9; i++) {
                rest.add(parts.get((int) order.at(i)));
            }
            for (int step = 0; rest.size() > 1; step++) {
                int at = (int) (key.uniform(step) * (rest.size() - 1));
                rest.set(at, rest.get(at).plus(rest.remove(at + 1)));
            }
            assertEquals(whole, rest.get(0));
        }
    }
}
