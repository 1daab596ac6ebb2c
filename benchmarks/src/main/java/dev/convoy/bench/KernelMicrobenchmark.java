package dev.convoy.bench;

import dev.convoy.kernel.KernelProvider;
import dev.convoy.kernel.Kernels;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** One call of the kernels under JMH; {@link AllocationBench} says which ones. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class KernelMicrobenchmark {
    /** The name of a case. */
    @Param("relu")
    public String kernel = "";

    @Param({"scalar", "vector"})
    public String provider = "";

    private @Nullable Kernels kernels;
    private @Nullable Consumer<Kernels> call;

    @Setup
    public void prepare() {
        kernels = KernelProvider.named(provider).kernels();
        call = KernelCases.all().stream()
                .filter(each -> each.name().equals(kernel))
                .findFirst()
                .orElseThrow()
                .prepared()
                .get();
    }

    @Benchmark
    public void call() {
        Objects.requireNonNull(call).accept(Objects.requireNonNull(kernels));
    }

    /** What the harness costs itself. */
    @Benchmark
    public void nothing() {}
}
