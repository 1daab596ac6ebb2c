/** The model zoo: one file per family, each network a short expression; {@code ModelZoo} knows them by name, and one's own. */
@NullMarked
package dev.convoy.nn.model;

import org.jspecify.annotations.NullMarked;
