package dev.convoy.op;

import static dev.convoy.op.OperationPass.all;
import static dev.convoy.op.OperationPass.assertSame;
import static dev.convoy.op.OperationPass.each;
import static dev.convoy.op.OperationPass.fill;
import static dev.convoy.op.OperationPass.full;
import static dev.convoy.op.OperationPass.gradients;
import static dev.convoy.op.OperationPass.parameters;
import static dev.convoy.op.OperationPass.run;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.fail;

import dev.convoy.autograd.Tape;
import dev.convoy.autograd.Variable;
import dev.convoy.autograd.Workspace;
import dev.convoy.op.OperationCases.Case;
import dev.convoy.tensor.Shape;
import dev.convoy.tensor.Tensor;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds for every operation there is, forwards and backwards; more in {@link EveryGradientTest}. */
class EveryOperationTest {
    private static final float[] SPECIAL = {
        0f,
        -0f,
        Float.MIN_VALUE,
        -Float.MIN_NORMAL,
        Float.MAX_VALUE,
        -Float.MAX_VALUE,
        Float.POSITIVE_INFINITY,
        Float.NEGATIVE_INFINITY,
        Float.NaN
    };

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 7, 8, 9, 16, 17, 31, 64})
    void hasTheSameBitsWithBothProviders(int channels) {
        OperationCases.of(channels)
                .forEach((name, cases) -> cases.forEach(test -> ProviderBits.assertSame(
                        name + ", " + channels + " channels", test.operation(), test.inputs())));
    }

    /** Zeros of both signs, infinities, NaN, denormals and what overflows: also there, the providers agree. */
    @ParameterizedTest
    @ValueSource(ints = {1, 8, 17})
    void hasTheSameBitsWithBothProvidersOnSpecialValues(int channels) {
        OperationCases.of(channels)
                .forEach((name, cases) -> cases.forEach(test -> {
                    for (int special = 0; special < SPECIAL.length; special++) {
                        Tensor[] inputs = test.inputs();
                        for (int i = 0; i < inputs.length; i++) {
                            for (int j = special + i; j < inputs[i].size(); j += 7) {
                                inputs[i].set(j, SPECIAL[(special + j % 3) % SPECIAL.length]);
                            }
                        }
                        ProviderBits.assertSame(name + ", special values from " + special, test.operation(), inputs);
                    }
                }));
    }

    /** A buffer used as if it were zeroed shows itself by a NaN. */
    @Test
    void overwritesWhatItsBuffersHeld() {
        each(test -> {
            Workspace dirty = full(Float.NaN);
            run(test, dirty, nan(test), gradients(test), all(test)); // the kernels' own scratch holds NaN now, too
            List<int[]> clean = run(test, new Workspace(), test.inputs(), gradients(test), all(test));
            fill(dirty, Float.NaN);
            assertSame(test, clean, run(test, dirty, test.inputs(), gradients(test), all(test)));
        });
    }

    /** All inputs lie in one array at odd offsets, all gradients in another, with NaN between them that nobody reads or overwrites. */
    @Test
    void takesViewsAtAnyOffset() {
        each(test -> {
            List<int[]> apart = run(test, new Workspace(), test.inputs(), gradients(test), all(test));
            Tensor[] inputs = together(test);
            Tensor[] gradients = together(test);
            for (int i = 0; i < inputs.length; i++) {
                float[] values = test.inputs()[i].toArray();
                System.arraycopy(values, 0, inputs[i].array(), inputs[i].offset(), values.length);
                Arrays.fill(gradients[i].array(), gradients[i].offset(), gradients[i].offset() + values.length, 0f);
            }
            float[] before = inputs[0].array().clone();
            assertSame(test, apart, run(test, new Workspace(), inputs, gradients, all(test)));
            assertArrayEquals(before, inputs[0].array(), test.name() + " leaves its inputs as they are");
            int kept = 0;
            for (float value : gradients[0].array()) {
                kept += Float.isNaN(value) ? 1 : 0;
            }
            int between = gradients[0].array().length
                    - Arrays.stream(gradients).mapToInt(Tensor::size).sum();
            assertEquals(between, kept, test.name() + " writes between the gradients");
        });
    }

    /**
     * With one extent more or less, 1 or 0, in one input or in all, or another rank, an operation computes or says what is wrong:
     * nothing else is thrown.
     */
    @Test
    void computesOnAnyShapesOrRefusesThem() {
        each(test -> {
            for (Shape[] shapes : neighbours(test)) {
                Tensor[] inputs = Stream.of(shapes)
                        .map(shape -> Tensor.zeros(shape.toArray()))
                        .toArray(Tensor[]::new);
                Tape tape = Tape.recording(new Workspace(), Adjoints.kernels());
                try {
                    Variable y = test.operation().apply(tape, parameters(tape, inputs, inputs.clone(), all(test)));
                    tape.backward(y, Tensor.zeros(y.shape().toArray()));
                } catch (IllegalArgumentException refused) {
                    assertFalse(refused.getMessage().isBlank(), test.name());
                } catch (RuntimeException e) {
                    fail(test.name() + Arrays.toString(shapes) + ": " + e, e);
                }
            }
        });
    }

    private static List<Shape[]> neighbours(Case test) {
        List<Shape[]> neighbours = new ArrayList<>();
        for (int i = 0; i < test.shapes().length; i++) {
            int[] extents = test.shapes()[i].toArray();
            for (int axis = 0; axis < extents.length; axis++) {
                for (int extent : new int[] {0, 1, 2, extents[axis] + 1}) {
                    int[] changed = extents.clone();
                    changed[axis] = extent;
                    neighbours.add(with(test, i, Shape.of(changed)));
                    int before = extents[axis];
                    neighbours.add(Stream.of(test.shapes())
                            .map(shape -> Shape.of(Arrays.stream(shape.toArray())
                                    .map(n -> n == before ? extent : n)
                                    .toArray()))
                            .toArray(Shape[]::new));
                }
            }
            for (Shape other : List.of(
                    Shape.of(),
                    Shape.of(0),
                    Shape.of(1),
                    Shape.of(0, 0, 0, 0),
                    Shape.of(3, 2, 1, 2, 3),
                    Shape.of(Arrays.copyOfRange(extents, 1, extents.length)))) {
                neighbours.add(with(test, i, other));
            }
        }
        return neighbours;
    }

    private static Shape[] with(Case test, int input, Shape shape) {
        Shape[] shapes = test.shapes().clone();
        shapes[input] = shape;
        return shapes;
    }

    /** A new operation fails here until it has its line in {@link OperationCases}. */
    @Test
    void isListed() throws Exception {
        assertEquals(operations(), new TreeSet<>(OperationCases.of(8).keySet()));
    }

    private static Tensor[] nan(Case test) {
        Tensor[] inputs = gradients(test);
        for (Tensor input : inputs) {
            Arrays.fill(input.array(), Float.NaN);
        }
        return inputs;
    }

    /** Tensors of the inputs' shapes in one array of NaN, at odd offsets with a gap after each. */
    private static Tensor[] together(Case test) {
        int size = 3;
        for (Shape shape : test.shapes()) {
            size += (shape.size() + 4) / 2 * 2;
        }
        float[] array = new float[size];
        Arrays.fill(array, Float.NaN);
        Tensor[] tensors = new Tensor[test.shapes().length];
        int offset = 3;
        for (int i = 0; i < tensors.length; i++) {
            tensors[i] = new Tensor(array, offset, test.shapes()[i]);
            offset += (tensors[i].size() + 4) / 2 * 2;
        }
        return tensors;
    }

    /** The public classes of the package that have a public static method with a tape for its first argument, but for {@link Measured}, whose factory is none. */
    private static TreeSet<String> operations() throws IOException, URISyntaxException, ClassNotFoundException {
        Path folder = Path.of(Add.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .toURI())
                .resolve("dev/convoy/op");
        TreeSet<String> operations = new TreeSet<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                String name = file.getFileName().toString().replace(".class", "");
                if (!name.contains("$")
                        && !name.equals("package-info")
                        && isOperation(Class.forName("dev.convoy.op." + name))) {
                    operations.add(name);
                }
            }
        }
        return operations;
    }

    private static boolean isOperation(Class<?> type) {
        return type != Measured.class
                && Modifier.isPublic(type.getModifiers())
                && Arrays.stream(type.getDeclaredMethods()).anyMatch(EveryOperationTest::isForward);
    }

    private static boolean isForward(Method method) {
        return Modifier.isPublic(method.getModifiers())
                && Modifier.isStatic(method.getModifiers())
                && method.getParameterCount() > 0
                && method.getParameterTypes()[0] == Tape.class;
    }
}
