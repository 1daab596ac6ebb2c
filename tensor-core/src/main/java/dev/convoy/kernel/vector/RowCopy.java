package dev.convoy.kernel.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Copies runs of neighbours out of an image into the rows of {@link RowKernel}. Of short ones, which {@code System.arraycopy} would take
 * twice as long for, whole vectors. What is copied too much, less than a vector, is written again by the next run
 * or lies between the rows.
 */
final class RowCopy {
    private static final VectorSpecies<Float> SPECIES = MicroKernel.SPECIES;
    private static final int WIDTH = MicroKernel.WIDTH;

    /** The longest run copied here; longer ones are worth the call. */
    private static final int MOST = 8 * WIDTH;

    private RowCopy() {}

    /** {@code panels[at + i * STEP + l] = image[rows[row + i] + column + l]} for {@code size} steps l of {@code count} rows i. */
    static void copy(float[] image, int[] rows, int row, int count, int column, int size, float[] panels, int at) {
        if (size > MOST) {
            for (int i = 0; i < count; i++) {
                System.arraycopy(image, rows[row + i] + column, panels, at + i * RowKernel.STEP, size);
            }
            return;
        }
        int l = 0;
        for (; l + 3 * WIDTH < size; l += 4 * WIDTH) {
            four(image, rows, row, count, column + l, panels, at + l);
        }
        if (l + 2 * WIDTH < size) {
            three(image, rows, row, count, column + l, panels, at + l);
        } else if (l + WIDTH < size) {
            two(image, rows, row, count, column + l, panels, at + l);
        } else if (l < size) {
            one(image, rows, row, count, column + l, panels, at + l);
        }
    }

    private static void one(float[] image, int[] rows, int row, int count, int column, float[] panels, int at) {
        for (int i = 0; i < count; i++) {
            int from = rows[row + i] + column;
            int to = at + i * RowKernel.STEP;
            FloatVector.fromArray(SPECIES, image, from).intoArray(panels, to);
        }
    }

    private static void two(float[] image, int[] rows, int row, int count, int column, float[] panels, int at) {
        for (int i = 0; i < count; i++) {
            int from = rows[row + i] + column;
            int to = at + i * RowKernel.STEP;
            FloatVector.fromArray(SPECIES, image, from).intoArray(panels, to);
            FloatVector.fromArray(SPECIES, image, from + WIDTH).intoArray(panels, to + WIDTH);
        }
    }

    private static void three(float[] image, int[] rows, int row, int count, int column, float[] panels, int at) {
        for (int i = 0; i < count; i++) {
            int from = rows[row + i] + column;
            int to = at + i * RowKernel.STEP;
            FloatVector.fromArray(SPECIES, image, from).intoArray(panels, to);
            FloatVector.fromArray(SPECIES, image, from + WIDTH).intoArray(panels, to + WIDTH);
            FloatVector.fromArray(SPECIES, image, from + 2 * WIDTH).intoArray(panels, to + 2 * WIDTH);
        }
    }

    private static void four(float[] image, int[] rows, int row, int count, int column, float[] panels, int at) {
        for (int i = 0; i < count; i++) {
            int from = rows[row + i] + column;
            int to = at + i * RowKernel.STEP;
            FloatVector.fromArray(SPECIES, image, from).intoArray(panels, to);
            FloatVector.fromArray(SPECIES, image, from + WIDTH).intoArray(panels, to + WIDTH);
            FloatVector.fromArray(SPECIES, image, from + 2 * WIDTH).intoArray(panels, to + 2 * WIDTH);
            FloatVector.fromArray(SPECIES, image, from + 3 * WIDTH).intoArray(panels, to + 3 * WIDTH);
        }
    }
}
