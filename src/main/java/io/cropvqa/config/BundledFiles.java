package io.cropvqa.config;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * Files inside the application, some in sub-folders, to be unpacked to a directory because weights
 * are mapped from files.
 */
final class BundledFiles {
  private final String folder;
  private final List<String> files;

  /**
   * @param folder where they are on the class path; the last part of its name is the directory's
   * @param required paths of files below it
   * @param optional paths of files that it may lack
   */
  BundledFiles(String folder, List<String> required, List<String> optional) {
    this.folder = folder;
    this.files = new ArrayList<>(required);
    optional.stream().filter(this::exists).forEach(files::add);
  }

  /**
   * Their directory below the cache, written on first use. Its parent is named after the files'
   * digest, so another release never finds an older one's.
   */
  Path unpack(Path cacheDirectory) {
    try {
      Path directory =
          cacheDirectory.resolve("models").resolve(digest()).resolve(Path.of(folder).getFileName());
      for (String file : files) {
        Path target = directory.resolve(file);
        if (!Files.exists(target)) {
          Files.createDirectories(target.getParent());
          unpack(file, target);
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

  private String digest() throws IOException {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (String file : files) {
        digest.update(file.getBytes(StandardCharsets.UTF_8));
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
  private void unpack(String file, Path target) throws IOException {
    Path part = Files.createTempFile(target.getParent(), target.getFileName().toString(), ".part");
    try (InputStream in = open(file)) {
      Files.copy(in, part, StandardCopyOption.REPLACE_EXISTING);
      Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(part, target, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(part);
    }
  }

  private InputStream open(String file) throws IOException {
    InputStream in = BundledFiles.class.getClassLoader().getResourceAsStream(folder + "/" + file);
    if (in == null) {
      throw new IOException("the application lacks %s/%s".formatted(folder, file));
    }
    return in;
  }

  private boolean exists(String file) {
    return BundledFiles.class.getClassLoader().getResource(folder + "/" + file) != null;
  }
}
