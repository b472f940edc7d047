package io.cropvqa.deployment;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** {@code Dockerfile.jvm}, an instruction a line: comments gone, continued lines joined. */
final class ImageFile {
  /** Where the image lets the engine unpack its native libraries. */
  static final String CACHE = "/var/cache/crop-vqa";

  private final List<String> lines;

  ImageFile() {
    try {
      lines =
          Files.readString(Path.of("Dockerfile.jvm"))
              .replaceAll("(?m)^#.*\\R", "")
              .replaceAll("\\\\\\R\\s*", "")
              .lines()
              .filter(line -> !line.isBlank())
              .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Arguments of every instruction of that name, in order. */
  List<String> all(String instruction) {
    return lines.stream()
        .filter(line -> line.startsWith(instruction + " "))
        .map(line -> line.substring(instruction.length()).strip())
        .toList();
  }

  /** Arguments of the last instruction of that name: the one that holds. */
  String last(String instruction) {
    List<String> all = all(instruction);
    return all.get(all.size() - 1);
  }
}
