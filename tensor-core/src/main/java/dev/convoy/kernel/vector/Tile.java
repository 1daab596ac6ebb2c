package dev.convoy.kernel.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import org.jspecify.annotations.Nullable;

/** One tile of a product: what does not change down a column of tiles, and what to do where a tile reaches past the last row or column. */
final class Tile {
    private static final VectorSpecies<Float> SPECIES = MicroKernel.SPECIES;
    private static final int WIDTH = MicroKernel.WIDTH;

    private int width;
    private int columns;
    private int depth;
    private float[] right = new float[0];
    private int rightAt;
    private float @Nullable [] begin;
    private int beginAt;
    private float[] left = new float[0];
    private boolean inRows;
    private final float[] edge = new float[MicroKernel.TILE];

    /**
     * @param width columns of the tile, {@link MicroKernel#columns}
     * @param columns how many of them are wanted
     * @param right where the right panel lies
     */
    void set(int width, int columns, int depth, float[] right, int rightAt) {
        this.width = width;
        this.columns = columns;
        this.depth = depth;
        this.right = right;
        this.rightAt = rightAt;
    }

    /** The row that all sums begin from; null: from what is there. */
    void setBegin(float @Nullable [] begin, int beginAt) {
        this.begin = begin;
        this.beginAt = beginAt;
    }

    /**
     * The left operand.
     *
     * @param inRows whether it is one for {@link RowKernel}
     */
    void setLeft(float[] left, boolean inRows) {
        this.left = left;
        this.inRows = inRows;
    }

    /**
     * Multiplies one tile.
     *
     * @param rowAt where the rows of c lie, the tile's first at index i
     * @param rows how many rows are wanted
     */
    void multiply(int leftAt, int[] rowAt, int i, int rows, float[] c, int column) {
        int height = MicroKernel.rows(width);
        int at = rowAt[i] + column;
        int distance = rows > 1 ? rowAt[i + 1] - rowAt[i] : columns;
        boolean even = isEvenlySpaced(rowAt, i, rows, distance);
        boolean whole = rows == height && columns == width;
        float[] from = begin == null ? c : begin;
        int fromAt = begin == null ? at : beginAt;
        int fromStep = begin == null ? distance : 0;
        if ((!even && begin == null) || fromAt + (height - 1L) * fromStep + width > from.length) {
            if (whole && begin == null) {
                loadWhole(c, rowAt, i, column);
            } else {
                load(from, rowAt, i, rows, column);
            }
            from = edge;
            fromAt = 0;
            fromStep = width;
        }
        if (even && whole) {
            multiply(leftAt, from, fromAt, fromStep, c, at, distance);
            return;
        }
        multiply(leftAt, from, fromAt, fromStep, edge, 0, width);
        if (whole) {
            storeWhole(c, rowAt, i, column);
        } else if (even && distance == columns) {
            Packing.copyRows(columns, rows, edge, width, c, at);
        } else {
            for (int row = 0; row < rows; row++) {
                System.arraycopy(edge, row * width, c, rowAt[i + row] + column, columns);
            }
        }
    }

    private void multiply(int leftAt, float[] from, int fromAt, int fromStep, float[] to, int toAt, int toStep) {
        if (inRows) {
            RowKernel.tile(width, depth, left, leftAt, right, rightAt, from, fromAt, fromStep, to, toAt, toStep);
        } else {
            MicroKernel.tile(width, depth, left, leftAt, right, rightAt, from, fromAt, fromStep, to, toAt, toStep);
        }
    }

    private void load(float[] from, int[] rowAt, int i, int rows, int column) {
        for (int row = 0; row < rows; row++) {
            int at = begin == null ? rowAt[i + row] + column : beginAt;
            System.arraycopy(from, at, edge, row * width, columns);
        }
    }

    private void loadWhole(float[] from, int[] rowAt, int i, int column) {
        int height = MicroKernel.rows(width);
        if (width == WIDTH) {
            for (int row = 0; row < height; row++) {
                FloatVector.fromArray(SPECIES, from, rowAt[i + row] + column).intoArray(edge, row * WIDTH);
            }
            return;
        }
        for (int row = 0; row < height; row++) {
            int at = rowAt[i + row] + column;
            FloatVector.fromArray(SPECIES, from, at).intoArray(edge, row * (2 * WIDTH));
            FloatVector.fromArray(SPECIES, from, at + WIDTH).intoArray(edge, row * (2 * WIDTH) + WIDTH);
        }
    }

    private void storeWhole(float[] to, int[] rowAt, int i, int column) {
        int height = MicroKernel.rows(width);
        if (width == WIDTH) {
            for (int row = 0; row < height; row++) {
                FloatVector.fromArray(SPECIES, edge, row * WIDTH).intoArray(to, rowAt[i + row] + column);
            }
            return;
        }
        for (int row = 0; row < height; row++) {
            int at = rowAt[i + row] + column;
            FloatVector.fromArray(SPECIES, edge, row * (2 * WIDTH)).intoArray(to, at);
            FloatVector.fromArray(SPECIES, edge, row * (2 * WIDTH) + WIDTH).intoArray(to, at + WIDTH);
        }
    }

    private static boolean isEvenlySpaced(int[] rowAt, int i, int rows, int distance) {
        for (int row = 1; row < rows; row++) {
            if (rowAt[i + row] - rowAt[i + row - 1] != distance) {
                return false;
            }
        }
        return true;
    }
}
