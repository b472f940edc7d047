package io.cropvqa.config;

import java.nio.file.Path;

/**
 * Where the model's files are: the configured directory, or the bundled model's.
 *
 * @param path a directory in Hugging Face layout
 */
public record ModelDirectory(Path path) {}
