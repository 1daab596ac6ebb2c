package dev.convoy.spark.report;

import java.util.ArrayList;
import java.util.List;

/** Columns of text under a heading, as wide as their widest cell; numbers stand at the right. */
final class TextTable {
    private final List<List<String>> rows = new ArrayList<>();

    TextTable(String... heading) {
        rows.add(List.of(heading));
    }

    TextTable row(String... cells) {
        rows.add(List.of(cells));
        return this;
    }

    /** With a line end after each row. */
    @Override
    public String toString() {
        int columns = rows.get(0).size();
        StringBuilder text = new StringBuilder();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int column = 0; column < columns; column++) {
                String cell = row.get(column);
                String space = " ".repeat(width(column) - cell.length());
                line.append(column == 0 ? "" : "  ").append(isNumeric(column) ? space + cell : cell + space);
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }
        return text.toString();
    }

    private int width(int column) {
        return rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0);
    }

    private boolean isNumeric(int column) {
        return rows.stream().skip(1).map(row -> row.get(column)).allMatch(cell -> cell.matches("[0-9.,%-]*"));
    }
}
