package dev.convoy.op;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.convoy.autograd.Tape;
import dev.convoy.autograd.Variable;
import dev.convoy.autograd.Workspace;
import dev.convoy.tensor.Shape;
import dev.convoy.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A convolution that measures its output gives the bits of the convolution, of the statistics and of their normalisation's gradients. */
class MeasuredConvolutionTest {
    @Test
    void outputStatisticsAndGradientsAreThoseOfTheTwoOneAfterTheOther() {
        int seen = 0;
        for (long seed = 0; seed < 150; seed++) {
            ConvolutionCase drawn = seed % 5 == 0 ? ConvolutionCase.drawFiltered(seed) : ConvolutionCase.draw(seed);
            if (drawn.transposed() || drawn.lines()) {
                continue;
            }
            List<int[]> apart = normalised(drawn, false);
            List<int[]> together = normalised(drawn, true);
            for (int i = 0; i < apart.size(); i++) {
                assertArrayEquals(apart.get(i), together.get(i), "seed " + seed + ", part " + i + ": " + drawn);
            }
            seen++;
        }
        assertEquals(75, seen, 25);
    }

    /** Mean, variance, the normalised and the gradients of everything it depends on. */
    private static List<int[]> normalised(ConvolutionCase drawn, boolean measured) {
        Tape tape = Tape.recording(new Workspace(), Adjoints.kernels());
        List<Tensor> gradients = new ArrayList<>();
        List<Variable> in = new ArrayList<>();
        for (Shape shape : drawn.shapes()) {
            in.add(parameter(tape, "input " + in.size(), shape, gradients));
        }
        Variable gamma = parameter(tape, "gamma", Shape.of(drawn.filters()), gradients);
        Variable beta = parameter(tape, "beta", Shape.of(drawn.filters()), gradients);
        Variable bias = drawn.bias() ? in.get(2) : null;
        Measured z = measured
                ? Conv2d.measured(tape, in.get(0), in.get(1), bias, drawn.window(), drawn.groups())
                : Measured.of(tape, Conv2d.apply(tape, in.get(0), in.get(1), bias, drawn.window(), drawn.groups()));
        Variable y = BatchNormRelu.train(tape, z, gamma, beta, null, 1e-5f).output();
        tape.backward(y, Adjoints.random("dy", y.shape()));
        List<int[]> bits = new ArrayList<>(
                List.of(OperationPass.bits(z.mean()), OperationPass.bits(z.variance()), OperationPass.bits(y.value())));
        gradients.forEach(gradient -> bits.add(OperationPass.bits(gradient)));
        return bits;
    }

    private static Variable parameter(Tape tape, String name, Shape shape, List<Tensor> gradients) {
        Tensor gradient = Tensor.zeros(shape.toArray());
        gradients.add(gradient);
        return tape.parameter(Adjoints.random(name, shape), gradient);
    }
}
