/**
 * What people see of a run: the progress line, the table of a network, predictions and confusion matrices as
 * tables and as pictures. Imports {@code train} and below.
 */
@NullMarked
package dev.convoy.spark.report;

import org.jspecify.annotations.NullMarked;
