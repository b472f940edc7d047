package io.cropvqa.image;

import static io.cropvqa.image.FetchFailures.failure;

import io.cropvqa.domain.FailureCode;
import io.cropvqa.domain.ImageRef;
import java.util.Locale;
import java.util.Optional;

/** Holds what a sender says of an image against what came. */
final class Claims {

  private Claims() {}

  /**
   * @throws io.cropvqa.domain.QuestionFailure {@code image-digest-mismatch} for other bytes or
   *     another number of them, {@code image-undecodable} for another media type
   */
  static void check(ImageRef image, byte[] data) {
    if (image instanceof ImageRef.Remote remote) {
      checkSize(remote, data);
      remote.sha256().ifPresent(expected -> checkDigest(expected, data));
      checkMediaType(remote.mediaType(), data);
    } else {
      checkMediaType(((ImageRef.Inline) image).mediaType(), data);
    }
  }

  private static void checkSize(ImageRef.Remote image, byte[] data) {
    if (image.size().isPresent() && image.size().getAsLong() != data.length) {
      throw failure(
          FailureCode.IMAGE_DIGEST_MISMATCH,
          "image.size is %d, but the fetched image has %d bytes"
              .formatted(image.size().getAsLong(), data.length));
    }
  }

  private static void checkDigest(String expected, byte[] data) {
    String actual = Sha256.hex(data);
    if (!actual.equals(expected.toLowerCase(Locale.ROOT))) {
      throw failure(
          FailureCode.IMAGE_DIGEST_MISMATCH,
          "image.sha256 is %s, but the fetched image has %s".formatted(expected, actual));
    }
  }

  private static void checkMediaType(Optional<String> mediaType, byte[] data) {
    Optional<ImageFormat> claimed = mediaType.flatMap(ImageFormat::ofMediaType);
    if (claimed.isPresent() && claimed.get() != ImageFormat.of(data)) {
      throw failure(
          FailureCode.IMAGE_UNDECODABLE,
          "image.mediaType says %s, but the image is a %s"
              .formatted(claimed.get(), ImageFormat.of(data)));
    }
  }
}
