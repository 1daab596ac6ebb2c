package dev.convoy.op;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.convoy.autograd.Operation;
import dev.convoy.autograd.Tape;
import dev.convoy.autograd.Variable;
import dev.convoy.autograd.Workspace;
import dev.convoy.kernel.KernelProvider;
import dev.convoy.random.RandomKey;
import dev.convoy.tensor.Shape;
import dev.convoy.tensor.Tensor;
import dev.convoy.torch.Torch;
import java.util.List;
import java.util.Locale;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Operations on each element by itself: against central differences, PyTorch, and what one knows of them. */
class ElementwiseTest {
    /** Random tensors each operation is compared with PyTorch on, of 1 to 70 elements. */
    private static final int TENSORS = 24;

    /**
     * @param torch the operation in TorchScript, of x and, for {@code %s}, the constant
     * @param from the least input; inputs are spread evenly from here
     * @param to the largest
     * @param kinks where the derivative jumps
     */
    private record Case(String name, String torch, Function function, double from, double to, double... kinks) {
        @Override
        public String toString() {
            return name;
        }

        Operation with(float constant) {
            return (tape, in) -> function.apply(tape, in.get(0), constant);
        }

        Torch judge(float constant) {
            return Torch.function("x", "return " + String.format(Locale.ROOT, torch, (double) constant));
        }

        /** Inputs no closer than {@code gap} to a kink. */
        Tensor inputs(String key, int size, double gap) {
            RandomKey random = RandomKey.of(3, name + key);
            float[] values = new float[size];
            for (int i = 0; i < size; i++) {
                double value = from + (to - from) * random.uniform(i);
                for (double kink : kinks) {
                    value += Math.abs(value - kink) < gap ? 3 * gap : 0;
                }
                values[i] = (float) value;
            }
            return Tensor.of(Shape.of(size), values);
        }
    }

    @FunctionalInterface
    private interface Function {
        Variable apply(Tape tape, Variable x, float constant);
    }

    private static Case of(
            String name,
            String torch,
            BiFunction<Tape, Variable, Variable> function,
            double from,
            double to,
            double... kinks) {
        return new Case(name, torch, (tape, x, constant) -> function.apply(tape, x), from, to, kinks);
    }

