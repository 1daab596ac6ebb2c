package dev.convoy.kernel.vector;

/**
 * Where the rows of a matrix lie in an array, counted over images, lines and points:
 * {@code at = origin + image * imageStep + line * lineStep + point * pointStep}.
 */
final class Lattice {
    private int points;
    private int lines;
    private int imageStep;
    private int lineStep;
    private int pointStep;

    void set(int points, int lines, int imageStep, int lineStep, int pointStep) {
        this.points = points;
        this.lines = lines;
        this.imageStep = imageStep;
        this.lineStep = lineStep;
        this.pointStep = pointStep;
    }

    /** Rows at equal distances. */
    void setLine(int rows, int step) {
        set(rows, 1, 0, 0, step);
    }

    /** Whether all rows are at equal distances. */
    boolean isLine() {
        boolean oneLine = lines == 1 && imageStep == 0;
        return oneLine || (lineStep == points * pointStep && imageStep == lines * lineStep);
    }

    /** Points of one line. */
    int points() {
        return points;
    }

    int pointStep() {
        return pointStep;
    }

    /** The place of one row. */
    int at(int row) {
        int line = row / points;
        return line / lines * imageStep + line % lines * lineStep + row % points * pointStep;
    }

    /** Rows of one image. */
    int rowsPerImage() {
        return points * lines;
    }

    /** The places of {@code count} rows from {@code row} on. */
    void fill(int origin, int row, int count, int[] at) {
        int point = row % points;
        int line = row / points % lines;
        int image = row / points / lines;
        for (int i = 0; i < count; i++) {
            at[i] = origin + image * imageStep + line * lineStep + point * pointStep;
            if (++point == points) {
                point = 0;
                if (++line == lines) {
                    line = 0;
                    image++;
                }
            }
        }
    }
}
