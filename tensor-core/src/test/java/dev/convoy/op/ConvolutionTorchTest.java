package dev.convoy.op;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.convoy.kernel.PaddingMode;
import dev.convoy.tensor.Shape;
import dev.convoy.tensor.Tensor;
import dev.convoy.torch.Torch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Random convolutions of every kind against PyTorch in float64: output, dx, dw and db. */
class ConvolutionTorchTest {
    private static final int CASES = 1200;
    private static final double TOLERANCE = 1e-5;

    @Test
    void outputsAndGradientsArePyTorchs() {
        Map<String, Integer> counts = new TreeMap<>();
        double worst = 0;
        for (int seed = 0; seed < CASES; seed++) {
            ConvolutionCase test = ConvolutionCase.draw(seed);
            count(test, counts);
            worst = Math.max(worst, compare("seed " + seed + ", " + test, test, seed));
        }
        System.out.printf(Locale.ROOT, "convolutions like PyTorch's: %d, worst error %.1e; %s%n", CASES, worst, counts);
        for (String option :
                List.of("1-D", "transposed", "depthwise", "four-sided", "output padding", "without bias")) {
            assertTrue(counts.getOrDefault(option, 0) >= CASES / 20, option + ": " + counts);
        }
        for (PaddingMode mode : PaddingMode.values()) {
            assertTrue(counts.getOrDefault("padding " + mode, 0) >= CASES / 20, mode + ": " + counts);
        }
    }

    private static double compare(String name, ConvolutionCase test, long seed) {
        Draws draws = new Draws("convolution values", seed);
        List<Tensor> inputs = new ArrayList<>();
        for (Shape shape : test.shapes()) {
            inputs.add(draws.normal(shape));
        }
        Tensor z = Adjoints.forward(test.operation(), inputs);
        Tensor dz = draws.normal(z.shape());
        List<Tensor> gradients = new ArrayList<>();
        for (int i = 0; i < inputs.size(); i++) {
            gradients.add(Adjoints.gradient(test.operation(), inputs, dz, i));
        }
        return Torch.function(test.bias() ? "x, w, b" : "x, w", test.oracle())
                .backward(dz, inputs.toArray(Tensor[]::new))
                .assertClose(name, z, gradients, TOLERANCE);
    }

    private static void count(ConvolutionCase test, Map<String, Integer> counts) {
        boolean[] present = {
            test.lines(),
            !test.lines(),
            test.transposed(),
            test.groups() > 1,
            test.isDepthwise(),
            test.window().strideHeight() * test.window().strideWidth() > 1,
            test.window().dilationHeight() * test.window().dilationWidth() > 1,
            !test.isSymmetric(),
            test.outputPadHeight() + test.outputPadWidth() > 0,
            test.bias(),
            !test.bias(),
        };
        List<String> names = Arrays.asList(
                "1-D",
                "2-D",
                "transposed",
                "groups",
                "depthwise",
                "stride",
                "dilation",
                "four-sided",
                "output padding",
                "with bias",
                "without bias");
        for (int i = 0; i < present.length; i++) {
            if (present[i]) {
                counts.merge(names.get(i), 1, Integer::sum);
            }
        }
        PaddingMode mode = test.window().mode();
        if (test.window().isPadded()) {
            counts.merge("padding " + mode, 1, Integer::sum);
        }
        if (test.wraps() && (mode == PaddingMode.REFLECT || mode == PaddingMode.CIRCULAR)) {
            counts.merge("padding " + mode + " more than once", 1, Integer::sum);
        }
    }
}
