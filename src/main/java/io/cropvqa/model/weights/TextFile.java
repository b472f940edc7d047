package io.cropvqa.model.weights;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads the small files of a checkpoint, and no more of them than a small file has. */
public final class TextFile {
  /** Twice the largest tokenizer.json in use. */
  private static final int MAX_BYTES = 64 << 20;

  private TextFile() {}

  /**
   * A file's text, decoded as UTF-8.
   *
   * @throws IllegalArgumentException naming the file, if it is no regular file or too large
   */
  public static String read(Path file) throws IOException {
    return new String(bytes(file), StandardCharsets.UTF_8);
  }

  static byte[] bytes(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      // A pipe would never open, and a device never end.
      throw new IllegalArgumentException(file + " is no regular file");
    }
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(MAX_BYTES + 1);
      if (bytes.length > MAX_BYTES) {
        throw new IllegalArgumentException(
            "%s has more than %d bytes: that is no file of settings".formatted(file, MAX_BYTES));
      }
      return bytes;
    }
  }
}
