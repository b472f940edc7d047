package io.cropvqa.model;

import java.nio.file.Path;

/** A family of checkpoints: one folder each that states what differs from the others. */
public interface ModelFamily {

  /**
   * Reads a checkpoint's settings; weights are not touched.
   *
   * @throws IllegalArgumentException if a file is missing or says something unsupported; the
   *     message names file, key and value
   */
  Architecture read(Path directory);

  /**
   * The name that a weight goes by here, given the one in the file: versions of transformers name
   * the same weight differently.
   */
  String canonicalName(String stored);
}
