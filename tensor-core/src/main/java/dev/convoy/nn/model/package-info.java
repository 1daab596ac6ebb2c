/** The model zoo: each network one short expression. */
@NullMarked
package dev.convoy.nn.model;

import org.jspecify.annotations.NullMarked;
