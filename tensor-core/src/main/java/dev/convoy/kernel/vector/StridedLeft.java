package dev.convoy.kernel.vector;

/** A matrix in an array as a left operand: element (i, l) is {@code a[at + i * rowStride + l * columnStride]}. */
final class StridedLeft implements LeftOperand {
    private float[] a = new float[0];
    private int at;
    private int rowStride;
    private int columnStride;

    StridedLeft set(float[] a, int at, int rowStride, int columnStride) {
        this.a = a;
        this.at = at;
        this.rowStride = rowStride;
        this.columnStride = columnStride;
        return this;
    }

    @Override
    public void pack(int row, int rows, int depth, int count, float[] panels) {
        for (int i = 0; i < rows; i += MicroKernel.WIDTH) {
            int live = Math.min(MicroKernel.WIDTH, rows - i);
            int from = at + (row + i) * rowStride + depth * columnStride;
            if (rowStride == 1) {
                Packing.copy(live, count, a, from, columnStride, panels, i * count, MicroKernel.WIDTH);
            } else {
                Packing.gather(live, count, a, from, columnStride, rowStride, panels, i * count, MicroKernel.WIDTH);
            }
        }
    }

    @Override
    public boolean hasContiguousRows() {
        return columnStride == 1;
    }

    @Override
    public void copyRows(int row, int rows, int depth, int count, float[] panels) {
        for (int i = 0; i < rows; i++) {
            System.arraycopy(a, at + (row + i) * rowStride + depth, panels, i * RowKernel.STEP, count);
        }
    }
}
