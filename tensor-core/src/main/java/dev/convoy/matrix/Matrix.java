package dev.convoy.matrix;

import dev.convoy.tensor.Tensor;
import java.util.Objects;
import java.util.function.IntFunction;

/**
 * A matrix whose entries are linear forms in the elements of one tensor, as those of a convolution are: it can be printed in symbols
 * and in numbers, multiplied and transposed. Every entry is stored, so it is for small sizes. Immutable; arithmetic is in double.
 */
public final class Matrix {
    /** The most entries one has. */
    public static final int LARGEST = 1 << 20;

    private final int rows;
    private final int columns;
    private final LinearForm[] forms;
    private final double[] values;
    private final Tensor elements;
    private final ElementNames names;

    private Matrix(int rows, int columns, LinearForm[] forms, double[] values, Tensor elements, ElementNames names) {
        this.rows = rows;
        this.columns = columns;
        this.forms = forms;
        this.values = values;
        this.elements = elements;
        this.names = names;
    }

    /** Entry {@code (i, j)} is {@code forms[i * columns + j]}, evaluated at {@code elements}, which it copies. */
    static Matrix of(int rows, int columns, LinearForm[] forms, Tensor elements, ElementNames names) {
        Tensor copy = Tensor.of(elements.shape(), elements.toArray());
        double[] values = new double[forms.length];
        for (int i = 0; i < forms.length; i++) {
            values[i] = forms[i].value(copy);
        }
        return new Matrix(rows, columns, forms, values, copy, names);
    }

    /** @throws IllegalArgumentException for more than {@link #LARGEST} entries */
    static void requireSmall(String what, long rows, long columns) {
        if (rows * columns > LARGEST) {
            throw new IllegalArgumentException(what + ": a matrix of " + rows + " x " + columns + " has more than "
                    + LARGEST + " entries; explicit matrices are for small sizes, op.Conv2d never builds one");
        }
    }

    public int rows() {
        return rows;
    }

    public int columns() {
        return columns;
    }

    /** The number in row {@code i}, column {@code j}, from 0. */
    public double entry(int i, int j) {
        return values[at(i, j)];
    }

    /** The entry before numbers are put in. */
    public LinearForm form(int i, int j) {
        return forms[at(i, j)];
    }

    /** The entry in symbols: {@code w2}, {@code w1+w3}, {@code 0.25 x1}, {@code 0}. */
    public String symbol(int i, int j) {
        return form(i, j).toString(names::of);
    }

    /**
     * {@code A v}.
     *
     * @throws IllegalArgumentException unless there is a value for every column
     */
    public double[] multiply(double... v) {
        if (v.length != columns) {
            throw new IllegalArgumentException(
                    "matrix: " + rows + " x " + columns + " times a vector of " + v.length + " elements");
        }
        double[] product = new double[rows];
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < columns; j++) {
                product[i] += values[i * columns + j] * v[j];
            }
        }
        return product;
    }

    /**
     * {@code A V}, where V is {@code [columns, m]} whatever its shape says: an image or a filter is taken in row-major order.
     *
     * @return {@code [rows, m]}, or {@code [rows]} where m is 1; sums are in double and rounded once
     * @throws IllegalArgumentException unless v holds a positive multiple of {@code columns} elements
     */
    public Tensor multiply(Tensor v) {
        int m = v.size() / columns;
        if (m == 0 || v.size() % columns != 0) {
            throw new IllegalArgumentException("matrix: " + rows + " x " + columns + " times " + v.shape()
                    + ", which is not " + columns + " rows of equal length");
        }
        Tensor product = m == 1 ? Tensor.zeros(rows) : Tensor.zeros(rows, m);
        double[] column = new double[columns];
        for (int l = 0; l < m; l++) {
            for (int j = 0; j < columns; j++) {
                column[j] = v.get(j * m + l);
            }
            double[] sums = multiply(column);
            for (int i = 0; i < rows; i++) {
                product.array()[i * m + l] = (float) sums[i];
            }
        }
        return product;
    }

    /** The transpose: what carries the adjoint of the product back to the adjoint of the factor. */
    public Matrix adjoint() {
        LinearForm[] transposed = new LinearForm[forms.length];
        double[] numbers = new double[values.length];
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < columns; j++) {
                transposed[j * rows + i] = forms[i * columns + j];
                numbers[j * rows + i] = values[i * columns + j];
            }
        }
        return new Matrix(columns, rows, transposed, numbers, elements, names);
    }

    /**
     * The rows and columns with the given numbers, in the given order: a block, or the whole in another order.
     *
     * @throws IndexOutOfBoundsException for a row or column there is not
     */
    public Matrix select(int[] rowNumbers, int[] columnNumbers) {
        LinearForm[] chosen = new LinearForm[rowNumbers.length * columnNumbers.length];
        double[] numbers = new double[chosen.length];
        int next = 0;
        for (int i : rowNumbers) {
            for (int j : columnNumbers) {
                chosen[next] = form(i, j);
                numbers[next++] = entry(i, j);
            }
        }
        return new Matrix(rowNumbers.length, columnNumbers.length, chosen, numbers, elements, names);
    }

    /** The matrix in symbols, one line a row. */
    public String symbols() {
        return lines(i -> forms[i].toString(names::of));
    }

    /** The matrix in numbers, one line a row, at most four significant digits. */
    @Override
    public String toString() {
        return lines(i -> Decimal.of(values[i]));
    }

    private String lines(IntFunction<String> text) {
        int[] widths = new int[columns];
        String[] cells = new String[rows * columns];
        for (int i = 0; i < cells.length; i++) {
            cells[i] = text.apply(i);
            widths[i % columns] = Math.max(widths[i % columns], cells[i].length());
        }
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < rows; i++) {
            lines.append('[');
            for (int j = 0; j < columns; j++) {
                String cell = cells[i * columns + j];
                lines.append(" ".repeat(1 + widths[j] - cell.length())).append(cell);
            }
            lines.append(" ]\n");
        }
        return lines.toString();
    }

    private int at(int i, int j) {
        return Objects.checkIndex(i, rows) * columns + Objects.checkIndex(j, columns);
    }
}
