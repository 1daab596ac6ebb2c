package dev.convoy.spark.cli;

import dev.convoy.spark.report.Screen;
import java.io.PrintWriter;

/**
 * Where a command writes.
 *
 * @param out results: what a script reads
 * @param err progress and errors
 * @param screen what {@code err} can show
 */
record Streams(PrintWriter out, PrintWriter err, Screen screen) {}
