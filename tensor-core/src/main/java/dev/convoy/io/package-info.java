/**
 * Models and checkpoints on streams: safetensors for the values, JSON for what they mean. No files and no file systems, no class named in the data
 * is ever instantiated. Imports {@code nn}, {@code train} and {@code tensor}; JSON by Jackson.
 */
@NullMarked
package dev.convoy.io;

import org.jspecify.annotations.NullMarked;
