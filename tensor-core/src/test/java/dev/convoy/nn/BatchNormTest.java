package dev.convoy.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.convoy.autograd.Tape;
import dev.convoy.autograd.Workspace;
import dev.convoy.kernel.KernelProvider;
import dev.convoy.random.RandomKey;
import dev.convoy.tensor.Shape;
import dev.convoy.tensor.Tensor;
import org.junit.jupiter.api.Test;

/** The layer's bookkeeping, by hand. */
class BatchNormTest {
    private final ParameterLayout.Builder weights = new ParameterLayout.Builder();
    private final ParameterLayout.Builder buffers = new ParameterLayout.Builder();
    private final BatchNorm norm = new BatchNorm(new Scope("", weights, buffers), Shape.of(2, 1, 1));

    @Test
    void trainingHandsOutTheMeanAndTheUnbiasedVarianceTimesTheSamples() {
        // Two images of two pixels: 1, 2, 3, 6 have mean 3 and unbiased variance 14 / 3.
        Tensor batch = Tensor.of(Shape.of(2, 2, 1, 1), 1, 2, 3, 6);
        float[] sums = new float[2];
        Pass pass = Pass.training(
                Tape.recording(new Workspace(), KernelProvider.AUTO.kernels()),
                weights.build().initial(1),
                buffers.build().initial(1),
                new Pass.Training(new float[2], sums, new RandomKey[2]));
        norm.forward(pass, pass.tape().constant(batch));
        assertArrayEquals(new float[] {2 * 3f, 2 * 14f / 3}, sums, 1e-5f);
    }

    @Test
    void evaluationNormalisesByTheRunningAverages() {
        float[] running = {10, 4};
        Pass pass = Pass.evaluation(
                Tape.silent(new Workspace(), KernelProvider.AUTO.kernels()), new float[] {3, 0.5f}, running);
        Tensor y = norm.forward(pass, pass.tape().constant(Tensor.of(Shape.of(1, 2, 1, 1), 10, 14)))
                .value();
        assertEquals(0.5, y.get(0), 1e-4);
        assertEquals(3 * (14 - 10) / 2.0 + 0.5, y.get(1), 1e-4);
    }
}
