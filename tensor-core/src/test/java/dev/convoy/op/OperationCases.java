package dev.convoy.op;

import dev.convoy.autograd.Operation;
import dev.convoy.kernel.PaddingMode;
import dev.convoy.kernel.Window;
import dev.convoy.random.RandomKey;
import dev.convoy.tensor.Shape;
import dev.convoy.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Every operation there is, by its name, on inputs of some number of channels: what a claim about all of them is tested on. */
final class OperationCases {
    private static final RandomKey[] SAMPLES = {new RandomKey(1), new RandomKey(2)};
    private static final Window WINDOW =
            Window.of(3, 2).stride(2, 1).dilation(1, 2).padding(1, 0, 1, 1);
    private static final Window PLAIN = Window.square(3).padding(1);

    /** One operation on random inputs of the given shapes. */
    record Case(String name, Operation operation, Shape... shapes) {
        /** Standard normal values, a function of the case's name and shapes. */
        Tensor[] inputs() {
            Tensor[] inputs = new Tensor[shapes.length];
            Arrays.setAll(inputs, i -> Adjoints.random(name + "." + i, shapes[i]));
            return inputs;
        }
    }

    private final Map<String, List<Case>> cases = new LinkedHashMap<>();

    private OperationCases() {}

    static Map<String, List<Case>> of(int channels) {
        OperationCases all = new OperationCases();
        all.collect(channels);
        return all.cases;
    }

