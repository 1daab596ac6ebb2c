package dev.convoy.nn.model;

import dev.convoy.nn.Network;
import dev.convoy.nn.Parameter;
import dev.convoy.nn.ParameterLayout;
import dev.convoy.torch.Torch;
import java.util.Arrays;

/**
 * A network written out for PyTorch a second time, line by line, a function of all weights, flat, {@code w}
 * and of the images {@code x} (NHWC). Each method appends one operation on the running value; blocks go back to an earlier one by {@link
 * #here} and {@link #plus}.
 */
final class Script {
    private final ParameterLayout layout;
    private final StringBuilder lines = new StringBuilder("y0 = torch.permute(x, [0, 3, 1, 2])\n");
    private int last;

    Script(Network network) {
        this.layout = network.weights();
    }

    /** The running value's name. */
    String here() {
        return "y" + last;
    }

    Script conv(String name, int stride, int padding, int groups) {
        return convOf(here(), name, stride, padding, groups);
    }

    /** A convolution of an earlier value. */
    Script convOf(String x, String name, int stride, int padding, int groups) {
        String weight = "torch.permute(" + weight(name + ".weight") + ", [3, 2, 0, 1])";
        String bias = has(name + ".bias") ? weight(name + ".bias") : "None";
        return line("torch.conv2d(%s, %s, %s, [%d, %d], [%d, %d], [1, 1], %d)"
                .formatted(x, weight, bias, stride, stride, padding, padding, groups));
    }

    /** By the batch's statistics. */
    Script batchNorm(String name) {
        return line("torch.batch_norm(%s, %s, %s, None, None, True, 0.1, 1e-05, False)"
                .formatted(here(), weight(name + ".gamma"), weight(name + ".beta")));
    }

    /** By running averages as they are at first: mean 0, variance 1. */
    Script batchNormAtFirst(String name) {
        String channels = "torch.reshape(%s, [-1, 1, 1])";
        return line("torch.add(torch.mul(torch.div(%s, %s), %s), %s)"
                .formatted(
                        here(),
                        Math.sqrt(1 + 1e-5),
                        channels.formatted(weight(name + ".gamma")),
                        channels.formatted(weight(name + ".beta"))));
    }

    /** Convolution and batch normalisation, by the names {@code convNorm} gives them. */
    Script convNorm(String name, int stride, int padding, int groups) {
        return conv(name, stride, padding, groups).batchNorm(name + "_norm");
    }

    Script dense(String name) {
        line("torch.matmul(%s, %s)".formatted(here(), weight(name + ".weight")));
        return has(name + ".bias") ? line("torch.add(%s, %s)".formatted(here(), weight(name + ".bias"))) : this;
    }

    Script relu() {
        return line("torch.relu(%s)".formatted(here()));
    }

    Script gelu() {
        return line("torch.gelu(%s)".formatted(here()));
    }

    Script divide(int number) {
        return line("torch.div(%s, %d)".formatted(here(), number));
    }

    Script adaptiveAveragePool(int size) {
        return line("torch.adaptive_avg_pool2d(%s, [%d, %d])".formatted(here(), size, size));
    }

    Script maxPool(int size, int stride, int padding) {
        return line("torch.max_pool2d(%s, [%d, %d], [%d, %d], [%d, %d], [1, 1], False)"
                .formatted(here(), size, size, stride, stride, padding, padding));
    }

    /** Rows, columns, channels, as ours lie. */
    Script flatten() {
        return line("torch.flatten(torch.permute(%s, [0, 2, 3, 1]), 1, -1)".formatted(here()));
    }

    Script globalAveragePool() {
        return line("torch.mean(%s, [2, 3])".formatted(here()));
    }

    /** Option A between an earlier value and this: every second pixel, then zeros for half as many channels on either side. */
    Script subsampled(String x, int channelsEachSide) {
        return line(("torch.constant_pad_nd(torch.slice(torch.slice(%s, 2, 0, 9223372036854775807, 2), 3, 0,"
                        + " 9223372036854775807, 2), [0, 0, 0, 0, %d, %d], 0)")
                .formatted(x, channelsEachSide, channelsEachSide));
    }

    Script plus(String other) {
        return line("torch.add(%s, %s)".formatted(here(), other));
    }

    Torch function() {
        return Torch.function("w, x", lines + "return " + here());
    }

    private Script line(String expression) {
        last++;
        lines.append(here()).append(" = ").append(expression).append('\n');
        return this;
    }

    private boolean has(String name) {
        return layout.parameters().stream()
                .anyMatch(parameter -> parameter.name().equals(name));
    }

    private String weight(String name) {
        Parameter parameter = layout.parameters().stream()
                .filter(candidate -> candidate.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("the network has no parameter " + name));
        return "torch.reshape(torch.slice(w, 0, %d, %d, 1), %s)"
                .formatted(
                        parameter.offset(),
                        parameter.offset() + parameter.shape().size(),
                        Arrays.toString(parameter.shape().toArray()));
    }
}
