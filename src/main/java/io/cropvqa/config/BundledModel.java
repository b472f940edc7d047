package io.cropvqa.config;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * The small model inside the application, unpacked to a directory because weights are mapped from
 * files.
 */
final class BundledModel {
  private static final String NAME = "crop-scenes-2m";
  private static final List<String> FILES =
      List.of(
          "config.json",
          "generation_config.json",
          "model.safetensors",
          "preprocessor_config.json",
          "processor_config.json",
          "tokenizer.json",
          "tokenizer_config.json",
          "chat_template.jinja",
          "localizer.json",
          "crop.json");

  private BundledModel() {}

  /**
   * The model's directory below the cache, written on first use. Its parent is named after the
   * files' digest, so another release never finds an older one's.
   */
  static Path unpack(Path cacheDirectory) {
    try {
      Path directory = cacheDirectory.resolve("models").resolve(digest()).resolve(NAME);
      Files.createDirectories(directory);
      for (String file : FILES) {
        if (!Files.exists(directory.resolve(file))) {
          unpack(file, directory);
        }
      }
      return directory;
    } catch (IOException e) {
      throw new UncheckedIOException(
          "can't unpack the bundled model: is crop.cache-directory %s writable?"
              .formatted(cacheDirectory),
          e);
    }
  }

  private static String digest() throws IOException {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (String file : FILES) {
        try (InputStream in = new DigestInputStream(open(file), digest)) {
          in.transferTo(OutputStream.nullOutputStream());
        }
      }
      return HexFormat.of().formatHex(digest.digest(), 0, 6);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** A file appears whole or not at all, also when several processes unpack at once. */
  private static void unpack(String file, Path directory) throws IOException {
    Path part = Files.createTempFile(directory, file, ".part");
    try (InputStream in = open(file)) {
      Files.copy(in, part, StandardCopyOption.REPLACE_EXISTING);
      Files.move(part, directory.resolve(file), StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(part, directory.resolve(file), StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(part);
    }
  }

  private static InputStream open(String file) throws IOException {
    InputStream in =
        BundledModel.class.getClassLoader().getResourceAsStream("models/" + NAME + "/" + file);
    if (in == null) {
      throw new IOException("the application lacks models/" + NAME + "/" + file);
    }
    return in;
  }
}
