package dev.convoy.bench;

import dev.convoy.kernel.Kernels;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * A call of the kernels to measure.
 *
 * @param prepared the call with the arrays it needs, made when asked for
 */
record KernelCase(String name, Supplier<Consumer<Kernels>> prepared) {}
