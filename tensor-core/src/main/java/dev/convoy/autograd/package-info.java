/**
 * Reverse-mode differentiation: a {@link dev.convoy.autograd.Tape} records pullbacks while the forward pass runs and runs them
 * backwards; two checks compare pullbacks with the forward pass. Knows no operation. Imports {@code tensor}, {@code random} for the
 * checks and, only to carry the provider to the operations, {@code kernel}.
 */
@NullMarked
package dev.convoy.autograd;

import org.jspecify.annotations.NullMarked;
