package dev.convoy.nn.model;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.convoy.autograd.Tape;
import dev.convoy.autograd.Workspace;
import dev.convoy.nn.Network;
import dev.convoy.nn.Parameter;
import dev.convoy.nn.Pass;
import dev.convoy.op.Adjoints;
import dev.convoy.tensor.Shape;
import dev.convoy.tensor.Tensor;
import dev.convoy.torch.Torch;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/**
 * A training pass of each family next to the same network written out in PyTorch, in float64, with the same weights: scores and the
 * gradient of every parameter. Batches and images are just large enough that every normalisation sees more than two values per
 * channel; of two it would only keep the sign, and the gradient through it would be rounding errors.
 */
class ModelOracleTest {
    private static final double TOLERANCE = 1e-5;

    private record Case(String name, Model model, int batch, int size, int channels) {
        void check(double tolerance, Consumer<Script> body) {
            Network network = TrainingPass.network(name, model, Shape.of(size, size, channels), 10);
            Tensor images = TrainingPass.images(network, batch);
            TrainingPass ours = TrainingPass.of(network, images, Adjoints.kernels());
            Script script = new Script(network);
            body.accept(script);
            Shape flat = Shape.of(network.weights().size());
            Tensor weights = Tensor.of(flat, network.weights().initial(1));
            Torch.Result theirs = script.function().backward(ours.dy(), weights, images);
            theirs.assertClose(name, ours.scores(), List.of(Tensor.of(flat, ours.gradient())), tolerance);
            assertEachParameter(network, ours.gradient(), theirs.gradients().get(0), tolerance);
        }

        /** Small gradients must be right too, down to a thousandth of the whole: a bias before a normalisation has none. */
        private void assertEachParameter(Network network, float[] ours, double[] theirs, double tolerance) {
            double floor = norm(theirs, 0, theirs.length) / 1000;
            for (Parameter parameter : network.weights().parameters()) {
                int begin = parameter.offset();
                int end = begin + parameter.shape().size();
                double[] difference = new double[end - begin];
                for (int i = begin; i < end; i++) {
                    difference[i - begin] = ours[i] - theirs[i];
                }
                double error = norm(difference, 0, difference.length) / (norm(theirs, begin, end) + floor);
                assertTrue(
                        error <= 10 * tolerance,
                        () -> name + ": gradient of " + parameter.name() + " is " + error + " away");
            }
        }

        private static double norm(double[] values, int begin, int end) {
            double sum = 0;
            for (int i = begin; i < end; i++) {
                sum += values[i] * values[i];
            }
            return Math.sqrt(sum);
        }
    }

    @Test
    void lenet5() {
        new Case("lenet5", new LeNet5(), 2, 28, 1).check(TOLERANCE, script -> script.conv("conv1", 1, 2, 1)
                .relu()
                .maxPool(2, 2, 0)
                .conv("conv2", 1, 0, 1)
                .relu()
                .maxPool(2, 2, 0)
                .flatten()
                .dense("dense1")
                .relu()
                .dense("dense2")
                .relu()
                .dense("output"));
    }

    @Test
    void resnet20() {
        new Case("resnet20", new CifarResNet(3), 2, 32, 3).check(TOLERANCE, script -> {
            script.convNorm("conv1", 1, 1, 1).relu();
            for (int stage = 1; stage <= 3; stage++) {
                for (int block = 1; block <= 3; block++) {
                    String input = script.here();
                    String path = "stage" + stage + ".block" + block;
                    boolean shrinks = stage > 1 && block == 1;
                    script.convNorm(path + ".conv1", shrinks ? 2 : 1, 1, 1)
                            .relu()
                            .convNorm(path + ".conv2", 1, 1, 1);
                    String sum = script.here();
                    (shrinks ? script.subsampled(input, 4 << (stage - 1)).plus(sum) : script.plus(input)).relu();
                }
            }
            script.globalAveragePool().dense("output");
        });
    }

    @Test
    void resnet9() {
        new Case("resnet9", new ResNet9(), 4, 32, 3).check(TOLERANCE, script -> {
            script.convNorm("conv1", 4, 3, 1).relu().convNorm("conv2", 2, 1, 1).relu();
            courseBlock(script, "block1");
            script.convNorm("conv3", 2, 1, 1).relu().convNorm("conv4", 2, 1, 1).relu();
            courseBlock(script, "block2");
            script.flatten().dense("dense1").relu().dense("output");
        });
    }

    private static void courseBlock(Script script, String path) {
        String input = script.here();
        script.convNorm(path + ".conv1", 1, 1, 1)
                .relu()
                .convNorm(path + ".conv2", 1, 1, 1)
                .relu()
                .plus(input);
    }

