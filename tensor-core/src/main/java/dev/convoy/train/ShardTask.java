package dev.convoy.train;

import dev.convoy.autograd.Tape;
import dev.convoy.autograd.Variable;
import dev.convoy.autograd.Workspace;
import dev.convoy.data.BatchPlan;
import dev.convoy.data.ImageBlock;
import dev.convoy.data.Normalization;
import dev.convoy.kernel.ConvolutionAlgorithm;
import dev.convoy.kernel.KernelProvider;
import dev.convoy.kernel.Kernels;
import dev.convoy.metric.Classification;
import dev.convoy.nn.Module;
import dev.convoy.nn.Network;
import dev.convoy.nn.Pass;
import dev.convoy.nn.model.ModelZoo;
import dev.convoy.op.ClassificationLoss;
import dev.convoy.op.CrossEntropy;
import dev.convoy.random.RandomKey;
import dev.convoy.tensor.Shape;
import dev.convoy.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * The work on one shard: its gradient for a step, its share of an evaluation, its predictions. The same arithmetic wherever it runs.
 * Reuses its buffers from call to call; one thread at a time.
 */
public final class ShardTask {
    /** Samples of one forward pass in evaluation; predictions do not depend on it, the last bits of the summed loss do. */
    private static final int EVALUATION_BATCH = 64;

    private final Network network;
    private final Normalization normalization;
    private final Kernels kernels;
    private final long seed;
    private final int microBatch;
    private final Set<String> frozen;
    private final ClassificationLoss loss;
    private final SpareArrays spare;
    private final Workspace workspace;

    /** @param image the shape of one image, {@code [H, W, C]} */
    public ShardTask(RunConfig config, Shape image) {
        this(config, image, new SpareArrays());
    }

    /**
     * @param image the shape of one image, {@code [H, W, C]}
     * @param spare where the arrays of its sums come from
     */
    public ShardTask(RunConfig config, Shape image, SpareArrays spare) {
        this(
                config,
                image,
                spare,
                KernelProvider.named(config.kernels()).kernels(ConvolutionAlgorithm.named(config.convolution())));
    }

    /** Computes with these kernels, whatever the configuration says: such as some that are watched. */
    public ShardTask(RunConfig config, Shape image, SpareArrays spare, Kernels kernels) {
        this(config, image, spare, kernels, new Workspace());
    }

    ShardTask(RunConfig config, Shape image, SpareArrays spare, Kernels kernels, Workspace workspace) {
        this.spare = spare;
        this.workspace = workspace;
        this.network =
                ModelZoo.build(config.model().name(), image, config.data().classes());
        this.normalization = new Normalization(
                image.extent(2), config.data().mean(), config.data().std());
        this.kernels = kernels;
        this.seed = config.train().seed();
        this.microBatch = config.train().microBatch();
        this.frozen = ParameterGroups.frozen(config, network.weights());
        this.loss = config.loss().operation();
    }

    public Network network() {
        return network;
    }

    /** A few words on the kernels it computes with. */
    public String kernels() {
        return kernels.description();
    }

    /** The memory this keeps for its next call: activations, their gradients and operations' notes of the largest pass so far. */
    public long workspaceBytes() {
        return workspace.bytes();
    }

    /** The memory that the kernels keep for the calling thread, whose largest pass so far it suits. */
    public long scratchBytes() {
        return kernels.scratchBytes();
    }

    /**
     * The gradient of the summed loss over the shard's share of a step, in pieces of at most {@code train.micro-batch} samples. Its arrays
     * are the caller's.
     */
    public GradientSum gradient(
            ModelState state, ImageBlock shard, int shardIndex, BatchPlan plan, int epoch, int stepOfEpoch) {
        int[] positions = plan.positions(epoch, stepOfEpoch, shardIndex);
        if (positions.length == 0) {
            return GradientSum.EMPTY;
        }
        float[] gradient = spare.zeros(network.weights().size());
        float[] bufferSums = spare.zeros(network.buffers().size());
        GradientSum sum = new GradientSum(0, 0, 0, gradient, bufferSums);
        for (int[] piece : pieces(positions)) {
            sum = addGradient(state, shard, piece, epoch, sum, Pass.NOBODY);
        }
        return sum;
    }

    /** The same arithmetic once more, with a look at every layer: where the shard's share stops being finite, if it does. */
    public Optional<Divergence> diagnose(
            ModelState state, ImageBlock shard, int shardIndex, BatchPlan plan, int epoch, int stepOfEpoch) {
        int[] positions = plan.positions(epoch, stepOfEpoch, shardIndex);
        List<Divergence> found = new ArrayList<>();
        for (int[] piece : pieces(positions)) {
            float[] gradient = new float[network.weights().size()];
            float[] bufferSums = new float[network.buffers().size()];
            Diagnosis diagnosis = new Diagnosis(network, shard.select(piece).ids());
            GradientSum sum = new GradientSum(0, 0, 0, gradient, bufferSums);
            addGradient(state, shard, piece, epoch, sum, diagnosis);
            diagnosis.first(shardIndex, gradient).ifPresent(found::add);
        }
        return found.stream().reduce(Divergence::earlier);
    }