    private void collect(int c) {
        Shape x = Shape.of(2, 7, 6, c);
        Shape perChannel = Shape.of(c);
        Shape rows = Shape.of(5, c);
        elementwise(Shape.of(3, c));

        add("Add", (tape, in) -> Add.apply(tape, in.get(0), in.get(1)), x, perChannel);
        add("Add", (tape, in) -> Add.apply(tape, in.get(0), 0.3f), x);
        add("Add", (tape, in) -> Add.apply(tape, in.get(0), in.get(1)), x, x);
        add("Subtract", (tape, in) -> Subtract.apply(tape, in.get(0), in.get(1)), x, x);
        add("Multiply", (tape, in) -> Multiply.apply(tape, in.get(0), in.get(1)), x, x);
        add("Divide", (tape, in) -> Divide.apply(tape, in.get(0), in.get(1)), x, x);
        add("Maximum", (tape, in) -> Maximum.apply(tape, in.get(0), in.get(1)), x, x);
        add("MatMul", (tape, in) -> MatMul.apply(tape, in.get(0), in.get(1)), Shape.of(c, c), Shape.of(c, c));
        add("MatMul", (tape, in) -> MatMul.apply(tape, in.get(0), in.get(1)), Shape.of(3, 4, c), Shape.of(c, 9));
        add("Subtract", (tape, in) -> Subtract.apply(tape, in.get(0), in.get(1)), perChannel, x);
        add("Multiply", (tape, in) -> Multiply.apply(tape, in.get(0), in.get(1)), x, Shape.of(7, 1, c));
        add("Multiply", (tape, in) -> Multiply.apply(tape, in.get(0), 0.3f), x);
        add("Divide", (tape, in) -> Divide.apply(tape, in.get(0), in.get(1)), x, perChannel);
        add("Divide", (tape, in) -> Divide.apply(tape, in.get(0), 0.3f), x);
        add("Maximum", (tape, in) -> Maximum.apply(tape, in.get(0), in.get(1)), x, perChannel);
        add("Minimum", (tape, in) -> Minimum.apply(tape, in.get(0), in.get(1)), x, perChannel);
        add("Bias", (tape, in) -> Bias.apply(tape, in.get(0), in.get(1)), x, perChannel);
        add("Broadcast", (tape, in) -> Broadcast.apply(tape, in.get(0), x), Shape.of(7, 1, c));
        add("MatMul", (tape, in) -> MatMul.apply(tape, in.get(0), in.get(1)), rows, Shape.of(c, 9));
        add("MatMul", (tape, in) -> MatMul.apply(tape, in.get(0), in.get(1)), Shape.of(4, 1, 3, c), Shape.of(2, c, 5));

        for (Axes axes : List.of(Axes.of(0, 1, 2), Axes.of(-1), Axes.of(0, 3), Axes.all())) {
            add("Sum", (tape, in) -> Sum.apply(tape, in.get(0), axes), x);
            add("Mean", (tape, in) -> Mean.apply(tape, in.get(0), axes), x);
            add("Variance", (tape, in) -> Variance.apply(tape, in.get(0), axes, 0), x);
            add("Max", (tape, in) -> Max.apply(tape, in.get(0), axes), x);
            add("Min", (tape, in) -> Min.apply(tape, in.get(0), axes), x);
        }
        for (int axis : new int[] {1, -1}) {
            add("Softmax", (tape, in) -> Softmax.apply(tape, in.get(0), axis), x);
            add("LogSoftmax", (tape, in) -> LogSoftmax.apply(tape, in.get(0), axis), x);
        }

        add("Reshape", (tape, in) -> Reshape.apply(tape, in.get(0), Shape.of(14, 6 * c)), x);
        add("Permute", (tape, in) -> Permute.apply(tape, in.get(0), 3, 0, 2, 1), x);
        add("Permute", (tape, in) -> Permute.transpose(tape, in.get(0)), x);
        add("Pad", (tape, in) -> Pad.constant(tape, in.get(0), 3, new int[] {0, 2, 0, 1}, new int[] {1, 0, 0, 2}), x);
        add("Concat", (tape, in) -> Concat.apply(tape, -1, in.get(0), in.get(1)), x, x);
        add("Stack", (tape, in) -> Stack.apply(tape, 1, in.get(0), in.get(1)), x, x);
        add("Split", (tape, in) -> Split.apply(tape, in.get(0), 1, 3, 4).get(1), x);
        add("Slice", (tape, in) -> Slice.apply(tape, in.get(0), 1, 1, 6, 2), x);
        add("Flip", (tape, in) -> Flip.apply(tape, in.get(0), 1, 3), x);
        add("Gather", (tape, in) -> Gather.apply(tape, in.get(0), 1, 0, 1), x);
        add("Dilate", (tape, in) -> Dilate.apply(tape, in.get(0), 1, 2, 3, 1), x);
        add("SubsampleChannels", (tape, in) -> SubsampleChannels.apply(tape, in.get(0), 2, c + 3), x);
        for (PaddingMode mode : PaddingMode.values()) {
            add("Pad", (tape, in) -> Pad.apply(tape, in.get(0), 2, 1, 0, 3, mode), x);
            add("Pad", (tape, in) -> Pad.apply(tape, in.get(0), 3, 2, 1, 4, mode), Shape.of(2, 1, 1, c));
            Window window = WINDOW.mode(mode);
            add(
                    "Conv2d",
                    (tape, in) -> Conv2d.apply(tape, in.get(0), in.get(1), in.get(2), window, 1),
                    x,
                    Shape.of(3, 2, c, 5),
                    Shape.of(5));
            add(
                    "Conv2d",
                    (tape, in) -> Conv2d.depthwise(tape, in.get(0), in.get(1), null, window),
                    x,
                    Shape.of(3, 2, 1, 2 * c));
        }
        add("Conv2d", (tape, in) -> Conv2d.apply(tape, in.get(0), in.get(1), null, PLAIN, 1), x, Shape.of(3, 3, c, c));
        convolutions(c);
        add(
                "Conv1d",
                (tape, in) -> Conv1d.apply(
                        tape, in.get(0), in.get(1), in.get(2), Window.line(3).horizontalPadding(1, 2), 1),
                Shape.of(2, 9, c),
                Shape.of(3, c, 5),
                Shape.of(5));
        add(
                "ConvTranspose2d",
                (tape, in) -> ConvTranspose2d.apply(tape, in.get(0), in.get(1), in.get(2), WINDOW, 1, 1, 0),
                x,
                Shape.of(3, 2, 5, c),
                Shape.of(5));
        add(
                "ConvTranspose1d",
                (tape, in) -> ConvTranspose1d.apply(tape, in.get(0), in.get(1), null, Window.line(3), 1, 0),
                Shape.of(2, 9, c),
                Shape.of(3, 5, c));

        add("Pool2d", (tape, in) -> Pool2d.max(tape, in.get(0), PLAIN.stride(2), true), x);
        add("Pool2d", (tape, in) -> Pool2d.average(tape, in.get(0), PLAIN.stride(2), true, false), x);
        add("Pool2d", (tape, in) -> Pool2d.average(tape, in.get(0), PLAIN.stride(2), true, true), x);
        add("Pool2d", (tape, in) -> Pool2d.globalMax(tape, in.get(0)), x);
        add("Pool2d", (tape, in) -> Pool2d.globalAverage(tape, in.get(0)), x);
        add("Pool1d", (tape, in) -> Pool1d.max(tape, in.get(0), Window.line(2), false), Shape.of(2, 9, c));
        add("AdaptiveAveragePool", (tape, in) -> AdaptiveAveragePool.apply(tape, in.get(0), 3, 9), x);

        add(
                "BatchNorm",
                (tape, in) -> BatchNorm.train(tape, in.get(0), in.get(1), in.get(2), 1e-5f)
                        .output(),
                x,
                perChannel,
                perChannel);
        add(
                "BatchNorm",
                (tape, in) -> BatchNorm.evaluate(
                        tape,
                        in.get(0),
                        in.get(1),
                        in.get(2),
                        Tensor.zeros(c),
                        Adjoints.random("variance", perChannel),
                        9f),
                x,
                perChannel,
                perChannel);
        add(
                "BatchNormGelu",
                (tape, in) -> BatchNormGelu.train(tape, in.get(0), in.get(1), in.get(2), 1e-5f)
                        .output(),
                x,
                perChannel,
                perChannel);
        add(
                "BatchNormGelu",
                (tape, in) -> BatchNormGelu.evaluate(
                        tape,
                        in.get(0),
                        in.get(1),
                        in.get(2),
                        Tensor.zeros(c),
                        Adjoints.random("variance", perChannel),
                        9f),
                x,
                perChannel,
                perChannel);
        add(
                "BatchNormRelu",
                (tape, in) -> BatchNormRelu.train(tape, in.get(0), in.get(1), in.get(2), null, 1e-5f)
                        .output(),
                x,
                perChannel,
                perChannel);
        add(
                "BatchNormRelu",
                (tape, in) -> BatchNormRelu.train(tape, in.get(0), in.get(1), in.get(2), in.get(3), 1e-5f)
                        .output(),
                x,
                perChannel,
                perChannel,
                x);
        add(
                "BatchNormRelu",
                (tape, in) -> BatchNormRelu.evaluate(
                        tape,
                        in.get(0),
                        in.get(1),
                        in.get(2),
                        in.get(3),
                        Tensor.zeros(c),
                        Adjoints.random("variance", perChannel),
                        9f),
                x,
                perChannel,
                perChannel,
                x);
        add(
                "LayerNorm",
                (tape, in) -> LayerNorm.apply(tape, in.get(0), in.get(1), in.get(2), 1e-5f),
                x,
                Shape.of(6, c),
                Shape.of(6, c));
        add(
                "GroupNorm",
                (tape, in) -> GroupNorm.apply(tape, in.get(0), c % 3 == 0 ? 3 : 1, in.get(1), in.get(2), 1e-5f),
                x,
                perChannel,
                perChannel);
        add(
                "InstanceNorm",
                (tape, in) -> InstanceNorm.apply(tape, in.get(0), in.get(1), in.get(2), 1e-5f),
                x,
                perChannel,
                perChannel);
        for (Dropout.Unit unit : Dropout.Unit.values()) {
            add("Dropout", (tape, in) -> Dropout.apply(tape, in.get(0), unit, 0.4f, SAMPLES), x);
        }
        losses(c, rows);
    }

