/**
 * Arithmetic on {@code float[]} and geometry records: the {@link dev.convoy.kernel.Kernels} interface, its readable reference and
 * the choice between providers. Letters: N images, H x W pixels, C channels; P x Q output pixels, K filters; R x S taps; m, n, k
 * only inside matrix products. Imports the JDK only.
 */
@NullMarked
package dev.convoy.kernel;

import org.jspecify.annotations.NullMarked;
