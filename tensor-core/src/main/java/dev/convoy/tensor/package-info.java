/** Shapes and contiguous row-major float views: no arithmetic, no gradient. Imports the JDK only. */
@NullMarked
package dev.convoy.tensor;

import org.jspecify.annotations.NullMarked;