    /** The positions in pieces of at most {@code train.micro-batch}, of sizes that differ by at most one. */
    private List<int[]> pieces(int[] positions) {
        int count = microBatch == 0 ? 1 : 1 + (positions.length - 1) / microBatch;
        List<int[]> pieces = new ArrayList<>();
        for (int piece = 0; piece < count && positions.length > 0; piece++) {
            int from = (int) ((long) positions.length * piece / count);
            int to = (int) ((long) positions.length * (piece + 1) / count);
            pieces.add(Arrays.copyOfRange(positions, from, to));
        }
        return pieces;
    }

    /** Adds the gradient of some samples into the arrays of {@code sum}. */
    GradientSum addGradient(
            ModelState state,
            ImageBlock shard,
            int[] positions,
            int epoch,
            GradientSum sum,
            BiConsumer<Module, Variable> observer) {
        Tape tape = Tape.recording(workspace, kernels);
        RandomKey epochKey = RandomKey.of(seed, "dropout").with(epoch);
        RandomKey[] samples = new RandomKey[positions.length];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = epochKey.with(shard.ids()[positions[i]]);
        }
        float[] gradient = Objects.requireNonNull(sum.gradient());
        float[] bufferSums = Objects.requireNonNull(sum.bufferSums());
        Pass pass = Pass.training(
                        tape,
                        state.weights(),
                        state.buffers(),
                        new Pass.Training(gradient, bufferSums, samples, frozen))
                .observed(observer);
        Variable logits = pass.forward(network.root(), minibatch(tape, shard, positions));
        CrossEntropy.Result result = loss.apply(tape, logits, labels(shard, positions));
        tape.backward(result.loss());
        return new GradientSum(
                sum.count() + positions.length,
                sum.lossSum() + result.lossSum(),
                sum.correct() + result.correct(),
                gradient,
                bufferSums);
    }

    /** Loss and predictions over all samples of the block, with running averages in place of batch statistics. */
    public Evaluation evaluate(ModelState state, ImageBlock block) {
        Evaluation total = Evaluation.EMPTY;
        Classification classes = Classification.none(network.classes());
        for (int from = 0; from < block.count(); from += EVALUATION_BATCH) {
            int[] positions = range(from, Math.min(from + EVALUATION_BATCH, block.count()));
            Tape tape = Tape.silent(workspace, kernels);
            Variable logits = logits(tape, state, block, positions);
            int[] labels = labels(block, positions);
            var result = loss.apply(tape, logits, labels);
            classes.add(logits.value(), labels);
            total = total.plus(new Evaluation(positions.length, result.lossSum(), result.correct()));
        }
        return new Evaluation(total.count(), total.lossSum(), total.correct(), classes);
    }

    /** The probability of each class for each sample of the block, {@code [count][classes]}. */
    public float[][] probabilities(ModelState state, ImageBlock block) {
        int classes = network.classes();
        float[][] probabilities = new float[block.count()][];
        for (int from = 0; from < block.count(); from += EVALUATION_BATCH) {
            int[] positions = range(from, Math.min(from + EVALUATION_BATCH, block.count()));
            Tape tape = Tape.silent(workspace, kernels);
            Tensor logits = logits(tape, state, block, positions).value();
            float[] softmax = new float[logits.size()];
            for (int n = 0; n < positions.length; n++) {
                CrossEntropy.softmaxRow(logits, n, classes, softmax);
                probabilities[from + n] = Arrays.copyOfRange(softmax, n * classes, (n + 1) * classes);
            }
        }
        return probabilities;
    }

    private Variable logits(Tape tape, ModelState state, ImageBlock block, int[] positions) {
        Pass pass = Pass.evaluation(tape, state.weights(), state.buffers());
        return network.root().forward(pass, minibatch(tape, block, positions));
    }

    private Variable minibatch(Tape tape, ImageBlock block, int[] positions) {
        Shape image = block.image();
        Tensor batch = tape.buffer(Shape.of(positions.length, image.extent(0), image.extent(1), image.extent(2)));
        normalization.apply(block, positions, batch);
        return tape.constant(batch);
    }

    private static int[] labels(ImageBlock block, int[] positions) {
        int[] labels = new int[positions.length];
        for (int i = 0; i < labels.length; i++) {
            labels[i] = block.labels()[positions[i]];
        }
        return labels;
    }

    private static int[] range(int from, int to) {
        int[] range = new int[to - from];
        for (int i = 0; i < range.length; i++) {
            range[i] = from + i;
        }
        return range;
    }
}
