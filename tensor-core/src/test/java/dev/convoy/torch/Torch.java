package dev.convoy.torch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import dev.convoy.tensor.Shape;
import dev.convoy.tensor.Tensor;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/**
 * PyTorch as the judge: a function written in TorchScript, run by libtorch in float64 with its own autograd. The test shows the
 * PyTorch expression it compares with:
 *
 * <pre>{@code
 * Torch torch = Torch.function("x, w", "return torch.matmul(x, w)");
 * Torch.Result expected = torch.backward(dy, x, w);
 * expected.assertClose("matmul", y, List.of(dx, dw), 1e-5);
 * }</pre>
 *
 * <p>Every {@code aten} operation is there as {@code torch.name}, with its arguments in the native schema's order; dtypes are
 * numbers (4 is int64, 6 float32, 7 float64). Layouts are changed in the script, by {@code torch.permute}. Where libtorch cannot be had, {@link
 * #function} skips the test and says why.
 */
public final class Torch {
    private static final String REFUSAL = refusal();

    private final String source;
    private final int parameters;

    private Torch(String source, int parameters) {
        this.source = source;
        this.parameters = parameters;
    }

    /**
     * @param parameters names of the inputs, all tensors: {@code "x, w, b"}
     * @param body the lines of the function, the last beginning with {@code return}
     */
    public static Torch function(String parameters, String body) {
        Assumptions.assumeTrue(REFUSAL.isEmpty(), () -> "PyTorch is not asked: " + REFUSAL);
        String[] names = parameters.split("\\s*,\\s*", -1);
        StringBuilder text = new StringBuilder("class Oracle(Module):\n"
                + "  __parameters__ = []\n  __buffers__ = []\n  training : bool\n  def forward(self");
        for (String name : names) {
            text.append(", ").append(name).append(": Tensor");
        }
        text.append(") -> Tensor:\n");
        body.strip().lines().forEach(line -> text.append("    ").append(line).append('\n'));
        return new Torch(text.toString(), names.length);
    }

    /**
     * What PyTorch computed, in float64.
     *
     * @param value of the function, row-major
     * @param gradients of {@code <value, dy>} with respect to each input, row-major; empty without dy; zeros for an input that takes no part
     */
    public record Result(Shape shape, double[] value, List<double[]> gradients) {
        /**
         * Asserts that value and gradients are within {@code tolerance} of these: {@code ||ours - theirs|| / ||theirs||}.
         *
         * @return the largest of these errors
         */
        public double assertClose(String name, Tensor y, List<Tensor> ours, double tolerance) {
            assertEquals(shape, y.shape(), name + ": the shape of the output");
            double worst = assertClose(name + ": value", y, value, tolerance);
            for (int i = 0; i < ours.size(); i++) {
                worst = Math.max(
                        worst,
                        assertClose(name + ": gradient of input " + i, ours.get(i), gradients.get(i), tolerance));
            }
            return worst;
        }

        private static double assertClose(String name, Tensor ours, double[] theirs, double tolerance) {
            double error = error(ours, theirs);
            assertTrue(
                    error <= tolerance,
                    () -> name + " differs from PyTorch's by " + error + " in norm, allowed is " + tolerance + "; ours "
                            + head(ours) + ", PyTorch's "
                            + Arrays.toString(Arrays.copyOf(theirs, Math.min(theirs.length, 8))));
            return error;
        }

        private static String head(Tensor tensor) {
            return Arrays.toString(Arrays.copyOf(tensor.toArray(), Math.min(tensor.size(), 8)));
        }
    }

    /** {@code ||ours - theirs|| / ||theirs||} (over 1 where theirs is zero). */
    public static double error(Tensor ours, double[] theirs) {
        assertEquals(theirs.length, ours.size(), "the number of elements");
        double difference = 0;
        double size = 0;
        for (int i = 0; i < theirs.length; i++) {
            difference += (ours.get(i) - theirs[i]) * (ours.get(i) - theirs[i]);
            size += theirs[i] * theirs[i];
        }
        return Math.sqrt(difference) / (size == 0 ? 1 : Math.sqrt(size));
    }