    @Test
    void resnetOfBasicBlocks() {
        new Case("basic", new ResNet(ResNet.Block.BASIC, List.of(1, 2)), 2, 33, 3).check(TOLERANCE, script -> {
            script.convNorm("conv1", 2, 3, 1).relu().maxPool(3, 2, 1);
            for (String path : List.of("stage1.block1", "stage2.block1", "stage2.block2")) {
                String input = script.here();
                boolean shrinks = path.equals("stage2.block1");
                script.convNorm(path + ".conv1", shrinks ? 2 : 1, 1, 1).relu().convNorm(path + ".conv2", 1, 1, 1);
                projected(script, path, input, shrinks, shrinks ? 2 : 1);
            }
            script.globalAveragePool().dense("output");
        });
    }

    /**
     * Of 300,000 rectified sums one may lie so close to zero that its sign is a matter of rounding, and shifts the gradient by a
     * thousandth: among 2 to 6 images, 3 and 5 have none.
     */
    @Test
    void resnetOfBottlenecks() {
        new Case("bottleneck", new ResNet(ResNet.Block.BOTTLENECK, List.of(2, 1)), 3, 33, 3)
                .check(TOLERANCE, script -> {
                    script.convNorm("conv1", 2, 3, 1).relu().maxPool(3, 2, 1);
                    for (String path : List.of("stage1.block1", "stage1.block2", "stage2.block1")) {
                        String input = script.here();
                        int stride = path.equals("stage2.block1") ? 2 : 1;
                        script.convNorm(path + ".conv1", 1, 0, 1)
                                .relu()
                                .convNorm(path + ".conv2", stride, 1, 1)
                                .relu()
                                .convNorm(path + ".conv3", 1, 0, 1);
                        projected(script, path, input, !path.equals("stage1.block2"), stride);
                    }
                    script.globalAveragePool().dense("output");
                });
    }

    private static void projected(Script script, String path, String input, boolean projects, int stride) {
        if (projects) {
            String sum = script.here();
            script.convOf(input, path + ".shortcut", stride, 0, 1)
                    .batchNorm(path + ".shortcut_norm")
                    .plus(sum)
                    .relu();
        } else {
            script.plus(input).relu();
        }
    }

    /**
     * Twenty-seven normalised layers magnify rounding until some rectifiers of a million switch: PyTorch in float32 differs from
     * itself in float64 by more than 1e-2 in the gradient on images of 96 and 128 pixels.
     */
    @Test
    void mobilenet() {
        new Case("mobilenet", new MobileNet(), 4, 64, 3).check(1e-3, script -> {
            script.convNorm("conv1", 2, 1, 1).relu();
            int[] channels = {32, 64, 128, 128, 256, 256, 512, 512, 512, 512, 512, 512, 1024};
            List<Integer> shrinking = List.of(2, 4, 6, 12);
            for (int i = 1; i <= 13; i++) {
                String path = "separable" + i;
                script.convNorm(path + ".depthwise", shrinking.contains(i) ? 2 : 1, 1, channels[i - 1])
                        .relu()
                        .convNorm(path + ".pointwise", 1, 0, 1)
                        .relu();
            }
            script.globalAveragePool().dense("output");
        });
    }

    /** Of five images: in one of the first four's windows two maxima are a rounding error apart, and which passes the gradient is chance. */
    @Test
    void airbench() {
        new Case("airbench", new Airbench(), 5, 25, 3).check(TOLERANCE, script -> {
            script.conv("whiten", 1, 0, 1).gelu();
            for (String group : List.of("group1", "group2", "group3")) {
                script.conv(group + ".conv1", 1, 1, 1)
                        .maxPool(2, 2, 0)
                        .batchNorm(group + ".norm1")
                        .gelu()
                        .conv(group + ".conv2", 1, 1, 1)
                        .batchNorm(group + ".norm2")
                        .gelu();
            }
            script.maxPool(3, 3, 0).flatten().dense("output").divide(9);
        });
    }

    /** In evaluation, where nothing is dropped at random; short and narrow, for the whole has a hundred million weights. */
    @Test
    void vgg() {
        Network network = TrainingPass.network("vgg", new Vgg(List.of(1, 2, 1), 16), Shape.of(20, 17, 3), 10);
        Tensor images = TrainingPass.images(network, 2);
        float[] weights = network.weights().initial(1);
        Tape tape = Tape.silent(new Workspace(), Adjoints.kernels());
        Pass pass = Pass.evaluation(tape, weights, network.buffers().initial(1));
        Tensor scores = network.root().forward(pass, tape.constant(images)).value();

        Script script = new Script(network);
        List<String> layers =
                List.of("stage1.conv1", "pool", "stage2.conv1", "stage2.conv2", "pool", "stage3.conv1", "pool");
        for (String layer : layers) {
            if (layer.equals("pool")) {
                script.maxPool(2, 2, 0);
            } else {
                script.conv(layer, 1, 1, 1).batchNormAtFirst(layer + "_norm").relu();
            }
        }
        script.adaptiveAveragePool(7)
                .flatten()
                .dense("dense1")
                .relu()
                .dense("dense2")
                .relu()
                .dense("output");
        script.function()
                .forward(Tensor.of(Shape.of(weights.length), weights), images)
                .assertClose("vgg", scores, List.of(), TOLERANCE);
    }
}
