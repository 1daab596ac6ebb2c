/**
 * Operations: one file each, the forward pass and its adjoint on one screen. Images are {@code [N, H, W, C]}, convolution weights
 * {@code [R, S, C/groups, K]}; {@code dy} is the incoming gradient, {@code dx} what is added to the input's. Imports
 * {@code autograd}, {@code tensor}, {@code kernel} and {@code random}.
 */
@NullMarked
package dev.convoy.op;

import org.jspecify.annotations.NullMarked;
