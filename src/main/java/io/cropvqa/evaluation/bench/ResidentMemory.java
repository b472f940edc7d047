package io.cropvqa.evaluation.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/** What the process holds in memory, where the system tells: Linux does. */
final class ResidentMemory {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final Path RESET = Path.of("/proc/self/clear_refs");
  private static final String RESET_PEAK = "5";

  private ResidentMemory() {}

  /** Begins a new peak where the system lets us; else it goes on from the process' start. */
  static void resetPeak() {
    try {
      if (Files.isWritable(RESET)) {
        Files.writeString(RESET, RESET_PEAK);
      }
    } catch (IOException e) {
      // the peak is then that of all that ran before, too
    }
  }

  /** Bytes at the peak. */
  static OptionalLong peak() {
    try {
      return Files.readAllLines(STATUS).stream()
          .filter(line -> line.startsWith("VmHWM:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
          .findFirst();
    } catch (IOException e) {
      return OptionalLong.empty();
    }
  }
}