    static Stream<Case> cases() {
        return Stream.of(
                of("exp", "torch.exp(x)", Exp::apply, -5, 3),
                of("log", "torch.log(x)", Log::apply, 0.1, 20),
                of("sqrt", "torch.sqrt(x)", Sqrt::apply, 0.1, 20),
                of("square", "torch.square(x)", Square::apply, -3, 3),
                of("reciprocal", "torch.reciprocal(x)", Reciprocal::apply, 0.3, 4),
                of("negate", "torch.neg(x)", Negate::apply, -3, 3),
                of("abs", "torch.abs(x)", Abs::apply, -3, 3, 0),
                new Case("pow", "torch.pow(x, %s)", Pow::apply, 0.2, 3),
                of("pow 0.3", "torch.pow(x, 0.3)", (tape, x) -> Pow.apply(tape, x, 0.3), 0.2, 3),
                of("pow -40", "torch.pow(x, -40)", (tape, x) -> Pow.apply(tape, x, -40), -1.1, -0.9),
                of("pow 3", "torch.pow(x, 3)", (tape, x) -> Pow.apply(tape, x, 3), -3, 3),
                of("pow -2", "torch.pow(x, -2)", (tape, x) -> Pow.apply(tape, x, -2), -4, -0.5),
                of("pow 0", "torch.pow(x, 0)", (tape, x) -> Pow.apply(tape, x, 0), -4, 4),
                of("tanh", "torch.tanh(x)", Tanh::apply, -4, 4),
                of("sigmoid", "torch.sigmoid(x)", Sigmoid::apply, -8, 8),
                of("relu", "torch.relu(x)", Relu::apply, -3, 3, 0),
                new Case("leaky relu", "torch.leaky_relu(x, %s)", LeakyRelu::apply, -3, 3, 0),
                new Case("elu", "torch.elu(x, %s, 1, 1)", Elu::apply, -4, 3, 0),
                of("gelu", "torch.gelu(x, approximate=\"none\")", Gelu::apply, -5, 5),
                of("gelu, tanh", "torch.gelu(x, approximate=\"tanh\")", Gelu::tanh, -5, 5),
                of("silu", "torch.silu(x)", Silu::apply, -8, 8),
                of("hardswish", "torch.hardswish(x)", Hardswish::apply, -5, 5, -3, 3),
                of("softplus", "torch.softplus(x, 1, 20)", Softplus::apply, -8, 8));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void derivative(Case tested) {
        Tensor x = tested.inputs("", 50, 0.01);
        Adjoints.assertDerivative(tested.name(), 1e-3, 1e-3, tested.with(1.3f), x);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void valueAndGradientAreThoseOfPyTorch(Case tested) {
        double worst = 0;
        for (int seed = 0; seed < TENSORS; seed++) {
            int size = 1 + seed * 3;
            float constant = 0.25f + seed * 0.125f;
            Tensor x = tested.inputs(".seed" + seed, size, 0);
            Tensor dy = Adjoints.random("dy" + seed, x.shape());
            Tensor y = Adjoints.forward(tested.with(constant), List.of(x));
            Tensor dx = Adjoints.gradient(tested.with(constant), List.of(x), dy, 0);
            worst = Math.max(
                    worst,
                    tested.judge(constant)
                            .backward(dy, x)
                            .assertClose(tested.name() + ", seed " + seed, y, List.of(dx), 1e-5));
        }
        System.out.printf("%s: %.1e from PyTorch in norm, at most%n", tested, worst);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void bothProvidersReturnTheSameBits(Case tested) {
        for (int size : new int[] {1, 3, 7, 8, 9, 16, 17, 31, 64}) {
            Tensor x = tested.inputs(".bits", size, 0);
            float[][] results = new float[2][];
            for (KernelProvider provider : List.of(KernelProvider.SCALAR, KernelProvider.VECTOR)) {
                Tape tape = Tape.recording(new Workspace(), provider.kernels());
                Tensor dx = Tensor.zeros(size);
                Variable y = tested.with(1.3f).apply(tape, List.of(tape.parameter(x, dx)));
                tape.backward(y, Adjoints.random("dy", x.shape()));
                float[] both = new float[2 * size];
                System.arraycopy(y.value().toArray(), 0, both, 0, size);
                System.arraycopy(dx.array(), 0, both, size, size);
                results[provider.ordinal() - 1] = both;
            }
            assertArrayEquals(results[0], results[1], tested + " of " + size);
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void usedTwiceAVariableGetsBothGradients(Case tested) {
        Tensor x = tested.inputs("", 9, 0);
        Tensor dy = Adjoints.random("dy", x.shape());
        Operation once = tested.with(1.3f);
        Operation twice = (tape, in) -> Add.apply(tape, once.apply(tape, in), once.apply(tape, in));
        Tensor one = Adjoints.gradient(once, List.of(x), dy, 0);
        Tensor both = Adjoints.gradient(twice, List.of(x), dy, 0);
        for (int i = 0; i < 9; i++) {
            assertEquals(2 * one.get(i), both.get(i), 1e-6f * Math.abs(one.get(i)));
        }
    }

    private static float at(float x, BiFunction<Tape, Variable, Variable> operation) {
        Operation one = (tape, in) -> operation.apply(tape, in.get(0));
        return Adjoints.forward(one, List.of(Tensor.of(Shape.of(1), x))).get(0);
    }

    private static float slopeAt(float x, BiFunction<Tape, Variable, Variable> operation) {
        Tensor one = Tensor.of(Shape.of(1), 1);
        return Adjoints.gradient(
                        (tape, in) -> operation.apply(tape, in.get(0)), List.of(Tensor.of(Shape.of(1), x)), one, 0)
                .get(0);
    }

    @Test
    void kinksTakeTheSlopeToTheLeft() {
        assertEquals(0.1f, slopeAt(0, (tape, x) -> LeakyRelu.apply(tape, x, 0.1f)));
        assertEquals(1.5f, slopeAt(0, (tape, x) -> Elu.apply(tape, x, 1.5f)));
        assertEquals(0f, slopeAt(-3, Hardswish::apply));
        assertEquals(0f, slopeAt(0, Relu::apply));
        assertEquals(0f, slopeAt(0, Abs::apply));
    }

    @Test
    void hugeInputsNeitherOverflowNorLoseTheirSlope() {
        for (BiFunction<Tape, Variable, Variable> like : List.<BiFunction<Tape, Variable, Variable>>of(
                Gelu::apply,
                Gelu::tanh,
                Silu::apply,
                Softplus::apply,
                Hardswish::apply,
                (t, x) -> Elu.apply(t, x, 1))) {
            assertEquals(1e30f, at(1e30f, like));
            assertEquals(1f, slopeAt(1e30f, like));
            assertEquals(0f, slopeAt(-1e30f, like));
        }
        assertEquals(-1f, at(-1e30f, (tape, x) -> Elu.apply(tape, x, 1)));
        assertEquals(0f, at(-1e30f, Softplus::apply));
        assertEquals(0f, Math.abs(at(-1e30f, Silu::apply)));
        assertEquals(0f, Math.abs(at(-1e30f, Gelu::apply)));
        assertEquals(0f, Math.abs(at(-1e30f, Gelu::tanh)));
    }

    @Test
    void theEdgesOfTheDomains() {
        assertEquals(Float.NEGATIVE_INFINITY, at(0, Log::apply));
        assertEquals(Float.NaN, at(-1, Log::apply));
        assertEquals(Float.NaN, at(-1, Sqrt::apply));
        assertEquals(Float.POSITIVE_INFINITY, slopeAt(0, Sqrt::apply));
        assertEquals(Float.POSITIVE_INFINITY, at(0, Reciprocal::apply));
        assertEquals(-8f, at(-2, (tape, x) -> Pow.apply(tape, x, 3)));
        assertEquals(Float.NaN, at(-2, (tape, x) -> Pow.apply(tape, x, 0.5)));
        assertEquals(Float.POSITIVE_INFINITY, at(0, (tape, x) -> Pow.apply(tape, x, -1)));
        assertEquals(1f, at(0, (tape, x) -> Pow.apply(tape, x, 0)));
        assertEquals(0f, slopeAt(0, (tape, x) -> Pow.apply(tape, x, 0)));
        assertEquals(0f, slopeAt(0, (tape, x) -> Pow.apply(tape, x, 2)));
    }

    /** In double, every power that fits a float is correctly rounded but for the rarest ties; StrictMath's is the judge. */
    @Test
    void powersAreThoseOfStrictMath() {
        RandomKey random = RandomKey.of(5, "powers");
        for (int i = 0; i < 2000; i++) {
            float x = (float) StrictMath.exp(8 * random.uniform(i) - 4);
            double exponent = (int) (128 * random.uniform(5000 + i)) * 0.25 - 16;
            assertEquals((float) StrictMath.pow(x, exponent), at(x, (tape, in) -> Pow.apply(tape, in, exponent)));
        }
    }

    @Test
    void aConstantThatIsNoNumberIsRefused() {
        assertRefused("pow: expected a finite exponent but got NaN", (t, x) -> Pow.apply(t, x, Double.NaN));
        assertRefused(
                "leaky relu: expected a finite slope but got Infinity",
                (t, x) -> LeakyRelu.apply(t, x, Float.POSITIVE_INFINITY));
        assertRefused("elu: expected a finite alpha but got NaN", (t, x) -> Elu.apply(t, x, Float.NaN));
    }

    private static void assertRefused(String message, BiFunction<Tape, Variable, Variable> operation) {
        Exception e = assertThrows(IllegalArgumentException.class, () -> at(1, operation));
        assertEquals(message, e.getMessage());
    }
}
