package dev.convoy.bench;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import dev.convoy.nn.LayerSummary;
import dev.convoy.nn.Network;
import dev.convoy.nn.Parameter;
import dev.convoy.nn.ParameterLayout;
import dev.convoy.train.ModelState;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A network's parameters as libtorch wants them, by Convoy's names. Convolutions go from RSCK to KCRS; dense layers from
 * {@code [in, out]} to {@code [out, in]}, and the one behind a flattening from {@code [H, W, C, out]} to {@code [out, C, H, W]},
 * because Convoy flattens NHWC and libtorch NCHW.
 */
final class TorchWeights {
    private final NDManager manager;
    private final boolean channelsLast;
    private final Map<String, dev.convoy.tensor.Shape> flattened = new HashMap<>();
    private final Map<String, PtNDArray> arrays = new LinkedHashMap<>();

    /** @param channelsLast whether four-dimensional arrays lie in memory as NHWC and KRSC; their shapes are the same */
    TorchWeights(NDManager manager, Network network, ModelState state, boolean channelsLast) {
        this.manager = manager;
        this.channelsLast = channelsLast;
        dev.convoy.tensor.Shape last = network.image();
        dev.convoy.tensor.Shape image = null;
        for (LayerSummary layer : network.describe()) {
            if (layer.kind().equals("flatten")) {
                image = last;
            }
            if (layer.kind().equals("dense") && image != null) {
                flattened.put(layer.path() + ".weight", image);
                image = null;
            }
            last = layer.output();
        }
        add(network.weights(), state.weights(), true);
        add(network.buffers(), state.buffers(), false);
    }

    private void add(ParameterLayout layout, float[] flat, boolean trained) {
        for (Parameter parameter : layout.parameters()) {
            float[] values = inTorchOrder(parameter, flat);
            int[] extents = torchExtents(parameter.shape());
            PtNDArray array = extents.length == 4 ? image(values, extents) : create(values, extents);
            if (trained) {
                JniUtils.attachGradient(array, true);
            }
            arrays.put(parameter.name(), array);
        }
    }

    /** The array of a parameter or running average. */
    PtNDArray get(String name) {
        return Objects.requireNonNull(arrays.get(name), name);
    }

    /** The same, or null if the layer has none. */
    @Nullable
    PtNDArray find(String name) {
        return arrays.get(name);
    }

    /** An array of shape {@code [N, C, H, W]} from values in that order, laid out as these weights want it. */
    PtNDArray image(float[] nchw, int[] extents) {
        if (!channelsLast) {
            return create(nchw, extents);
        }
        int[] nhwc = {extents[0], extents[2], extents[3], extents[1]};
        PtNDArray array = create(Axes.permute(nchw, extents, 0, 2, 3, 1), nhwc);
        return JniUtils.permute(array, new long[] {0, 3, 1, 2});
    }

    /** The slice of a flat array that this parameter is, such as its values or its gradient, in libtorch's order. */
    float[] inTorchOrder(Parameter parameter, float[] flat) {
        float[] values = parameter.in(flat).toArray();
        int[] extents = parameter.shape().toArray();
        dev.convoy.tensor.Shape image = flattened.get(parameter.name());
        if (image != null) {
            return Axes.permute(
                    values,
                    new int[] {
                        image.extent(0),
                        image.extent(1),
                        image.extent(2),
                        parameter.shape().extent(1)
                    },
                    3,
                    2,
                    0,
                    1);
        }
        return switch (extents.length) {
            case 4 -> Axes.permute(values, extents, 3, 2, 0, 1);
            case 2 -> Axes.permute(values, extents, 1, 0);
            default -> values;
        };
    }

    private static int[] torchExtents(dev.convoy.tensor.Shape shape) {
        int[] e = shape.toArray();
        return switch (e.length) {
            case 4 -> new int[] {e[3], e[2], e[0], e[1]};
            case 2 -> new int[] {e[1], e[0]};
            default -> e;
        };
    }

    PtNDArray create(float[] values, int... extents) {
        long[] shape = new long[extents.length];
        for (int i = 0; i < shape.length; i++) {
            shape[i] = extents[i];
        }
        return (PtNDArray) manager.create(values, new Shape(shape));
    }
}
