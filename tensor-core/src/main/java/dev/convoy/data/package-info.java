/** Samples in memory: blocks of uint8 images, readers, and which samples a step takes. Pure functions of seed, epoch and step. */
@NullMarked
package dev.convoy.data;

import org.jspecify.annotations.NullMarked;
