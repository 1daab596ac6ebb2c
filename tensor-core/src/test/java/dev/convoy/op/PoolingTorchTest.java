package dev.convoy.op;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.convoy.tensor.Tensor;
import dev.convoy.torch.Torch;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Random poolings of every kind against PyTorch in float64: output and dx. */
class PoolingTorchTest {
    private static final int CASES = 500;

    @Test
    void outputsAndGradientsArePyTorchs() {
        Map<String, Integer> counts = compare(0, CASES);
        for (String option : List.of(
                "1-D",
                "ceil mode",
                "four-sided padding",
                "dilation",
                "padding counted",
                "padding not counted",
                "adaptive, more outputs than pixels")) {
            assertTrue(counts.getOrDefault(option, 0) >= CASES / 20, option + ": " + counts);
        }
    }

    @Test
    @Tag("slow")
    void theyAreInTenThousandMore() {
        compare(CASES, 10_000);
    }

    private static Map<String, Integer> compare(long first, int cases) {
        Map<String, Integer> counts = new TreeMap<>();
        double worst = 0;
        for (long seed = first; seed < first + cases; seed++) {
            PoolingCase test = PoolingCase.draw(seed);
            test.options().forEach(option -> counts.merge(option, 1, Integer::sum));
            Draw draws = Draw.of("pooling values", seed);
            List<Tensor> x = List.of(draws.tensor(test.shape()));
            Tensor y = Adjoints.forward(test.operation(), x);
            Tensor dy = draws.tensor(y.shape());
            Tensor dx = Adjoints.gradient(test.operation(), x, dy, 0);
            double error = Torch.function("x", test.oracle())
                    .backward(dy, x.get(0))
                    .assertClose("seed " + seed + ", " + test, y, List.of(dx), 1e-5);
            worst = Math.max(worst, error);
        }
        System.out.printf(Locale.ROOT, "poolings like PyTorch's: %d, worst error %.1e; %s%n", cases, worst, counts);
        return counts;
    }
}
