package dev.convoy.bench;

import dev.convoy.kernel.ConvGeometry;
import dev.convoy.kernel.Kernels;
import dev.convoy.kernel.PoolGeometry;
import dev.convoy.kernel.Window;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * What one call of {@link Kernels} has to do, told from its arguments.
 *
 * @param method of {@link Kernels}
 * @param sizes for people
 * @param flops two per multiply-add, padding included, whatever algorithm computes it; 0 where memory is the limit
 * @param bytes each array once per read and once per write, small ones apart; 0 where arithmetic is the limit or it is not known
 */
record KernelWork(String method, String sizes, double flops, double bytes) {

    /** That of the only call which {@code call} makes; nothing is computed. */
    static KernelWork of(Consumer<Kernels> call) {
        List<KernelWork> asked = new ArrayList<>();
        call.accept(WatchedKernels.silent((method, arguments) -> asked.add(of(method, arguments))));
        return asked.get(0);
    }

    static KernelWork of(String method, Object[] arguments) {
        if (arguments[0] instanceof ConvGeometry g) {
            return new KernelWork(method, text(g), 2.0 * g.multiplyAdds(), 0);
        }
        if (arguments[0] instanceof PoolGeometry g) {
            return pooling(method, g);
        }
        return switch (method) {
            case "gemmAdd" -> product(method, size(arguments, 0), size(arguments, 1), size(arguments, 2));
            case "map" ->
                memory(
                        method,
                        arguments[0].toString().toLowerCase(Locale.ROOT) + " " + arguments[1],
                        size(arguments, 1),
                        2);
            case "relu", "gelu" -> memory(method, arguments[0].toString(), size(arguments, 0), 2);
            case "reluAdjoint", "geluAdjoint" -> memory(method, arguments[0].toString(), size(arguments, 0), 3);
            case "channelSum" -> channels(method, "", arguments, 1);
            case "channelCentredDot" ->
                arguments[6] == null ? channels(method, "squares ", arguments, 1) : channels(method, "", arguments, 2);
            case "channelAffine" -> channels(method, "", arguments, 2);
            case "channelCombineAdd" -> channels(method, "", arguments, 4);
            case "channelMoments" -> channels(method, "", arguments, 1);
            case "channelSumAndDot", "channelReluSumAndDot" -> channels(method, "", arguments, 2);
            case "channelCombine", "channelReluCombine" -> channels(method, "", arguments, 3);
            case "channelAffineRelu" -> channels(method, "", arguments, arguments[6] == null ? 2 : 3);
            case "channelReluAdjointSumAndDot" -> channels(method, "", arguments, 4);
            default -> new KernelWork(method, "", 0, 0);
        };
    }

    private static int size(Object[] arguments, int index) {
        return (Integer) arguments[index];
    }

    private static KernelWork product(String method, int m, int n, int k) {
        return new KernelWork(method, m + "x" + k + " * " + k + "x" + n, 2.0 * m * n * k, 0);
    }

    private static KernelWork channels(String method, String what, Object[] arguments, double passes) {
        int rows = size(arguments, 0);
        int channels = size(arguments, 1);
        return memory(method, what + rows + "x" + channels, (double) rows * channels, passes);
    }

    private static KernelWork memory(String method, String sizes, double floats, double passes) {
        return new KernelWork(method, sizes, 0, Float.BYTES * floats * passes);
    }

    /** The forward passes read x and write y; maximum's adjoint reads x, y and dy, average's dy, and both write dx. */
    private static KernelWork pooling(String method, PoolGeometry g) {
        double in = (double) g.batch() * g.height() * g.width() * g.channels();
        double out = (double) g.batch() * g.outputHeight() * g.outputWidth() * g.channels();
        double floats =
                switch (method) {
                    case "maxPool", "averagePool" -> in + out;
                    case "maxPoolAdjoint" -> 2 * in + 2 * out;
                    case "averagePoolAdjoint" -> in + out;
                    default -> 0;
                };
        return new KernelWork(
                method,
                g.batch() + "x " + text(g.window()) + " " + g.channels() + " " + extent(g.height(), g.width()),
                0,
                Float.BYTES * floats);
    }

    /** Such as {@code 16x 3x3/2 64->128 56px} for 16 images, stride 2; {@code g64} for 64 groups. */
    static String text(ConvGeometry g) {
        return g.batch() + "x " + text(g.window()) + " " + g.channels() + "->" + g.filters()
                + (g.groups() == 1 ? "" : " g" + g.groups()) + " " + extent(g.height(), g.width());
    }

    private static String text(Window window) {
        return window.height() + "x" + window.width() + (window.strideHeight() == 1 ? "" : "/" + window.strideHeight());
    }

    private static String extent(int height, int width) {
        return height == width ? height + "px" : height + "x" + width + "px";
    }
}
