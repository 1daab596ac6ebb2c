/** What people see of a run: the progress line, the table of a network, predictions as a table and as a picture. Imports {@code train} and below. */
@NullMarked
package dev.convoy.spark.report;

import org.jspecify.annotations.NullMarked;
