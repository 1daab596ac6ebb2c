/**
 * Layers and how they are composed. A module is structure only: it holds no weights, so one instance serves every thread; the
 * values come with each {@link dev.convoy.nn.Pass}. Shapes of modules are those of one sample, {@code [H, W, C]} or
 * {@code [features]}. Imports {@code op}, {@code autograd}, {@code tensor}, {@code kernel} (windows) and {@code random}.
 */
@NullMarked
package dev.convoy.nn;

import org.jspecify.annotations.NullMarked;
