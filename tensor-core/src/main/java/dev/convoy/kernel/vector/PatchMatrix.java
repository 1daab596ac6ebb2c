package dev.convoy.kernel.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * A patch matrix (im2col) or its transpose as a left operand, never in memory as a whole: element (i, l) is {@code image[at +
 * rows[i] + columns[l]]}. The image is laid out so that either neighbouring rows are mostly neighbours in it, and a panel is packed from a few runs
 * down the rows, or neighbouring columns are, and each row is copied in a few runs.
 *
 * <p>Each run down the rows is copied as a whole vector. What it writes too far the next run writes again, or the next step, or the next panel; the
 * image must be readable {@link Packing#SLACK} floats past its end.
 */
final class PatchMatrix implements LeftOperand {
    private static final VectorSpecies<Float> SPECIES = MicroKernel.SPECIES;
    private static final int WIDTH = MicroKernel.WIDTH;

    private float[] image = new float[0];
    private int at;
    private int[] rows = new int[0];
    private int[] columns = new int[0];
    private final int[] runLane = new int[WIDTH];
    private final int[] runFrom = new int[WIDTH];

    /** The runs of neighbouring columns, or none: the first column of each, and one past the last. */
    private int[] columnRuns = new int[0];

    private int columnRunCount;

    /** The table of rows, to be filled. */
    int[] rows(int count) {
        return rows = Scratch.grown(rows, count);
    }

    /** The table of columns, to be filled. */
    int[] columns(int count) {
        return columns = Scratch.grown(columns, count);
    }

    /** Says, once the table of columns is filled, whether rows are to be copied, run by run, or panels packed down the rows. */
    void setContiguousRows(boolean contiguous, int count) {
        columnRunCount = 0;
        if (!contiguous) {
            return;
        }
        columnRuns = Scratch.grown(columnRuns, count + 1);
        for (int l = 0; l < count; l++) {
            if (l == 0 || columns[l] != columns[l - 1] + 1) {
                columnRuns[columnRunCount++] = l;
            }
        }
        columnRuns[columnRunCount] = count;
    }

    @Override
    public boolean hasContiguousRows() {
        return columnRunCount > 0;
    }

    @Override
    public void copyRows(int row, int count, int depth, int steps, float[] panels) {
        for (int run = 0; run < columnRunCount; run++) {
            int begin = Math.max(depth, columnRuns[run]);
            int end = Math.min(depth + steps, columnRuns[run + 1]);
            if (begin < end) {
                RowCopy.copy(image, rows, row, count, at + columns[begin], end - begin, panels, begin - depth);
            }
        }
    }

    /** Where so many columns of a row end in the image; they ascend. */
    int end(int row, int count) {
        return rows[row] + columns[count - 1] + 1;
    }

    /** Where a row begins in an image that begins with its array. */
    int row(int row) {
        return rows[row];
    }

    int[] columns() {
        return columns;
    }

    float[] image() {
        return image;
    }

    void of(float[] image, int at) {
        this.image = image;
        this.at = at;
    }

    @Override
    public void pack(int row, int count, int depth, int steps, float[] panels) {
        for (int i = 0; i < count; i += WIDTH) {
            int runs = findRuns(row + i, Math.min(WIDTH, count - i));
            int to = i * steps;
            if (runs == 1) {
                packRun(image, runFrom[0], columns, depth, steps, panels, to);
            } else if (runs == 2) {
                packTwoRuns(image, runFrom[0], runFrom[1], runLane[1], columns, depth, steps, panels, to);
            } else if (runs <= 4) {
                int last = runs - 1;
                packFourRuns(
                        image,
                        runFrom[0],
                        runFrom[1],
                        runFrom[2],
                        runFrom[last],
                        runLane[1],
                        runLane[2],
                        runLane[last],
                        columns,
                        depth,
                        steps,
                        panels,
                        to);
            } else {
                packRuns(runs, depth, steps, panels, to);
            }
        }
    }

    /** Splits the lanes into runs of neighbours; returns their number. */
    private int findRuns(int row, int lanes) {
        int runs = 0;
        for (int lane = 0; lane < lanes; lane++) {
            if (lane == 0 || rows[row + lane] != rows[row + lane - 1] + 1) {
                runLane[runs] = lane;
                runFrom[runs++] = at + rows[row + lane];
            }
        }
        return runs;
    }

    private static void packRun(float[] image, int from, int[] columns, int depth, int steps, float[] panels, int to) {
        for (int l = 0; l < steps; l++) {
            FloatVector.fromArray(SPECIES, image, from + columns[depth + l]).intoArray(panels, to + l * WIDTH);
        }
    }

    private static void packTwoRuns(
            float[] image, int from, int next, int split, int[] columns, int depth, int steps, float[] panels, int to) {
        for (int l = 0; l < steps; l++) {
            int column = columns[depth + l];
            FloatVector.fromArray(SPECIES, image, from + column).intoArray(panels, to + l * WIDTH);
            FloatVector.fromArray(SPECIES, image, next + column).intoArray(panels, to + l * WIDTH + split);
        }
    }

    /** Four runs, or three of which the last comes twice. */
    private static void packFourRuns(
            float[] image,
            int from0,
            int from1,
            int from2,
            int from3,
            int lane1,
            int lane2,
            int lane3,
            int[] columns,
            int depth,
            int steps,
            float[] panels,
            int to) {
        for (int l = 0; l < steps; l++) {
            int column = columns[depth + l];
            int at = to + l * WIDTH;
            FloatVector.fromArray(SPECIES, image, from0 + column).intoArray(panels, at);
            FloatVector.fromArray(SPECIES, image, from1 + column).intoArray(panels, at + lane1);
            FloatVector.fromArray(SPECIES, image, from2 + column).intoArray(panels, at + lane2);
            FloatVector.fromArray(SPECIES, image, from3 + column).intoArray(panels, at + lane3);
        }
    }

    private void packRuns(int runs, int depth, int steps, float[] panels, int to) {
        for (int l = 0; l < steps; l++) {
            int column = columns[depth + l];
            for (int run = 0; run < runs; run++) {
                FloatVector.fromArray(SPECIES, image, runFrom[run] + column)
                        .intoArray(panels, to + l * WIDTH + runLane[run]);
            }
        }
    }
}
