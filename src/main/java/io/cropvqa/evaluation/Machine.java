package io.cropvqa.evaluation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Where times were measured.
 *
 * @param cpu its model name, {@code os.arch} where the system doesn't tell
 * @param processors that the JVM may use
 * @param os name and version
 * @param java version of the JDK
 */
public record Machine(String cpu, int processors, String os, String java) {
  private static final Path CPU_INFO = Path.of("/proc/cpuinfo");

  public static Machine current() {
    return new Machine(
        cpuName(),
        Runtime.getRuntime().availableProcessors(),
        System.getProperty("os.name") + " " + System.getProperty("os.version"),
        Runtime.version().toString());
  }

  private static String cpuName() {
    try {
      List<String> lines = Files.isReadable(CPU_INFO) ? Files.readAllLines(CPU_INFO) : List.of();
      return lines.stream()
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse(System.getProperty("os.arch"));
    } catch (IOException e) {
      return System.getProperty("os.arch");
    }
  }
}
