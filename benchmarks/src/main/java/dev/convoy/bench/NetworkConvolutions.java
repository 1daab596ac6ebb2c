package dev.convoy.bench;

import dev.convoy.autograd.Tape;
import dev.convoy.autograd.Workspace;
import dev.convoy.kernel.ConvGeometry;
import dev.convoy.nn.Network;
import dev.convoy.nn.Pass;
import dev.convoy.tensor.Shape;
import dev.convoy.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;

/** The different convolutions of a network, as its forward pass asks the kernels for them. */
final class NetworkConvolutions {
    /** Floats of input and output together that stay within the larger caches. */
    private static final long CACHED_FLOATS = 1 << 20;

    /** What one of two tasks has of a batch of 128. */
    private static final int MOST_IMAGES = 64;

    private NetworkConvolutions() {}

    /**
     * In the network's order, each with how often it occurs and with the largest power of two of images, up to 64, whose input and output
     * have a million floats.
     */
    static Map<ConvGeometry, Integer> of(Network network) {
        Map<ConvGeometry, Integer> occurrences = new LinkedHashMap<>();
        Tape tape = Tape.silent(new Workspace(), WatchedKernels.silent((method, arguments) -> {
            if (arguments[0] instanceof ConvGeometry geometry) {
                occurrences.merge(cached(geometry), 1, Integer::sum);
            }
        }));
        Pass pass = Pass.evaluation(
                tape,
                new float[network.weights().size()],
                new float[network.buffers().size()]);
        Shape image = network.image();
        pass.forward(network.root(), tape.constant(Tensor.zeros(1, image.extent(0), image.extent(1), image.extent(2))));
        return occurrences;
    }

    private static ConvGeometry cached(ConvGeometry one) {
        long floats = (long) one.height() * one.width() * one.channels()
                + (long) one.outputHeight() * one.outputWidth() * one.filters();
        long fitting = Math.max(1, Math.min(MOST_IMAGES, CACHED_FLOATS / floats));
        return new ConvGeometry(
                (int) Long.highestOneBit(fitting),
                one.height(),
                one.width(),
                one.channels(),
                one.filters(),
                one.groups(),
                one.window());
    }
}
