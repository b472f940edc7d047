package io.cropvqa.image;

import static io.cropvqa.image.FetchFailures.failure;
import static io.cropvqa.image.FetchFailures.unreachable;

import io.cropvqa.domain.FailureCode;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/** Images in files under one root directory; nothing outside it can be read, links included. */
final class FileSource implements ImageSource {
  private final Optional<Path> root;
  private final Optional<Path> realRoot;
  private final int maxBytes;

  FileSource(FetchPolicy policy) {
    this.root = policy.fileRoot().map(path -> path.toAbsolutePath().normalize());
    this.realRoot = root.map(FileSource::realDirectory);
    this.maxBytes = policy.maxBytes();
  }

  private static Path realDirectory(Path root) {
    try {
      Path real = root.toRealPath();
      if (Files.isDirectory(real)) {
        return real;
      }
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "crop.image.file-root=%s can't be opened: create it or change the setting"
              .formatted(root),
          e);
    }
    throw new IllegalArgumentException(
        "crop.image.file-root=%s is not a directory".formatted(root));
  }

  @Override
  public byte[] read(URI uri) {
    String name = SafeUri.of(uri);
    try {
      return read(name, realPath(name, uri));
    } catch (NoSuchFileException e) {
      throw failure(FailureCode.IMAGE_MISSING, "no file " + name);
    } catch (AccessDeniedException e) {
      throw failure(FailureCode.IMAGE_FORBIDDEN, "the service may not read " + name);
    } catch (IOException e) {
      throw unreachable("reading %s failed: %s".formatted(name, e.getClass().getSimpleName()));
    }
  }

  private Path realPath(String name, URI uri) throws IOException {
    if (realRoot.isEmpty()) {
      throw failure(
          FailureCode.IMAGE_FORBIDDEN,
          "image.uri %s is a file, and files are off: set crop.image.file-root to their directory"
              .formatted(name));
    }
    Path path = path(name, uri);
    // Before the file system is asked: whether a file outside exists is nobody's business.
    if (!isInside(path.normalize())) {
      throw outside(name);
    }
    Path real = path.toRealPath();
    if (!real.startsWith(realRoot.get())) {
      throw outside(name);
    }
    return real;
  }

  private static Path path(String name, URI uri) {
    try {
      return Path.of(uri);
    } catch (IllegalArgumentException e) {
      throw failure(
          FailureCode.IMAGE_FORBIDDEN,
          "image.uri %s is not an absolute file URI such as file:///images/photo.jpg"
              .formatted(name));
    }
  }

  private boolean isInside(Path path) {
    return path.startsWith(root.get()) || path.startsWith(realRoot.get());
  }

  private static RuntimeException outside(String name) {
    return failure(
        FailureCode.IMAGE_FORBIDDEN,
        "image.uri %s lies outside crop.image.file-root: move it there or change the setting"
            .formatted(name));
  }

  private byte[] read(String name, Path file) throws IOException {
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      throw failure(FailureCode.IMAGE_FORBIDDEN, name + " is not a regular file");
    }
    long size = Files.size(file);
    try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
      return CappedBody.read(name, in, size, maxBytes);
    }
  }
}
