package dev.convoy.kernel.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * A patch matrix (im2col) or its transpose as a left operand, never in memory as a whole: element (i, l) is {@code image[rows[i] +
 * columns[l]]}. The image is laid out so that neighbouring rows are mostly neighbours in it, and a panel is packed from a few runs.
 *
 * <p>Each run is copied as a whole vector. What it writes too far the next run writes again, or the next step, or the next panel; the
 * image must be readable {@link Packing#SLACK} floats past its end.
 */
final class PatchMatrix implements LeftOperand {
    private static final VectorSpecies<Float> SPECIES = MicroKernel.SPECIES;
    private static final int WIDTH = MicroKernel.WIDTH;

    private float[] image = new float[0];
    private int[] rows = new int[0];
    private int[] columns = new int[0];
    private final int[] runLane = new int[WIDTH];
    private final int[] runFrom = new int[WIDTH];

    /** The table of rows, to be filled. */
    int[] rows(int count) {
        return rows = Scratch.grown(rows, count);
    }

    /** The table of columns, to be filled. */
    int[] columns(int count) {
        return columns = Scratch.grown(columns, count);
    }

    void of(float[] image) {
        this.image = image;
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
                runFrom[runs++] = rows[row + lane];
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
