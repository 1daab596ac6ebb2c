/** {@link dev.convoy.kernel.Kernels} on the Vector API; the only importer of {@code jdk.incubator.vector}, loaded by name, imported by nobody. Imports {@code kernel}. */
@NullMarked
package dev.convoy.kernel.vector;

import org.jspecify.annotations.NullMarked;
