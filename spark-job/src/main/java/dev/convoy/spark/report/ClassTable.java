package dev.convoy.spark.report;

import dev.convoy.metric.ConfusionMatrix;
import dev.convoy.metric.ConfusionMatrix.Cell;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * A confusion matrix for people. Up to {@value #MOST_CLASSES} classes: precision, recall and F1 of each, then the matrix. More: the
 * {@value #WORST} classes of lowest F1, each with the class it is most often taken for. The macro averages come with both.
 */
public final class ClassTable {
    private static final int MOST_CLASSES = 20;
    private static final int WORST = 10;

    private ClassTable() {}

    public static String of(ConfusionMatrix confusion) {
        return confusion.classes() <= MOST_CLASSES
                ? perClass(confusion) + "\nlabels down, predictions across\n\n" + matrix(confusion)
                : worst(confusion);
    }

    private static String perClass(ConfusionMatrix confusion) {
        TextTable table = new TextTable("class", "samples", "precision", "recall", "F1");
        for (int c = 0; c < confusion.classes(); c++) {
            table.row(
                    Integer.toString(c),
                    count(confusion.labelled(c)),
                    share(confusion.precision(c)),
                    share(confusion.recall(c)),
                    share(confusion.f1(c)));
        }
        return table.row(
                        "mean",
                        count(confusion.total()),
                        share(confusion.macroPrecision()),
                        share(confusion.macroRecall()),
                        share(confusion.macroF1()))
                .toString();
    }

    private static String matrix(ConfusionMatrix confusion) {
        List<String> classes = IntStream.range(0, confusion.classes())
                .mapToObj(Integer::toString)
                .toList();
        TextTable table = new TextTable(row("", classes));
        for (int label = 0; label < confusion.classes(); label++) {
            int of = label;
            table.row(row(
                    Integer.toString(label),
                    IntStream.range(0, confusion.classes())
                            .mapToObj(as -> confusion.count(of, as) == 0 ? "." : count(confusion.count(of, as)))
                            .toList()));
        }
        return table.toString();
    }

    private static String[] row(String first, List<String> rest) {
        String[] cells = new String[1 + rest.size()];
        cells[0] = first;
        for (int i = 0; i < rest.size(); i++) {
            cells[i + 1] = rest.get(i);
        }
        return cells;
    }

    private static String worst(ConfusionMatrix confusion) {
        TextTable table = new TextTable("class", "samples", "precision", "recall", "F1", "taken for", "times");
        List<Integer> classes = IntStream.range(0, confusion.classes())
                .filter(c -> confusion.labelled(c) > 0)
                .boxed()
                .sorted(Comparator.comparingDouble(confusion::f1))
                .limit(WORST)
                .toList();
        List<Cell> cells = confusion.cells();
        for (int c : classes) {
            Cell mistake = cells.stream()
                    .filter(cell -> cell.label() == c && cell.predicted() != c)
                    .reduce(new Cell(c, c, 0), (most, cell) -> cell.count() > most.count() ? cell : most);
            table.row(
                    Integer.toString(c),
                    count(confusion.labelled(c)),
                    share(confusion.precision(c)),
                    share(confusion.recall(c)),
                    share(confusion.f1(c)),
                    mistake.count() == 0 ? "" : Integer.toString(mistake.predicted()),
                    mistake.count() == 0 ? "" : count(mistake.count()));
        }
        return String.format(
                        Locale.ROOT,
                        "mean over classes: precision %.4f, recall %.4f, F1 %.4f%n%nthe %d classes of lowest F1%n%n",
                        confusion.macroPrecision(),
                        confusion.macroRecall(),
                        confusion.macroF1(),
                        classes.size())
                + table;
    }

    private static String share(double share) {
        return String.format(Locale.ROOT, "%.4f", share);
    }

    private static String count(long count) {
        return String.format(Locale.ROOT, "%,d", count);
    }
}
