/** Optimizers and learning-rate schedules on flat arrays. Imports the JDK only. */
@NullMarked
package dev.convoy.optim;

import org.jspecify.annotations.NullMarked;
