package io.cropvqa.image;

import static io.cropvqa.image.FetchFailures.failure;
import static io.cropvqa.image.FetchFailures.tooLarge;

import io.cropvqa.domain.FailureCode;
import io.cropvqa.domain.ImageRef;
import java.net.URI;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Turns an image reference into the encoded image's bytes, and refuses what the {@link FetchPolicy}
 * does not let in. Safe for use by many threads.
 */
public final class ImageFetcher {
  private final int maxBytes;
  private final Map<String, ImageSource> sources;

  /**
   * @throws IllegalArgumentException if the file root is not a directory
   */
  public ImageFetcher(FetchPolicy policy) {
    this(policy, Map.of("file", new FileSource(policy), "https", new HttpSource(policy)));
  }

  /**
   * @param sources by URI scheme in lower case
   */
  ImageFetcher(FetchPolicy policy, Map<String, ImageSource> sources) {
    this.maxBytes = policy.maxBytes();
    this.sources = sources;
  }

  /**
   * Fetches one image; blocks until its last byte is there or the time is up.
   *
   * @throws io.cropvqa.domain.QuestionFailure of stage {@code fetch}: {@code image-missing}, {@code
   *     image-forbidden}, {@code image-too-large}, {@code image-digest-mismatch}, or the transient
   *     {@code image-unreachable}
   */
  public byte[] fetch(ImageRef image) {
    return image instanceof ImageRef.Remote remote
        ? fetchRemote(remote)
        : checked(((ImageRef.Inline) image).data());
  }

  private byte[] checked(byte[] data) {
    if (data.length > maxBytes) {
      throw tooLarge("image.data", data.length, maxBytes);
    }
    return data;
  }

  private byte[] fetchRemote(ImageRef.Remote image) {
    byte[] data = source(image.uri()).read(image.uri());
    image.sha256().ifPresent(expected -> requireDigest(expected, data));
    return data;
  }

  private ImageSource source(URI uri) {
    String scheme = Optional.ofNullable(uri.getScheme()).orElse("").toLowerCase(Locale.ROOT);
    ImageSource source = sources.get(scheme);
    if (source == null) {
      throw failure(
          FailureCode.IMAGE_FORBIDDEN,
          "image.uri %s has %s; supported are %s, or put the image into image.data"
              .formatted(
                  SafeUri.of(uri),
                  scheme.isEmpty() ? "no scheme" : "scheme " + scheme,
                  String.join(", ", new TreeSet<>(sources.keySet()))));
    }
    return source;
  }

  private static void requireDigest(String expected, byte[] data) {
    String actual = Sha256.hex(data);
    if (!actual.equals(expected.toLowerCase(Locale.ROOT))) {
      throw failure(
          FailureCode.IMAGE_DIGEST_MISMATCH,
          "image.sha256 is %s, but the fetched image has %s".formatted(expected, actual));
    }
  }
}
