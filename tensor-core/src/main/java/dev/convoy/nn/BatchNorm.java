package dev.convoy.nn;

import dev.convoy.autograd.Variable;
import dev.convoy.op.BatchNormGelu;
import dev.convoy.op.BatchNormRelu;
import dev.convoy.op.Measured;
import dev.convoy.tensor.Shape;
import dev.convoy.tensor.Tensor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Batch normalisation per channel, by the batch's statistics in training (those of a shard's share: ghost batches) and by running
 * averages in evaluation; see {@link dev.convoy.op.BatchNorm}. With a convolution right before it, the two are one layer: the statistics are
 * taken while the convolution writes what they are of. Observed, they are two.
 */
public final class BatchNorm implements Rectifiable {
    private static final float EPSILON = 1e-5f;

    private final @Nullable Conv2d convolution;
    private final String path;
    private final Shape shape;
    private final Parameter gamma;
    private final Parameter beta;
    private final Parameter runningMean;
    private final Parameter runningVariance;

    public BatchNorm(Scope scope, Shape input) {
        this(scope, input, null);
    }

    /**
     * @param input the shape of what is normalised
     * @param convolution the layer right before it, or null where that is no convolution
     */
    BatchNorm(Scope scope, Shape input, @Nullable Conv2d convolution) {
        this.convolution = convolution;
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
                    input(pass, x),
                    pass.parameter(gamma),
                    pass.parameter(beta),
                    pass.buffer(runningMean),
                    pass.buffer(runningVariance),
                    EPSILON);
        }
        Measured batch = measured(pass, x);
        var result =
                dev.convoy.op.BatchNorm.train(pass.tape(), batch, pass.parameter(gamma), pass.parameter(beta), EPSILON);
        return remembered(training, batch.batch(), result);
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
                    input(pass, x),
                    pass.parameter(gamma),
                    pass.parameter(beta),
                    residual,
                    pass.buffer(runningMean),
                    pass.buffer(runningVariance),
                    EPSILON);
        }
        Measured batch = measured(pass, x);
        var result =
                BatchNormRelu.train(pass.tape(), batch, pass.parameter(gamma), pass.parameter(beta), residual, EPSILON);
        return remembered(training, batch.batch(), result);
    }

    /** The GELU of what {@link #forward} gives, to the bit, without writing that. */
    Variable forwardGelu(Pass pass, Variable x) {
        Pass.Training training = pass.training();
        if (training == null) {
            return BatchNormGelu.evaluate(
                    pass.tape(),
                    input(pass, x),
                    pass.parameter(gamma),
                    pass.parameter(beta),
                    pass.buffer(runningMean),
                    pass.buffer(runningVariance),
                    EPSILON);
        }
        Measured batch = measured(pass, x);
        var result = BatchNormGelu.train(pass.tape(), batch, pass.parameter(gamma), pass.parameter(beta), EPSILON);
        return remembered(training, batch.batch(), result);
    }

    /** What is normalised. */
    private Variable input(Pass pass, Variable x) {
        return convolution == null ? x : pass.forward(convolution, x);
    }

    private Measured measured(Pass pass, Variable x) {
        return convolution == null || pass.isObserved()
                ? Measured.of(pass.tape(), input(pass, x))
                : convolution.forwardMeasured(pass, x);
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
        if (convolution != null) {
            convolution.describe(rows);
        }
        rows.accept(
                new LayerSummary(path, "batch norm", shape, 2L * gamma.shape().size(), 0));
    }
}
