/**
 * What people see of a run: the progress line, and networks, predictions, confusion matrices, learning rates and plans as
 * tables and as pictures. Imports {@code spark.plan}, {@code train} and below.
 */
@NullMarked
package dev.convoy.spark.report;

import org.jspecify.annotations.NullMarked;
