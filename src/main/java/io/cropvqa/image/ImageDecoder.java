package io.cropvqa.image;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.cropvqa.domain.FailureCode;
import io.cropvqa.domain.QuestionFailure;
import io.cropvqa.domain.RequestListener;
import io.cropvqa.domain.RgbImage;
import io.cropvqa.domain.Stage;
import java.io.IOException;
import java.time.Duration;

/**
 * Decodes PNG, JPEG, GIF (first frame) and WebP to RGB the way PIL's {@code convert("RGB")} does:
 * alpha and colour profiles are dropped, deeper samples cut to 8 bits. The EXIF orientation is
 * applied. Many questions come about one picture, so decoded pictures are remembered by digest.
 *
 * <p>Safe for use by many threads.
 */
public final class ImageDecoder {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private final PixelLimit limit;
  private final Duration timeout;
  private final Cache<String, RgbImage> decoded;
  private final RequestListener listener;

  /** A decoder that spends at most 10 seconds on a picture. */
  public ImageDecoder(long maxPixels, long cacheBytes, RequestListener listener) {
    this(maxPixels, TIMEOUT, cacheBytes, listener);
  }

  /**
   * @param maxPixels largest picture, width times height
   * @param timeout time for decoding one picture
   * @param cacheBytes bytes of decoded pictures to remember; 0 remembers none
   * @param listener told whether a picture was remembered
   * @throws IllegalArgumentException naming the setting that makes no sense
   */
  public ImageDecoder(long maxPixels, Duration timeout, long cacheBytes, RequestListener listener) {
    if (timeout.isZero() || timeout.isNegative()) {
      throw new IllegalArgumentException(
          "crop.image.decode-timeout must be longer than nothing, got " + timeout);
    }
    if (cacheBytes < 0) {
      throw new IllegalArgumentException(
          "crop.image.cache-bytes must not be negative, got " + cacheBytes);
    }
    this.limit = new PixelLimit(maxPixels);
    this.timeout = timeout;
    this.decoded =
        Caffeine.newBuilder()
            .maximumWeight(cacheBytes)
            .weigher((String digest, RgbImage image) -> image.rgb().length)
            .executor(Runnable::run)
            .build();
    this.listener = listener;
  }

  /**
   * Decodes one encoded image; bytes after its end are let pass.
   *
   * @throws QuestionFailure of stage {@code decode}: {@code image-too-large} by the header, before
   *     any pixel is decoded, or {@code image-undecodable} if the image is of no supported format,
   *     damaged or cut short, or takes longer than the time for it
   */
  public RgbImage decode(byte[] encoded) {
    return picture(encoded).decode();
  }

  /** A picture that is about to be decoded. */
  public Picture picture(byte[] encoded) {
    return new Picture(encoded);
  }

  /** An encoded image, and what is known of it before it is decoded. */
  public final class Picture {
    private final byte[] encoded;
    private final String digest;
    private volatile long decodingBytes; // 0 before the header was read
    private volatile RgbImage remembered;

    private Picture(byte[] encoded) {
      this.encoded = encoded;
      this.digest = Sha256.hex(encoded);
    }

    /**
     * About the bytes that decoding takes at its height, its result included, by the image's
     * header. None if the picture is remembered by now: those are counted already.
     *
     * @throws QuestionFailure as {@link #decode}, but what isn't in the header isn't looked at
     */
    public long decodingBytes() {
      if (isRemembered()) {
        return 0;
      }
      if (decodingBytes == 0) {
        decodingBytes = ImageDecoder.this.decodingBytes(encoded);
      }
      return decodingBytes;
    }

    private boolean isRemembered() {
      if (remembered == null) {
        remembered = decoded.getIfPresent(digest);
      }
      return remembered != null;
    }

    /**
     * @throws QuestionFailure as {@link ImageDecoder#decode(byte[])}
     */
    public RgbImage decode() {
      boolean hit = isRemembered();
      listener.imageCache(hit);
      return hit ? remembered : decoded.get(digest, key -> ImageDecoder.this.decode(encoded, key));
    }
  }

  private long decodingBytes(byte[] encoded) {
    ImageFormat format = ImageFormat.of(encoded);
    long pixels = reading(format, clock -> ImageFile.pixels(format, encoded, limit, clock));
    return pixels * format.decodingBytes(encoded);
  }

  private RgbImage decode(byte[] encoded, String digest) {
    ImageFormat format = ImageFormat.of(encoded);
    Pixels pixels =
        reading(
            format,
            clock ->
                ImageFile.read(format, encoded, limit, clock).turned(format.orientation(encoded)));
    return new RgbImage(pixels.width(), pixels.height(), pixels.rgb(), digest);
  }

  /** What is done with an encoded image. */
  private interface Reading<T> {
    T within(DecodeClock clock) throws IOException;
  }

  private <T> T reading(ImageFormat format, Reading<T> reading) {
    DecodeClock clock = new DecodeClock(timeout);
    try {
      return reading.within(clock);
    } catch (QuestionFailure e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      // Readers meet damage with all kinds of unchecked exceptions.
      throw new QuestionFailure(
          FailureCode.IMAGE_UNDECODABLE,
          Stage.DECODE,
          clock.isUp()
              ? "decoding took longer than crop.image.decode-timeout=%s: send a smaller image"
                  .formatted(timeout)
              : "image is damaged or cut short, not a whole %s: %s".formatted(format, reason(e)),
          e);
    }
  }

  private static String reason(Exception e) {
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }
}
