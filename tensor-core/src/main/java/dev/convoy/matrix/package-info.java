/**
 * Convolution written out as matrices, for teaching and testing: the banded matrix of a filter, the patches of an image, and their
 * transposes, as numbers and as symbols. Kernels never build them. Letters as in {@code kernel}. Imports {@code tensor} and
 * {@code kernel} (geometry only).
 */
@NullMarked
package dev.convoy.matrix;

import org.jspecify.annotations.NullMarked;
