package io.cropvqa.cli;

import io.cropvqa.engine.EngineSettings;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What arguments must be, seen before anything starts. Each throws {@link
 * UnusableArgumentsException} naming the option.
 */
final class Require {
  private Require() {}

  static void positive(String option, int value) {
    if (value < 1) {
      throw new UnusableArgumentsException(
          "%s must be at least 1, got %d".formatted(option, value));
    }
  }

  static void file(String option, Path file) {
    if (!Files.isRegularFile(file)) {
      throw new UnusableArgumentsException("%s %s is no file".formatted(option, file));
    }
  }

  static void directory(String option, Path folder) {
    if (!Files.isDirectory(folder)) {
      throw new UnusableArgumentsException("%s %s is no directory".formatted(option, folder));
    }
  }

  /** Its folder must be there; the file itself need not. */
  static void writable(String option, Path file) {
    directory(option + ": the folder", file.toAbsolutePath().getParent());
  }

  static void pruningMethod(String option, String name) {
    if (!EngineSettings.pruningMethods().contains(name)) {
      throw new UnusableArgumentsException(
          "%s: \"%s\" is unknown: use one of %s"
              .formatted(option, name, EngineSettings.pruningMethods()));
    }
  }

  /** Says which option's value a check refuses. */
  static void usable(String option, Runnable check) {
    try {
      check.run();
    } catch (IllegalArgumentException e) {
      throw new UnusableArgumentsException(option + ": " + e.getMessage());
    }
  }
}
