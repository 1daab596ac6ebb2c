package dev.convoy.op;

import dev.convoy.autograd.Operation;
import dev.convoy.kernel.PoolGeometry;
import dev.convoy.kernel.Window;
import dev.convoy.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/** A random small pooling, a function of the seed. */
record PoolingCase(
        Kind kind,
        boolean lines,
        int batch,
        int height,
        int width,
        int channels,
        Window window,
        boolean ceilMode,
        boolean countPadding,
        int outputHeight,
        int outputWidth) {

    enum Kind {
        MAX,
        AVERAGE,
        ADAPTIVE,
        GLOBAL_MAX,
        GLOBAL_AVERAGE
    }

    static PoolingCase draw(long seed) {
        Draw draws = Draw.of("pooling", seed);
        while (true) {
            Kind kind = Kind.values()[draws.pick(0, 0, 0, 1, 1, 1, 2, 2, 3, 4)];
            boolean lines = (kind == Kind.MAX || kind == Kind.AVERAGE) && draws.below(3) == 0;
            Window window = Window.of(lines ? 1 : 1 + draws.below(4), 1 + draws.below(4))
                    .stride(lines ? 1 : 1 + draws.below(4), 1 + draws.below(4));
            if (kind == Kind.MAX) {
                window = window.dilation(lines ? 1 : 1 + draws.below(3), 1 + draws.below(3));
            }
            int vertical = draws.below(window.height() / 2 + 1);
            int horizontal = draws.below(window.width() / 2 + 1);
            window = draws.chance()
                    ? window.padding(vertical, vertical, horizontal, horizontal)
                    : window.padding(
                            vertical,
                            draws.below(window.height() / 2 + 1),
                            horizontal,
                            draws.below(window.width() / 2 + 1));
            int batch = 1 + draws.below(3);
            int height = lines ? 1 : 1 + draws.below(9);
            int width = 1 + draws.below(9);
            int channels = draws.pick(1, 2, 3, 7, 8, 9, 16, 17, 31);
            boolean symmetric = window.padTop() == window.padBottom() && window.padLeft() == window.padRight();
            // PyTorch rounds up with the same padding before and after only.
            boolean ceilMode = symmetric && draws.chance();
            boolean countPadding = draws.chance();
            int outputHeight = 1 + draws.below(6);
            int outputWidth = 1 + draws.below(6);
            try {
                new PoolGeometry(batch, height, width, channels, window, ceilMode);
            } catch (IllegalArgumentException e) {
                continue; // the window does not fit: drawn again
            }
            return new PoolingCase(
                    kind,
                    lines,
                    batch,
                    height,
                    width,
                    channels,
                    window,
                    ceilMode,
                    countPadding,
                    outputHeight,
                    outputWidth);
        }
    }

    boolean isSymmetric() {
        return window.padTop() == window.padBottom() && window.padLeft() == window.padRight();
    }

    /** Which kind and options this is about. */
    List<String> options() {
        List<String> options = new ArrayList<>(List.of(kind.toString()));
        if (kind == Kind.ADAPTIVE && (outputHeight > height || outputWidth > width)) {
            options.add("adaptive, more outputs than pixels");
        }
        if (kind != Kind.MAX && kind != Kind.AVERAGE) {
            return options;
        }
        options.add(lines ? "1-D" : "2-D");
        if (ceilMode) {
            options.add("ceil mode");
        }
        if (window.isPadded()) {
            options.add(isSymmetric() ? "padding" : "four-sided padding");
        }
        if (window.dilationHeight() * window.dilationWidth() > 1) {
            options.add("dilation");
        }
        if (kind == Kind.AVERAGE && window.isPadded()) {
            options.add(countPadding ? "padding counted" : "padding not counted");
        }
        return options;
    }

    Shape shape() {
        return lines ? Shape.of(batch, width, channels) : Shape.of(batch, height, width, channels);
    }

    Operation operation() {
        return (tape, in) -> switch (kind) {
            case MAX ->
                lines ? Pool1d.max(tape, in.get(0), window, ceilMode) : Pool2d.max(tape, in.get(0), window, ceilMode);
            case AVERAGE ->
                lines
                        ? Pool1d.average(tape, in.get(0), window, ceilMode, countPadding)
                        : Pool2d.average(tape, in.get(0), window, ceilMode, countPadding);
            case ADAPTIVE -> AdaptiveAveragePool.apply(tape, in.get(0), outputHeight, outputWidth);
            case GLOBAL_MAX -> Pool2d.globalMax(tape, in.get(0));
            case GLOBAL_AVERAGE -> Pool2d.globalAverage(tape, in.get(0));
        };
    }

    /** The same in PyTorch; {@link dev.convoy.torch.Torch}. */
    String oracle() {
        String layout = lines ? "x = torch.permute(x, [0, 2, 1])\n" : "x = torch.permute(x, [0, 3, 1, 2])\n";
        return layout
                + call()
                + (lines ? "return torch.permute(y, [0, 2, 1])" : "return torch.permute(y, [0, 2, 3, 1])");
    }

    private String call() {
        return switch (kind) {
            case ADAPTIVE -> "y = torch.adaptive_avg_pool2d(x, [" + outputHeight + ", " + outputWidth + "])\n";
            case GLOBAL_MAX -> "y = torch.amax(x, [2, 3], True)\n";
            case GLOBAL_AVERAGE -> "y = torch.mean(x, [2, 3], True)\n";
            case MAX ->
                (isSymmetric() ? "" : padded("x", "-1e300"))
                        + "y = torch.max_pool" + (lines ? "1d" : "2d") + "(x, " + sizes() + ", "
                        + pair(window.dilationHeight(), window.dilationWidth()) + ", " + truth(ceilMode) + ")\n";
            case AVERAGE -> averageOracle();
        };
    }

    private String averageOracle() {
        String pool = "torch.avg_pool" + (lines ? "1d" : "2d");
        if (isSymmetric()) {
            return "y = " + pool + "(x, " + sizes() + ", " + truth(ceilMode) + ", " + truth(countPadding) + ")\n";
        }
        String average = padded("x", "0.") + "y = " + pool + "(x, " + sizes() + ", False, True)\n";
        return countPadding
                ? average
                // The share of each window that lies inside.
                : "inside = torch.ones_like(x)\n" + padded("inside", "0.") + average + "y = torch.div(y, " + pool
                        + "(inside, " + sizes() + ", False, True))\n";
    }

    private String padded(String name, String value) {
        String sides = lines
                ? "[" + window.padLeft() + ", " + window.padRight() + "]"
                : "[" + window.padLeft() + ", " + window.padRight() + ", " + window.padTop() + ", " + window.padBottom()
                        + "]";
        return name + " = torch.constant_pad_nd(" + name + ", " + sides + ", " + value + ")\n";
    }

    /** Window, stride and padding. */
    private String sizes() {
        return pair(window.height(), window.width()) + ", "
                + pair(window.strideHeight(), window.strideWidth()) + ", "
                + (isSymmetric() ? pair(window.padTop(), window.padLeft()) : pair(0, 0));
    }

    private static String truth(boolean value) {
        return value ? "True" : "False";
    }

    private String pair(int vertical, int horizontal) {
        return lines ? "[" + horizontal + "]" : "[" + vertical + ", " + horizontal + "]";
    }
}
