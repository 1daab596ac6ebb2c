package dev.convoy.bench;

import dev.convoy.kernel.KernelProvider;
import dev.convoy.kernel.Kernels;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Passes calls on to kernels and keeps how often each was made and how long it took this thread's processor; for one thread at a time. */
final class WatchedKernels implements InvocationHandler {
    /** Calls of the same work: how many, and the nanoseconds they took. */
    static final class Tally {
        int calls;
        long nanos;
    }

    private final Kernels kernels;
    private Map<KernelWork, Tally> tallies = new LinkedHashMap<>();
    private long ownNanos;

    WatchedKernels(Kernels kernels) {
        this.kernels = kernels;
    }

    /** Kernels that compute nothing and hand each call's method and arguments to {@code calls}. */
    static Kernels silent(BiConsumer<String, Object[]> calls) {
        Kernels plain = KernelProvider.SCALAR.kernels();
        return proxy((proxy, method, arguments) -> {
            if (method.getReturnType() != void.class) {
                return method.invoke(plain, arguments);
            }
            calls.accept(method.getName(), arguments);
            return null;
        });
    }

    /** To be called in place of the kernels. */
    Kernels kernels() {
        return proxy(this);
    }

    private static Kernels proxy(InvocationHandler handler) {
        return (Kernels)
                Proxy.newProxyInstance(Kernels.class.getClassLoader(), new Class<?>[] {Kernels.class}, handler);
    }

    @Override
    public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments) throws Throwable {
        if (arguments == null) {
            return method.invoke(kernels); // its name, its description
        }
        long entered = Ceiling.cpuNanos();
        Tally tally = tallies.computeIfAbsent(KernelWork.of(method.getName(), arguments), work -> new Tally());
        long begin = Ceiling.cpuNanos();
        try {
            return method.invoke(kernels, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        } finally {
            tally.calls++;
            tally.nanos += Ceiling.cpuNanos() - begin;
            ownNanos += begin - entered;
        }
    }

    /** What it has taken itself to count, since the last {@link #take}. */
    long ownNanos() {
        return ownNanos;
    }

    /** The calls since the last time, in the order of the first of each. */
    Map<KernelWork, Tally> take() {
        Map<KernelWork, Tally> taken = tallies;
        tallies = new LinkedHashMap<>();
        ownNanos = 0;
        return taken;
    }
}
