package dev.convoy.nn;

import dev.convoy.autograd.Variable;
import dev.convoy.op.BatchNormGelu;
import dev.convoy.op.BatchNormRelu;
import dev.convoy.tensor.Shape;
import dev.convoy.tensor.Tensor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Batch normalisation per channel, by the batch's statistics in training (those of a shard's share: ghost batches) and by running
 * averages in evaluation; see {@link dev.convoy.op.BatchNorm}.
 */
public final class BatchNorm implements Rectifiable {
    private static final float EPSILON = 1e-5f;

    private final String path;
    private final Shape shape;
    private final Parameter gamma;
    private final Parameter beta;
    private final Parameter runningMean;
    private final Parameter runningVariance;

    public BatchNorm(Scope scope, Shape input) {
        this.path = scope.path();
        this.shape = input;
        Shape perChannel = Shape.of(input.extent(-1));
        this.gamma = scope.weight("gamma", perChannel, Initializer.constant(1));
        this.beta = scope.weight("beta", perChannel, Initializer.constant(0));
        this.runningMean = scope.buffer("running_mean", perChannel, 0);
        this.runningVariance = scope.buffer("running_variance", perChannel, 1);
    }

    @Override
    public Variable forward(Pass pass, Variable x) {
        Pass.Training training = pass.training();
        if (training == null) {
            return dev.convoy.op.BatchNorm.evaluate(
                    pass.tape(),
                    x,
                    pass.parameter(gamma),
                    pass.parameter(beta),
                    pass.buffer(runningMean),
                    pass.buffer(runningVariance),
                    EPSILON);
        }
        var result =
                dev.convoy.op.BatchNorm.train(pass.tape(), x, pass.parameter(gamma), pass.parameter(beta), EPSILON);
        return remembered(training, x, result);
    }

    @Override
    public Variable forwardRectified(Pass pass, Variable x) {
        return forwardRectified(pass, x, null);
    }

    /** {@code max(0, y + residual)}; nothing is added where residual is null. */
    Variable forwardRectified(Pass pass, Variable x, @Nullable Variable residual) {
        Pass.Training training = pass.training();
        if (training == null) {
            return BatchNormRelu.evaluate(
                    pass.tape(),
                    x,
                    pass.parameter(gamma),
                    pass.parameter(beta),
                    residual,
                    pass.buffer(runningMean),
                    pass.buffer(runningVariance),
                    EPSILON);
        }
        var result =
                BatchNormRelu.train(pass.tape(), x, pass.parameter(gamma), pass.parameter(beta), residual, EPSILON);
        return remembered(training, x, result);
    }

    /** The GELU of what {@link #forward} gives, to the bit, without writing that. */
    Variable forwardGelu(Pass pass, Variable x) {
        Pass.Training training = pass.training();
        if (training == null) {
            return BatchNormGelu.evaluate(
                    pass.tape(),
                    x,
                    pass.parameter(gamma),
                    pass.parameter(beta),
                    pass.buffer(runningMean),
                    pass.buffer(runningVariance),
                    EPSILON);
        }
        var result = BatchNormGelu.train(pass.tape(), x, pass.parameter(gamma), pass.parameter(beta), EPSILON);
        return remembered(training, x, result);
    }

    /** The result's output, once its statistics are added to the sums for the running averages. */
    private Variable remembered(Pass.Training training, Variable x, dev.convoy.op.BatchNorm.Result result) {
        int samples = x.shape().extent(0);
        int rows = x.value().size() / gamma.shape().size();
        float unbiased = rows > 1 ? (float) rows / (rows - 1) : 1f;
        add(result.mean(), samples, runningMean.in(training.bufferSums()));
        add(result.variance(), samples * unbiased, runningVariance.in(training.bufferSums()));
        return result.output();
    }

    private static void add(Tensor statistic, float factor, Tensor sum) {
        for (int c = 0; c < sum.size(); c++) {
            sum.array()[sum.offset() + c] += statistic.get(c) * factor;
        }
    }

    @Override
    public Shape output() {
        return shape;
    }

    @Override
    public void describe(Consumer<LayerSummary> rows) {
        rows.accept(
                new LayerSummary(path, "batch norm", shape, 2L * gamma.shape().size(), 0));
    }
}
