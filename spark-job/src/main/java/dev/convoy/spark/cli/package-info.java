/**
 * The command line: settings out of defaults, files and {@code key=value} arguments; one class per command; every mistake of a user
 * as one line and an exit code of its own. May import all of Convoy; imported by nobody.
 */
@NullMarked
package dev.convoy.spark.cli;

import org.jspecify.annotations.NullMarked;