    /** Extents of 1, strides larger than the window, groups, and what else the general case does not reach. */
    private void convolutions(int c) {
        Shape x = Shape.of(2, 5, 4, 2 * c);
        Window apart = Window.of(2, 1).stride(3, 2).padding(0, 1, 2, 0);
        add(
                "Conv2d",
                (tape, in) -> Conv2d.apply(tape, in.get(0), in.get(1), in.get(2), apart, 2),
                x,
                Shape.of(2, 1, c, 6),
                Shape.of(6));
        add(
                "Conv2d",
                (tape, in) -> Conv2d.pointwise(tape, in.get(0), in.get(1), in.get(2)),
                x,
                Shape.of(1, 1, 2 * c, 3),
                Shape.of(3));
        add(
                "Conv2d",
                (tape, in) -> Conv2d.apply(
                        tape, in.get(0), in.get(1), null, Window.square(1).stride(2), 1),
                x,
                Shape.of(1, 1, 2 * c, 3));
        add(
                "Conv2d",
                (tape, in) -> Conv2d.separable(tape, in.get(0), in.get(1), in.get(2), null, PLAIN),
                x,
                Shape.of(3, 3, 1, 2 * c),
                Shape.of(1, 1, 2 * c, c));
        for (PaddingMode mode : PaddingMode.values()) {
            Window wide = Window.of(2, 3)
                    .stride(1, 2)
                    .dilation(3, 1)
                    .padding(5, 3, 2, 4)
                    .mode(mode);
            add(
                    "Conv2d",
                    (tape, in) -> Conv2d.apply(tape, in.get(0), in.get(1), null, wide, 1),
                    Shape.of(1, 1, 1, c),
                    Shape.of(2, 3, c, 2));
        }
        add(
                "ConvTranspose2d",
                (tape, in) -> ConvTranspose2d.apply(tape, in.get(0), in.get(1), in.get(2), apart, 2, 2, 1),
                x,
                Shape.of(2, 1, 3, 2 * c),
                Shape.of(6));
        Window dilated = Window.of(3, 2).stride(2, 3).dilation(2, 1).padding(2, 1, 0, 1);
        add("Pool2d", (tape, in) -> Pool2d.max(tape, in.get(0), dilated, true), x);
        add("Pool2d", (tape, in) -> Pool2d.average(tape, in.get(0), dilated, true, true), x);
        add("Pool2d", (tape, in) -> Pool2d.average(tape, in.get(0), dilated, true, false), x);
        add(
                "Pool1d",
                (tape, in) -> Pool1d.average(tape, in.get(0), Window.line(3).stride(2), true, false),
                Shape.of(2, 8, c));
    }

