package io.cropvqa.cli;

import java.nio.file.Files;
import java.nio.file.Path;

/** What an option's value must be, told in one line before anything starts. */
final class CheckedOption {
  private CheckedOption() {}

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

  static void positive(String option, int value) {
    if (value < 1) {
      throw new UnusableArgumentsException(
          "%s must be at least 1, got %d".formatted(option, value));
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
