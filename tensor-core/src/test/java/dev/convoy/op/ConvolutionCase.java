package dev.convoy.op;

import dev.convoy.autograd.Operation;
import dev.convoy.autograd.Variable;
import dev.convoy.kernel.ConvGeometry;
import dev.convoy.kernel.PaddingMode;
import dev.convoy.kernel.Window;
import dev.convoy.kernel.Winograd;
import dev.convoy.tensor.Shape;
import java.util.List;

/**
 * A random small convolution of any kind, a function of the seed.
 *
 * @param lines one-dimensional; height is 1 then
 */
record ConvolutionCase(
        boolean transposed,
        boolean lines,
        int batch,
        int height,
        int width,
        int channels,
        int filters,
        int groups,
        boolean bias,
        Window window,
        int outputPadHeight,
        int outputPadWidth) {

    static ConvolutionCase draw(long seed) {
        Draw draws = Draw.of("convolution", seed);
        while (true) {
            boolean transposed = draws.below(4) == 0;
            boolean lines = draws.below(3) == 0;
            int groups = draws.pick(1, 1, 2, 3, 5);
            int channels = groups * draws.pick(1, 1, 2, 3, 7);
            int filters = groups * draws.pick(1, 1, 2, 3, 8);
            Window window = Window.of(lines ? 1 : 1 + draws.below(4), 1 + draws.below(4))
                    .stride(lines ? 1 : 1 + draws.below(3), 1 + draws.below(3))
                    .dilation(lines ? 1 : 1 + draws.below(3), 1 + draws.below(3))
                    .padding(
                            pads(draws, lines, 0), pads(draws, lines, 1), pads(draws, false, 2), pads(draws, false, 3));
            if (draws.chance()) {
                window = window.padding(window.padTop(), window.padTop(), window.padLeft(), window.padLeft());
            }
            ConvolutionCase drawn = new ConvolutionCase(
                    transposed,
                    lines,
                    1 + draws.below(3),
                    lines ? 1 : 1 + draws.below(9),
                    1 + draws.below(9),
                    channels,
                    filters,
                    groups,
                    draws.chance(),
                    transposed ? window : window.mode(PaddingMode.values()[draws.below(PaddingMode.values().length)]),
                    transposed ? draws.below(window.strideHeight()) : 0,
                    transposed ? draws.below(window.strideWidth()) : 0);
            if (drawn.outputHeight() > 0 && drawn.outputWidth() > 0) {
                return drawn;
            }
        }
    }

    /** One that is computed by minimal filtering. */
    static ConvolutionCase drawFiltered(long seed) {
        Draw draws = Draw.of("filtered convolution", seed);
        while (true) {
            int taps = draws.pick(3, 5);
            Window window = Window.square(taps)
                    .padding(draws.below(taps), draws.below(taps), draws.below(taps), draws.below(taps));
            int batch = 1 + draws.below(3);
            int height = 3 + draws.below(13);
            int width = 3 + draws.below(13);
            int channels = draws.pick(16, 24, 32, 64);
            int filters = draws.pick(16, 31, 48, 64);
            if (window.outputHeight(height) > 0
                    && window.outputWidth(width) > 0
                    && Winograd.fits(new ConvGeometry(batch, height, width, channels, filters, 1, window))) {
                return new ConvolutionCase(
                        false, false, batch, height, width, channels, filters, 1, draws.chance(), window, 0, 0);
            }
        }
    }

    private static int pads(Draw draws, boolean none, int side) {
        int pad = draws.pick(0, 0, 1, 2, 3, 4 + side);
        return none ? 0 : pad;
    }

    int outputHeight() {
        return transposed
                ? (height - 1) * window.strideHeight()
                        + window.dilationHeight() * (window.height() - 1)
                        + 1
                        + outputPadHeight
                        - window.padTop()
                        - window.padBottom()
                : window.outputHeight(height);
    }

    int outputWidth() {
        return transposed
                ? (width - 1) * window.strideWidth()
                        + window.dilationWidth() * (window.width() - 1)
                        + 1
                        + outputPadWidth
                        - window.padLeft()
                        - window.padRight()
                : window.outputWidth(width);
    }

    boolean isDepthwise() {
        return groups > 1 && groups == channels;
    }

    boolean isSymmetric() {
        return window.padTop() == window.padBottom() && window.padLeft() == window.padRight();
    }

    /** Whether the padding reaches beyond one reflection or one turn of the image. */
    boolean wraps() {
        int reach = window.mode() == PaddingMode.REFLECT ? 1 : 0;
        return Math.max(window.padTop(), window.padBottom()) > height - reach
                || Math.max(window.padLeft(), window.padRight()) > width - reach;
    }

    /** Of input, weight and, if there is one, bias. */
    Shape[] shapes() {
        int first = transposed ? filters : channels;
        int second = transposed ? channels : filters;
        Shape x = lines ? Shape.of(batch, width, channels) : Shape.of(batch, height, width, channels);
        Shape w = lines
                ? Shape.of(window.width(), first / groups, second)
                : Shape.of(window.height(), window.width(), first / groups, second);
        return bias ? new Shape[] {x, w, Shape.of(filters)} : new Shape[] {x, w};
    }

    Operation operation() {
        return (tape, in) -> {
            Variable b = in.size() > 2 ? in.get(2) : null;
            if (transposed) {
                return lines
                        ? ConvTranspose1d.apply(tape, in.get(0), in.get(1), b, window, groups, outputPadWidth)
                        : ConvTranspose2d.apply(
                                tape, in.get(0), in.get(1), b, window, groups, outputPadHeight, outputPadWidth);
            }
            return lines
                    ? Conv1d.apply(tape, in.get(0), in.get(1), b, window, groups)
                    : Conv2d.apply(tape, in.get(0), in.get(1), b, window, groups);
        };
    }

    /** The same in PyTorch, which has NCHW and KCRS; {@link dev.convoy.torch.Torch}. */
    String oracle() {
        String toTorch = lines ? "[0, 2, 1]" : "[0, 3, 1, 2]";
        String fromTorch = lines ? "[0, 2, 1]" : "[0, 2, 3, 1]";
        String filter = lines ? "[2, 1, 0]" : "[3, 2, 0, 1]";
        return "x = torch.permute(x, " + toTorch + ")\n"
                + "w = torch.contiguous(torch.permute(w, " + filter + "))\n"
                + (transposed ? transposedOracle() : convolutionOracle())
                + "return torch.permute(z, " + fromTorch + ")";
    }

    private String convolutionOracle() {
        String name = lines ? "conv1d" : "conv2d";
        boolean own = window.mode() == PaddingMode.ZERO && isSymmetric();
        String pads = own ? pair(window.padTop(), window.padLeft()) : pair(0, 0);
        return (own ? "" : paddingOracle())
                + "z = torch." + name + "(x, w, " + (bias ? "b" : "None") + ", "
                + pair(window.strideHeight(), window.strideWidth()) + ", " + pads + ", "
                + pair(window.dilationHeight(), window.dilationWidth()) + ", " + groups + ")\n";
    }

    private String transposedOracle() {
        String name = lines ? "conv_transpose1d" : "conv_transpose2d";
        String pads = isSymmetric() ? pair(window.padTop(), window.padLeft()) : pair(0, 0);
        String call = "z = torch." + name + "(x, w, " + (bias ? "b" : "None") + ", "
                + pair(window.strideHeight(), window.strideWidth()) + ", " + pads + ", "
                + pair(outputPadHeight, outputPadWidth) + ", " + groups + ", "
                + pair(window.dilationHeight(), window.dilationWidth()) + ")\n";
        if (isSymmetric()) {
            return call;
        }
        String columns = "z = torch.narrow(z, -1, " + window.padLeft() + ", " + outputWidth() + ")\n";
        String rows = "z = torch.narrow(z, -2, " + window.padTop() + ", " + outputHeight() + ")\n";
        return lines ? call + columns : call + columns + rows;
    }

    private String paddingOracle() {
        String sides = lines
                ? List.of(window.padLeft(), window.padRight()).toString()
                : List.of(window.padLeft(), window.padRight(), window.padTop(), window.padBottom())
                        .toString();
        String axes = lines ? "[2]" : "[2, 3]";
        return switch (window.mode()) {
            case ZERO -> "x = torch.constant_pad_nd(x, " + sides + ", 0)\n";
            case REPLICATE -> "x = torch.pad(x, " + sides + ", \"replicate\", None)\n";
            case MEAN ->
                "m = torch.mean(x, " + axes + ", True)\n" + "x = torch.add(torch.constant_pad_nd(torch.sub(x, m), "
                        + sides + ", 0), m)\n";
            case REFLECT, CIRCULAR ->
                wraps()
                        ? (lines ? "" : tiled(2, height, window.padTop(), window.padBottom()))
                                + tiled(lines ? 2 : 3, width, window.padLeft(), window.padRight())
                        : "x = torch.pad(x, " + sides + ", \"" + window.mode() + "\", None)\n";
        };
    }

    /** One axis as a part of enough periods: of the image or, to reflect, of the image and its inner pixels backwards. */
    private String tiled(int axis, int size, int before, int after) {
        boolean reflect = window.mode() == PaddingMode.REFLECT && size > 1;
        int period = reflect ? 2 * (size - 1) : size;
        int earlier = (before + period - 1) / period;
        int later = (after + period - 1) / period;
        String unit = "x" + axis;
        StringBuilder script = new StringBuilder(unit + " = x\n");
        if (reflect) {
            script.append(unit + " = torch.cat([x, torch.narrow(torch.flip(x, [" + axis + "]), " + axis + ", 1, "
                    + (size - 2) + ")], " + axis + ")\n");
        }
        String copies = String.join(", ", java.util.Collections.nCopies(earlier + 1 + later, unit));
        return script.append("x = torch.narrow(torch.cat([" + copies + "], " + axis + "), " + axis + ", "
                        + (earlier * period - before) + ", " + (before + size + after) + ")\n")
                .toString();
    }

    private String pair(int vertical, int horizontal) {
        return lines ? "[" + horizontal + "]" : "[" + vertical + ", " + horizontal + "]";
    }
}
