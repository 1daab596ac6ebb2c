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
    /** Floats of input and output together, above the fewest images. */
    private static final long FLOATS = 1 << 20;

    /** Of fewer images nobody makes a step, and libtorch computes some of their products otherwise. */
    private static final int FEWEST_IMAGES = 16;
    /** What one of two tasks has of a batch of 128. */
    private static final int MOST_IMAGES = 64;

    private NetworkConvolutions() {}

    /**
     * In the network's order, each with how often it occurs and with 16, 32 or 64 images: as many as have a million floats of input and
     * output, but at least 16.
     */
    static Map<ConvGeometry, Integer> of(Network network) {
        Map<ConvGeometry, Integer> occurrences = new LinkedHashMap<>();
        Tape tape = Tape.silent(new Workspace(), WatchedKernels.silent((method, arguments) -> {
            if (arguments[0] instanceof ConvGeometry geometry) {
                occurrences.merge(ofStep(geometry), 1, Integer::sum);
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

    private static ConvGeometry ofStep(ConvGeometry one) {
        long floats = (long) one.height() * one.width() * one.channels()
                + (long) one.outputHeight() * one.outputWidth() * one.filters();
        long fitting = Math.max(FEWEST_IMAGES, Math.min(MOST_IMAGES, FLOATS / floats));
        return ofBatch((int) Long.highestOneBit(fitting), one);
    }

    /** The same convolution of so many images. */
    static ConvGeometry ofBatch(int images, ConvGeometry one) {
        return new ConvGeometry(
                images, one.height(), one.width(), one.channels(), one.filters(), one.groups(), one.window());
    }
}
