/**
 * Image processing with prescribed filters: the convolutions that networks learn, with weights from a table. Pictures are
 * {@code [1, H, W, C]} of values 0 to 255, C being 1 (grey) or 3 (red, green, blue). Imports {@code op}, {@code autograd} (the tape an
 * operation wants), {@code kernel}, {@code tensor} and {@code data} (its exception).
 */
@NullMarked
package dev.convoy.image;

import org.jspecify.annotations.NullMarked;