    private void elementwise(Shape x) {
        Operation positive = (tape, in) -> Add.apply(tape, Square.apply(tape, in.get(0)), 0.1f);
        add("Square", (tape, in) -> Square.apply(tape, in.get(0)), x);
        add("Sqrt", (tape, in) -> Sqrt.apply(tape, positive.apply(tape, in)), x);
        add("Log", (tape, in) -> Log.apply(tape, positive.apply(tape, in)), x);
        add("Pow", (tape, in) -> Pow.apply(tape, positive.apply(tape, in), 1.7), x);
        add("Reciprocal", (tape, in) -> Reciprocal.apply(tape, in.get(0)), x);
        add("Abs", (tape, in) -> Abs.apply(tape, in.get(0)), x);
        add("Negate", (tape, in) -> Negate.apply(tape, in.get(0)), x);
        add("Exp", (tape, in) -> Exp.apply(tape, in.get(0)), x);
        add("Tanh", (tape, in) -> Tanh.apply(tape, in.get(0)), x);
        add("Sigmoid", (tape, in) -> Sigmoid.apply(tape, in.get(0)), x);
        add("Relu", (tape, in) -> Relu.apply(tape, in.get(0)), x);
        add("LeakyRelu", (tape, in) -> LeakyRelu.apply(tape, in.get(0), 0.1f), x);
        add("Elu", (tape, in) -> Elu.apply(tape, in.get(0), 0.7f), x);
        add("Gelu", (tape, in) -> Gelu.apply(tape, in.get(0)), x);
        add("Gelu", (tape, in) -> Gelu.tanh(tape, in.get(0)), x);
        add("Silu", (tape, in) -> Silu.apply(tape, in.get(0)), x);
        add("Hardswish", (tape, in) -> Hardswish.apply(tape, in.get(0)), x);
        add("Softplus", (tape, in) -> Softplus.apply(tape, in.get(0)), x);
    }

    private void losses(int classes, Shape rows) {
        Tensor targets = Adjoints.random("targets", rows);
        int[] labels = new int[5];
        Arrays.setAll(labels, n -> n * 7 % classes);
        add(
                "AbsoluteError",
                (tape, in) -> AbsoluteError.apply(tape, in.get(0), targets).loss(),
                rows);
        add(
                "SquaredError",
                (tape, in) -> SquaredError.apply(tape, in.get(0), targets).loss(),
                rows);
        add(
                "HuberLoss",
                (tape, in) -> HuberLoss.apply(tape, in.get(0), targets, 0.8).loss(),
                rows);
        add(
                "BinaryCrossEntropy",
                (tape, in) -> BinaryCrossEntropy.apply(tape, in.get(0), Tensor.zeros(5, classes))
                        .loss(),
                rows);
        add(
                "CrossEntropy",
                (tape, in) -> CrossEntropy.apply(tape, in.get(0), labels, new CrossEntropy.Options(List.of(), 0.1))
                        .loss(),
                rows);
        add(
                "FocalLoss",
                (tape, in) -> FocalLoss.apply(tape, in.get(0), labels, new FocalLoss.Options(2, List.of()))
                        .loss(),
                rows);
    }

    private void add(String name, Operation operation, Shape... shapes) {
        cases.computeIfAbsent(name, key -> new ArrayList<>()).add(new Case(name, operation, shapes));
    }
}
