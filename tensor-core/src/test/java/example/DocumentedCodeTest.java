package example;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.convoy.autograd.GradientCheck;
import dev.convoy.autograd.Tape;
import dev.convoy.autograd.Variable;
import dev.convoy.autograd.Workspace;
import dev.convoy.kernel.ConvGeometry;
import dev.convoy.kernel.KernelProvider;
import dev.convoy.kernel.Window;
import dev.convoy.matrix.ConvolutionMatrix;
import dev.convoy.op.Conv2d;
import dev.convoy.random.RandomKey;
import dev.convoy.tensor.Shape;
import dev.convoy.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The code of docs/engine.md, which a user would write, does what is said of it. */
class DocumentedCodeTest {
    @Test
    void theFirstExampleGivesTheNumbersBesideIt() {
        Tape tape = Tape.recording(new Workspace(), KernelProvider.AUTO.kernels());
        Tensor gradient = Tensor.zeros(2, 2, 1, 1);
        Variable image = tape.constant(Tensor.of(Shape.of(1, 3, 3, 1), 1, 2, 3, 4, 5, 6, 7, 8, 9));
        Variable weight = tape.parameter(Tensor.of(Shape.of(2, 2, 1, 1), 1, 0, 0, -1), gradient);
        Variable z = Conv2d.apply(tape, image, weight, null, Window.square(2).valid(), 1);
        tape.backward(z, Tensor.of(Shape.of(1, 2, 2, 1), 1, 1, 1, 1));
        assertArrayEquals(new float[] {-4, -4, -4, -4}, z.value().toArray());
        assertArrayEquals(new float[] {12, 16, 24, 28}, gradient.toArray());
    }

    @Test
    void theLastExamplePrintsTheTransposedBand() {
        ConvGeometry geometry =
                new ConvGeometry(1, 1, 5, 1, 1, 1, Window.line(3).horizontalPadding(1, 1));
        String printed = ConvolutionMatrix.banded(geometry, Tensor.of(Shape.of(1, 3, 1, 1), 1, 2, 3))
                .adjoint()
                .symbols();
        assertTrue(printed.startsWith("[ w2 w1  0  0  0 ]"), printed);
    }

    @Test
    void thePullbackOfSoftsignIsItsDerivative() {
        Tensor x = Tensor.of(Shape.of(2, 3), -3, -0.5f, 0.2f, 0.7f, 2, 9);
        GradientCheck.with(KernelProvider.AUTO.kernels())
                .check("softsign", (tape, in) -> Softsign.apply(tape, in.get(0)), x);
    }

    /** Sixteen images of noise, told apart by heart. */
    @Test
    void theNetworkLearns() {
        Tensor images = Tensor.zeros(16, 8, 8, 1);
        int[] labels = new int[16];
        RandomKey noise = RandomKey.of(1, "noise");
        for (int i = 0; i < images.size(); i++) {
            images.set(i, (float) noise.gaussian(i));
        }
        for (int n = 0; n < labels.length; n++) {
            labels[n] = n % 4;
        }
        double[] losses = OwnNetwork.train(KernelProvider.AUTO.kernels(), images, labels, 4, 50);
        assertTrue(losses[0] > 1 && losses[49] < 0.05, "from " + losses[0] + " to " + losses[49]);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Softsign", "OwnNetwork"})
    void theDocumentationShowsThisCode(String name) throws IOException {
        String code = Files.readString(Path.of("src/test/java/example/" + name + ".java"));
        String documentation = Files.readString(Path.of("../docs/engine.md"));
        assertTrue(
                documentation.contains(code.substring(code.indexOf("import"))),
                "docs/engine.md and " + name + ".java differ");
    }
}
