package io.cropvqa.model.weights;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Writes a folder that is there whole or not at all. */
public final class WholeFolder {
  private WholeFolder() {}

  /** Writes the files of a folder. */
  @FunctionalInterface
  public interface Content {
    void writeTo(Path folder) throws IOException;
  }

  /**
   * Puts a folder in place of the one that may be there.
   *
   * @param folder its parent is made if there is none
   * @throws IOException if it can't be written; an older one then stands
   */
  public static void replace(Path folder, Content content) throws IOException {
    Path parent = folder.toAbsolutePath().getParent();
    Files.createDirectories(parent);
    Path part = Files.createTempDirectory(parent, "." + folder.getFileName());
    try {
      Path made = Files.createDirectory(part.resolve("new"));
      content.writeTo(made);
      swap(folder, made, part.resolve("old"));
    } finally {
      delete(part);
    }
  }

  private static void swap(Path folder, Path made, Path old) throws IOException {
    if (Files.exists(folder)) {
      Files.move(folder, old, StandardCopyOption.ATOMIC_MOVE);
    }
    try {
      Files.move(made, folder, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      if (Files.exists(old)) {
        Files.move(old, folder, StandardCopyOption.ATOMIC_MOVE);
      }
      throw e;
    }
  }

  private static void delete(Path folder) throws IOException {
    List<Path> inside;
    try (Stream<Path> files = Files.walk(folder)) {
      inside = files.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path file : inside) {
      Files.delete(file);
    }
  }
}
