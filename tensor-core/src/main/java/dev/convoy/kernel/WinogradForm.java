package dev.convoy.kernel;

/** The forms of {@link Winograd}: {@code F(m x m, r x r)} makes m x m outputs of a window of r x r taps. All have six points per axis. */
public enum WinogradForm {
    /** Of 3x3 windows: 36 multiplications for 16 outputs and a pair of channels, where the sum has 144. */
    FOUR_BY_THREE(4),
    /** Of 5x5 windows: 36 multiplications for 4 outputs, where the sum has 100. */
    TWO_BY_FIVE(2);

    private final int outputs;

    WinogradForm(int outputs) {
        this.outputs = outputs;
    }

    /** The form of a window, of a convolution that {@link Winograd#fits}. */
    public static WinogradForm of(Window window) {
        return window.height() == FOUR_BY_THREE.taps() ? FOUR_BY_THREE : TWO_BY_FIVE;
    }

    /** Outputs of a tile, per axis: m. */
    public int outputs() {
        return outputs;
    }

    /** Taps of the window, per axis: r. */
    public int taps() {
        return Winograd.INPUTS + 1 - outputs;
    }

    /** The tiles that cover so many outputs along one axis. */
    public int tiles(int outputs) {
        return (outputs + this.outputs - 1) / this.outputs;
    }
}
