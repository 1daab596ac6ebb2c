package dev.convoy.bench;

import dev.convoy.data.BatchPlan;
import dev.convoy.data.ImageBlock;
import dev.convoy.kernel.KernelProvider;
import dev.convoy.kernel.Kernels;
import dev.convoy.optim.ParameterSlice;
import dev.convoy.optim.Sgd;
import dev.convoy.optim.WeightDecay;
import dev.convoy.train.GradientSum;
import dev.convoy.train.ModelState;
import dev.convoy.train.RunConfig;
import dev.convoy.train.ShardTask;
import dev.convoy.train.SpareArrays;
import dev.convoy.train.TreeSum;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Convoy's training step as a cluster does it, without the cluster: each of S threads computes the gradient of its shard's share of
 * the batch, from uint8 pixels on, the gradients are added, divided by the count, and the optimizer steps once.
 */
final class ConvoyStep implements Step {
    /** As in {@code dev.convoy.train.Training}. */
    private static final float NEWEST_SHARE = 0.1f;

    private final BatchPlan plan;
    private final ModelState state;
    private final Sgd optimizer;
    private final ShardTask[] tasks;
    private final ImageBlock[] shards;
    private final SpareArrays spare = new SpareArrays();
    private final ExecutorService threads;
    private int step;

    /** @param shards S, one thread each */
    ConvoyStep(TrainTask task, int shards) {
        this(task, shards, KernelProvider.named(task.config().kernels()).kernels());
    }

    ConvoyStep(TrainTask task, int shards, Kernels kernels) {
        RunConfig.Optimizer o = task.config().optimizer();
        this.plan = task.plan(shards);
        this.state = ModelState.initial(task.network(), task.config().train().seed());
        int size = state.weights().length;
        this.optimizer = new Sgd(
                size,
                List.of(ParameterSlice.whole(size, o.weightDecay())),
                WeightDecay.COUPLED,
                o.momentum(),
                o.nesterov());
        this.tasks = new ShardTask[shards];
        this.shards = new ImageBlock[shards];
        for (int shard = 0, from = 0; shard < shards; from += plan.shardSize(shard++)) {
            this.tasks[shard] = new ShardTask(task.config(), task.network().image(), spare, kernels);
            this.shards[shard] = task.images().slice(from, from + plan.shardSize(shard));
        }
        this.threads = Executors.newFixedThreadPool(shards);
    }

    /** The values the steps so far have led to. */
    ModelState state() {
        return state;
    }

    /** The gradient of a step of the first epoch, summed over its samples. */
    GradientSum gradient(int stepOfEpoch) {
        List<Callable<GradientSum>> shares = new ArrayList<>();
        for (int i = 0; i < tasks.length; i++) {
            int shard = i;
            shares.add(() -> share(shard, stepOfEpoch));
        }
        try {
            TreeSum sum = new TreeSum(tasks.length, spare::giveBack);
            List<Future<GradientSum>> results = threads.invokeAll(shares);
            for (int shard = 0; shard < tasks.length; shard++) {
                sum.add(shard, results.get(shard).get());
            }
            return sum.total();
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException("a shard's gradient failed", e);
        }
    }

    /** One shard's gradient of a step of the first epoch, computed by this thread. */
    GradientSum share(int shard, int stepOfEpoch) {
        return tasks[shard].gradient(state, shards[shard], shard, plan, 0, stepOfEpoch);
    }

    @Override
    public void run() {
        GradientSum sum = gradient(step++ % plan.stepsPerEpoch());
        update(sum);
    }

    /** The optimizer's step along a summed gradient, whose arrays serve a later one. */
    void update(GradientSum sum) {
        float[] gradient = sum.gradient();
        float[] bufferSums = sum.bufferSums();
        if (gradient == null || bufferSums == null) {
            throw new IllegalStateException("step " + step + " summed no samples");
        }
        float share = 1f / sum.count();
        for (int i = 0; i < gradient.length; i++) {
            gradient[i] *= share;
        }
        optimizer.step(state.weights(), gradient, TrainTask.RATE);
        float[] buffers = state.buffers();
        for (int i = 0; i < buffers.length; i++) {
            buffers[i] = Math.fma(NEWEST_SHARE, bufferSums[i] * share - buffers[i], buffers[i]);
        }
        spare.giveBack(sum);
    }

    @Override
    public String description() {
        return tasks.length == 1 ? "1 shard" : tasks.length + " shards";
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
