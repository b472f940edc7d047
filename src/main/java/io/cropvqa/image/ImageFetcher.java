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
   * @throws IllegalArgumentException if the file root is not a directory, or S3 can't be used
   */
  public ImageFetcher(FetchPolicy policy) {
    this(
        policy,
        Map.of(
            "file", new FileSource(policy),
            "https", new HttpSource(policy),
            "s3", new S3Source(policy)));
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
   *     image-forbidden}, {@code image-too-large}, {@code image-digest-mismatch}, {@code
   *     image-undecodable} for another media type than was said, or the transient {@code
   *     image-unreachable}
   */
  public byte[] fetch(ImageRef image) {
    byte[] data =
        image instanceof ImageRef.Remote remote
            ? source(remote.uri()).read(remote.uri())
            : inline((ImageRef.Inline) image);
    Claims.check(image, data);
    return data;
  }

  private byte[] inline(ImageRef.Inline image) {
    if (image.data().length > maxBytes) {
      throw tooLarge("image.data", image.data().length, maxBytes);
    }
    return image.data();
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
}
