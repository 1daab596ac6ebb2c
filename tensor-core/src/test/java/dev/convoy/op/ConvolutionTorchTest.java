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
import org.junit.jupiter.api.Tag;
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
            Results ours = Results.of(test, seed, false);
            double error = expected(test, ours)
                    .assertClose("seed " + seed + ", " + test, ours.z(), ours.gradients(), TOLERANCE);
            worst = Math.max(worst, error);
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

    @Test
    void thoseByMinimalFilteringAreToo() {
        double worst = 0;
        for (int seed = 0; seed < 60; seed++) {
            ConvolutionCase test = ConvolutionCase.drawFiltered(seed);
            Results ours = Results.of(test, seed, false);
            double error = expected(test, ours)
                    .assertClose("seed " + seed + ", " + test, ours.z(), ours.gradients(), TOLERANCE);
            worst = Math.max(worst, error);
        }
        System.out.printf(Locale.ROOT, "minimal filtering like PyTorch's: worst error %.1e%n", worst);
    }

    /** So many that in some a result is the small difference of large terms; their error is measured by the size of the terms. */
    @Test
    @Tag("slow")
    void theyAreInFiveThousandMoreWhateverCancels() {
        double worst = 0;
        for (long seed = CASES; seed < CASES + 5000; seed++) {
            ConvolutionCase test = ConvolutionCase.draw(seed);
            Results ours = Results.of(test, seed, false);
            Torch.Result expected = expected(test, ours);
            Results magnitudes = Results.of(test, seed, true);
            String name = "seed " + seed + ", " + test;
            worst = Math.max(worst, errorOfTerms(name, ours.z(), expected.value(), magnitudes.z()));
            for (int i = 0; i < ours.gradients().size(); i++) {
                double error = errorOfTerms(
                        name + ", gradient of input " + i,
                        ours.gradients().get(i),
                        expected.gradients().get(i),
                        magnitudes.gradients().get(i));
                worst = Math.max(worst, error);
            }
        }
        System.out.printf(
                Locale.ROOT, "convolutions like PyTorch's: 5000 more, worst error %.1e of the terms%n", worst);
    }

    private static double errorOfTerms(String name, Tensor ours, double[] theirs, Tensor magnitudes) {
        double difference = 0;
        double size = 0;
        for (int i = 0; i < theirs.length; i++) {
            difference += (ours.get(i) - theirs[i]) * (ours.get(i) - theirs[i]);
            size += (double) magnitudes.get(i) * magnitudes.get(i);
        }
        double error = Math.sqrt(difference) / (size == 0 ? 1 : Math.sqrt(size));
        assertTrue(error <= 1e-6, name + " differs from PyTorch's by " + error + " of the terms summed");
        return error;
    }

    /** What a case gives on random values, or on their magnitudes: no terms cancel, so each result is the size of what it sums. */
    private record Results(List<Tensor> inputs, Tensor dz, Tensor z, List<Tensor> gradients) {
        static Results of(ConvolutionCase test, long seed, boolean magnitudes) {
            Draw draws = Draw.of("convolution values", seed);
            List<Tensor> inputs = new ArrayList<>();
            for (Shape shape : test.shapes()) {
                inputs.add(magnitudes ? magnitudes(draws.tensor(shape)) : draws.tensor(shape));
            }
            Tensor z = Adjoints.forward(test.operation(), inputs);
            Tensor dz = magnitudes ? magnitudes(draws.tensor(z.shape())) : draws.tensor(z.shape());
            List<Tensor> gradients = new ArrayList<>();
            for (int i = 0; i < inputs.size(); i++) {
                gradients.add(Adjoints.gradient(test.operation(), inputs, dz, i));
            }
            return new Results(inputs, dz, z, gradients);
        }

        private static Tensor magnitudes(Tensor tensor) {
            float[] values = tensor.toArray();
            for (int i = 0; i < values.length; i++) {
                values[i] = Math.abs(values[i]);
            }
            return Tensor.of(tensor.shape(), values);
        }
    }

    private static Torch.Result expected(ConvolutionCase test, Results ours) {
        return Torch.function(test.bias() ? "x, w, b" : "x, w", test.oracle())
                .backward(ours.dz(), ours.inputs().toArray(Tensor[]::new));
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
