package example;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.convoy.autograd.GradientCheck;
import dev.convoy.kernel.KernelProvider;
import dev.convoy.tensor.Shape;
import dev.convoy.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The operation of docs/engine.md, which a user would write, and its proof. */
class SoftsignTest {
    @Test
    void itsPullbackIsItsDerivative() {
        Tensor x = Tensor.of(Shape.of(2, 3), -3, -0.5f, 0.2f, 0.7f, 2, 9);
        GradientCheck.with(KernelProvider.AUTO.kernels())
                .check("softsign", (tape, in) -> Softsign.apply(tape, in.get(0)), x);
    }

    @Test
    void theDocumentationShowsThisCode() throws IOException {
        String code = Files.readString(Path.of("src/test/java/example/Softsign.java"));
        String documentation = Files.readString(Path.of("../docs/engine.md"));
        assertTrue(
                documentation.contains(code.substring(code.indexOf("/**"))), "docs/engine.md and Softsign.java differ");
    }
}