    /** The function's value for the inputs, widened to float64. */
    public Result forward(Tensor... inputs) {
        return run(null, inputs);
    }

    /** The function's value and the gradients of {@code <value, dy>}. */
    public Result backward(Tensor dy, Tensor... inputs) {
        return run(dy, inputs);
    }

    private Result run(@Nullable Tensor dy, Tensor[] inputs) {
        double[][] values = new double[inputs.length][];
        Shape[] shapes = new Shape[inputs.length];
        for (int i = 0; i < inputs.length; i++) {
            values[i] = doubles(inputs[i]);
            shapes[i] = inputs[i].shape();
        }
        return run(dy, shapes, values);
    }

    /** The same on inputs in double. */
    public Result run(@Nullable Tensor dy, Shape[] shapes, double[][] inputs) {
        assertEquals(parameters, inputs.length, "the number of inputs");
        try (PtNDManager manager = (PtNDManager) NDManager.newBaseManager("PyTorch");
                PtSymbolBlock block =
                        JniUtils.loadModule(manager, new ByteArrayInputStream(archive(source)), false, false)) {
            JniUtils.setNumThreads(1);
            JniUtils.setGradMode(true);
            NDList arguments = new NDList();
            for (int i = 0; i < inputs.length; i++) {
                PtNDArray input = (PtNDArray) manager.create(inputs[i], torchShape(shapes[i]));
                JniUtils.attachGradient(input, true);
                arguments.add(input);
            }
            PtNDArray value =
                    (PtNDArray) IValueUtils.forward(block, arguments, true).singletonOrThrow();
            value.attach(manager);
            List<double[]> gradients = new ArrayList<>();
            if (dy != null) {
                PtNDArray seed = (PtNDArray) manager.create(doubles(dy), value.getShape());
                JniUtils.backward(value, seed, false, false);
                for (int i = 0; i < inputs.length; i++) {
                    PtNDArray gradient = JniUtils.getGradient((PtNDArray) arguments.get(i));
                    gradients.add(gradient == null ? new double[inputs[i].length] : contiguous(gradient));
                }
            }
            return new Result(shape(value), contiguous(JniUtils.detachGradient(value)), gradients);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static double[] contiguous(PtNDArray array) {
        return array.toDoubleArray();
    }

    private static double[] doubles(Tensor tensor) {
        double[] values = new double[tensor.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = tensor.get(i);
        }
        return values;
    }

    private static ai.djl.ndarray.types.Shape torchShape(Shape shape) {
        return new ai.djl.ndarray.types.Shape(
                Arrays.stream(shape.toArray()).asLongStream().toArray());
    }

    private static Shape shape(PtNDArray array) {
        return Shape.of(Arrays.stream(array.getShape().getShape())
                .mapToInt(Math::toIntExact)
                .toArray());
    }

    private static String refusal() {
        System.setProperty("ai.djl.offline", "true");
        try {
            return Engine.getEngine("PyTorch").getVersion().isEmpty() ? "its engine has no version" : "";
        } catch (RuntimeException | LinkageError e) {
            return e.toString();
        }
    }

    /** A module as {@code torch.jit.save} stores it: a zip of its source and the pickled object, which has no weights. */
    private static byte[] archive(String source) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            // protocol 2, an instance of __torch__.Oracle made from (), its state {"training": False}
            store(zip, "data.pkl", "\u0080\u0002c__torch__\nOracle\n)\u0081}(X\b\0\0\0training\u0089ub.");
            store(zip, "code/__torch__.py", source);
            store(zip, "constants.pkl", "\u0080\u0002).");
            store(zip, "version", "10\n");
        }
        return bytes.toByteArray();
    }

    private static void store(ZipOutputStream zip, String name, String content) throws IOException {
        byte[] bytes = content.getBytes(StandardCharsets.ISO_8859_1);
        CRC32 crc = new CRC32();
        crc.update(bytes);
        ZipEntry entry = new ZipEntry("oracle/" + name);
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(bytes.length);
        entry.setCrc(crc.getValue());
        zip.putNextEntry(entry);
        zip.write(bytes);
        zip.closeEntry();
    }
}
