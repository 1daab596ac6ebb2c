package dev.convoy.train;

import dev.convoy.autograd.Variable;
import dev.convoy.nn.LayerSummary;
import dev.convoy.nn.Module;
import dev.convoy.nn.Network;
import dev.convoy.nn.Parameter;
import dev.convoy.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Watches one forward pass and finds, after its backward pass, the first value that is not finite: of finite logits the loss, a
 * double, is always finite. Only a run that has diverged needs one.
 */
final class Diagnosis implements BiConsumer<Module, Variable> {
    private record Layer(String path, Variable output) {}

    private final Network network;
    private final long[] ids;
    private final List<Layer> layers = new ArrayList<>();

    /** @param ids of the samples of the pass */
    Diagnosis(Network network, long[] ids) {
        this.network = network;
        this.ids = ids;
    }

    @Override
    public void accept(Module layer, Variable output) {
        boolean seen = !layers.isEmpty() && layers.get(layers.size() - 1).output() == output;
        if (!seen) { // else a sequence, whose last layer was shown before it
            List<LayerSummary> rows = new ArrayList<>();
            layer.describe(rows::add);
            layers.add(new Layer(rows.get(rows.size() - 1).path(), output));
            output.keepGradient();
        }
    }

    /** @param gradient of the parameters, as the backward pass left it */
    Optional<Divergence> first(int shard, float[] gradient) {
        int order = 0;
        for (Layer layer : layers) {
            long[] samples = samples(layer.output().value());
            if (samples.length > 0) {
                return Optional.of(new Divergence(shard, order, "the output of " + layer.path(), samples));
            }
            order++;
        }
        for (int i = layers.size() - 1; i >= 0; i--) {
            Layer layer = layers.get(i);
            long[] samples =
                    layer.output().needsGradient() ? samples(layer.output().gradient()) : new long[0];
            if (samples.length > 0) {
                String place = "the gradient with respect to the output of " + layer.path();
                return Optional.of(new Divergence(shard, order, place, samples));
            }
            Parameter overflown = overflown(layer.path(), gradient);
            if (overflown != null) { // every sample's part is finite, their sum is not
                return Optional.of(
                        new Divergence(shard, order + 1, "the gradient of " + overflown.name(), ids.clone()));
            }
            order += 2;
        }
        return Optional.empty();
    }

    /** The samples of which a row is not finite; the first axis counts them. */
    private long[] samples(Tensor rows) {
        int size = rows.size() / ids.length;
        return IntStream.range(0, ids.length)
                .filter(n -> Finite.firstNot(rows.array(), rows.offset() + n * size, size) >= 0)
                .mapToLong(n -> ids[n])
                .toArray();
    }

    private @Nullable Parameter overflown(String path, float[] gradient) {
        for (Parameter parameter : network.weights().parameters()) {
            boolean own = parameter.name().lastIndexOf('.') == path.length()
                    && parameter.name().startsWith(path);
            if (own
                    && Finite.firstNot(
                                    gradient,
                                    parameter.offset(),
                                    parameter.shape().size())
                            >= 0) {
                return parameter;
            }
        }
        return null;
    }
}
