package dev.convoy.torch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.convoy.op.Adjoints;
import dev.convoy.op.MatMul;
import dev.convoy.tensor.Shape;
import dev.convoy.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The judge is asked something known, and must be able to say no. */
class TorchTest {
    private static final Tensor X = Tensor.of(Shape.of(2, 2), 1, 2, 3, 4);
    private static final Tensor Y = Tensor.of(Shape.of(2, 2), 5, 6, 7, 8);

    @Test
    void aProductAndItsGradients() {
        Torch.Result result = Torch.function("x, y", "return torch.matmul(x, y)")
                .backward(Tensor.of(Shape.of(2, 2), 1, 0, 0, 1), X, Y);
        assertEquals(Shape.of(2, 2), result.shape());
        assertArrayEquals(new double[] {19, 22, 43, 50}, result.value());
        assertArrayEquals(new double[] {5, 7, 6, 8}, result.gradients().get(0));
        assertArrayEquals(new double[] {1, 3, 2, 4}, result.gradients().get(1));
    }

    @Test
    void anInputThatTakesNoPartHasZeroGradient() {
        Torch.Result result = Torch.function("x, labels", "return torch.mul(x, 2)")
                .backward(Tensor.of(Shape.of(2, 2), 1, 1, 1, 1), X, Y);
        assertArrayEquals(new double[4], result.gradients().get(1));
    }

    @Test
    void outputsAreReadRowMajorWhateverTheirStrides() {
        assertArrayEquals(
                new double[] {1, 3, 2, 4},
                Torch.function("x", "return torch.permute(x, [1, 0])")
                        .forward(X)
                        .value());
    }

    @Test
    void severalLinesLabelsAndSlices() {
        Torch.Result result =
                Torch.function("x, labels", """
                        classes = torch.to(labels, 4)
                        rows = torch.log_softmax(x, 1)
                        return torch.nll_loss(rows, classes, None, 2, -100)
                        """).backward(Tensor.of(Shape.of(), 1), X, Tensor.of(Shape.of(2), 0, 1));
        assertEquals(1.3132616875 + 0.3132616875, result.value()[0], 1e-9);
    }

    @Test
    void aDifferenceIsAnError() {
        Torch torch = Torch.function("x, y", "return torch.matmul(x, y)");
        Tensor ours = Adjoints.forward((tape, in) -> MatMul.apply(tape, in.get(0), in.get(1)), List.of(X, Y));
        assertEquals(0, torch.forward(X, Y).assertClose("matmul", ours, List.of(), 0));
        ours.array()[3] += 0.01f;
        assertThrows(AssertionError.class, () -> torch.forward(X, Y).assertClose("matmul", ours, List.of(), 1e-5));
    }
}
