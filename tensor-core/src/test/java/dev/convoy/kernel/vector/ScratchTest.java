package dev.convoy.kernel.vector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.convoy.kernel.ConvGeometry;
import dev.convoy.kernel.KernelProvider;
import dev.convoy.kernel.Kernels;
import dev.convoy.kernel.Window;
import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** What a thread's kernels keep is what they say they keep. */
@EnabledIfSystemProperty(named = "kernels", matches = "vector")
class ScratchTest {
    /** Arrays of a fixed size and objects, which nobody counts. */
    private static final long UNCOUNTED = 32 << 10;

    private final Kernels kernels = KernelProvider.VECTOR.kernels();
    /** Operands remember whose array they read. */
    private final List<Object> callers = new ArrayList<>();

    @Test
    void aThreadBeginsWithoutBuffersAndCountsEachThatItGetsUnderWay() throws Exception {
        onNewThread(() -> {
            assertEquals(0, kernels.scratchBytes());
            List<ConvGeometry> geometries = List.of(
                    new ConvGeometry(2, 9, 9, 3, 6, 1, Window.square(5).padding(2)),
                    new ConvGeometry(2, 9, 20, 3, 24, 1, Window.square(3).padding(1)),
                    new ConvGeometry(2, 14, 14, 17, 24, 1, Window.square(5).padding(2)),
                    new ConvGeometry(4, 16, 16, 32, 32, 1, Window.square(3).padding(1)),
                    new ConvGeometry(
                            2, 15, 15, 32, 64, 1, Window.square(3).stride(2).padding(1)),
                    new ConvGeometry(2, 15, 15, 32, 64, 1, Window.square(1).stride(2)),
                    new ConvGeometry(2, 8, 8, 64, 128, 1, Window.square(1)),
                    new ConvGeometry(2, 15, 15, 40, 40, 40, Window.square(3).padding(1)),
                    new ConvGeometry(2, 15, 15, 40, 40, 40, Window.square(3)),
                    new ConvGeometry(2, 15, 15, 48, 48, 48, Window.square(3).padding(1)),
                    new ConvGeometry(
                            2, 8, 8, 256, 256, 256, Window.square(3).stride(2).padding(1)),
                    new ConvGeometry(2, 15, 15, 40, 60, 20, Window.of(1, 7).dilation(2)));
            for (ConvGeometry g : geometries) {
                float[] x = new float[g.batch() * g.height() * g.width() * g.channels()];
                float[] w = new float[g.window().taps() * g.channelsPerGroup() * g.filters()];
                float[] z = new float[g.batch() * g.outputHeight() * g.outputWidth() * g.filters()];
                float[] mean = new float[g.filters()];
                float[] variance = new float[g.filters()];
                kernels.conv2dAndMoments(g, x, 0, w, 0, null, 0, z, 0, mean, variance);
                kernels.conv2dInputAdjointAdd(g, z, 0, w, 0, x, 0);
                kernels.conv2dInputAdjoint(g, z, 0, w, 0, x, 0);
                kernels.conv2dWeightAdjointAdd(g, x, 0, z, 0, w, 0);
                assertCounted(g.toString(), x, w, z, mean, variance);
            }
            float[] a = new float[300 * 700];
            float[] b = new float[700 * 130];
            float[] c = new float[300 * 130];
            kernels.gemmAdd(300, 130, 700, a, 0, 700, 1, b, 0, 130, 1, c, 0, 130);
            kernels.channelSum(300, 700, a, 0, c, 0);
            kernels.channelCentredDot(300, 700, a, 0, b, 0, null, 0, c, 0);
            assertCounted("products and sums", a, b, c);
            assertTrue(kernels.scratchBytes() > 100_000, "bytes " + kernels.scratchBytes());
        });
    }

    private void assertCounted(String after, Object... operands) {
        callers.addAll(List.of(operands));
        Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        seen.addAll(callers);
        long held = held(Scratch.ofThread(), seen);
        long said = kernels.scratchBytes();
        assertTrue(
                held >= said && held <= said + UNCOUNTED,
                after + ": the kernels hold " + held + " bytes but count " + said
                        + "; buffers have to come from Scratch.grown");
    }

    /** The bytes of all arrays that can be reached from fields of this package's objects. */
    private static long held(Object from, Set<Object> seen) {
        if (from == null || !seen.add(from)) {
            return 0;
        }
        Class<?> type = from.getClass();
        if (type.isArray()) {
            Class<?> of = type.getComponentType();
            if (of.isPrimitive()) {
                return (long) Array.getLength(from) * (of == double.class || of == long.class ? 8 : 4);
            }
            long sum = 0;
            for (int i = 0; i < Array.getLength(from); i++) {
                sum += held(Array.get(from, i), seen);
            }
            return sum;
        }
        if (!type.getPackageName().equals(Scratch.class.getPackageName())) {
            return 0;
        }
        long sum = 0;
        for (Field field : type.getDeclaredFields()) {
            if (Modifier.isStatic(field.getModifiers()) || field.getType().isPrimitive()) {
                continue;
            }
            field.setAccessible(true);
            try {
                sum += held(field.get(from), seen);
            } catch (IllegalAccessException e) {
                throw new AssertionError(e);
            }
        }
        return sum;
    }

    private static void onNewThread(Runnable work) throws Exception {
        FutureTask<Void> task = new FutureTask<>(work, null);
        Thread thread = new Thread(task);
        thread.start();
        task.get();
    }
}
