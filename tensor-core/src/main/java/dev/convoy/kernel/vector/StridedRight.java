package dev.convoy.kernel.vector;

/** A matrix in an array as a right operand: element (l, j) is {@code b[at + l * rowStride + j * columnStride]}. */
final class StridedRight implements RightOperand {
    private float[] b = new float[0];
    private int at;
    private int rowStride;
    private int columnStride;

    StridedRight set(float[] b, int at, int rowStride, int columnStride) {
        this.b = b;
        this.at = at;
        this.rowStride = rowStride;
        this.columnStride = columnStride;
        return this;
    }

    @Override
    public void pack(int column, int columns, int depth, int count, int width, float[] panels, int panelAt) {
        int from = at + depth * rowStride + column * columnStride;
        if (columnStride == 1) {
            Packing.copy(columns, count, b, from, rowStride, panels, panelAt, width);
        } else if (rowStride == 1) {
            Packing.transpose(columns, count, b, from, columnStride, panels, panelAt, width);
        } else {
            Packing.gather(columns, count, b, from, rowStride, columnStride, panels, panelAt, width);
        }
    }
}
