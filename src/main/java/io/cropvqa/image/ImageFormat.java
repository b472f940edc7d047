package io.cropvqa.image;

import com.twelvemonkeys.imageio.plugins.jpeg.JPEGImageReaderSpi;
import com.twelvemonkeys.imageio.plugins.webp.WebPImageReaderSpi;
import io.cropvqa.domain.FailureCode;
import io.cropvqa.domain.QuestionFailure;
import io.cropvqa.domain.Stage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.spi.IIORegistry;
import javax.imageio.spi.ImageReaderSpi;
import javax.imageio.stream.ImageInputStream;

/** The formats that are decoded. The first bytes decide, never a name or a media type. */
enum ImageFormat {
  PNG,
  JPEG,
  GIF,
  WEBP;

  private static final byte[] PNG_SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};
  private static final byte[] JPEG_SIGNATURE = {(byte) 0xFF, (byte) 0xD8, (byte) 0xFF};

  static {
    // Discovery goes by the thread's class loader, which need not see these plugins in a server.
    IIORegistry.getDefaultInstance().registerServiceProvider(new JPEGImageReaderSpi());
    IIORegistry.getDefaultInstance().registerServiceProvider(new WebPImageReaderSpi());
    ImageIO.setUseCache(false);
  }

  /**
   * @throws QuestionFailure {@code image-undecodable} for any other format
   */
  static ImageFormat of(byte[] image) {
    if (startsWith(image, PNG_SIGNATURE)) {
      return PNG;
    }
    if (startsWith(image, JPEG_SIGNATURE)) {
      return JPEG;
    }
    if (hasText(image, 0, "GIF87a") || hasText(image, 0, "GIF89a")) {
      return GIF;
    }
    if (hasText(image, 0, "RIFF") && hasText(image, 8, "WEBP")) {
      return WEBP;
    }
    throw new QuestionFailure(
        FailureCode.IMAGE_UNDECODABLE,
        Stage.DECODE,
        image.length == 0
            ? "image is empty"
            : "image is none of PNG, JPEG, GIF and WebP: convert it to one of them");
  }

  /** The format that a media type names; empty for one that says nothing of the format. */
  static Optional<ImageFormat> ofMediaType(String mediaType) {
    return switch (mediaType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT)) {
      case "image/png" -> Optional.of(PNG);
      case "image/jpeg", "image/jpg" -> Optional.of(JPEG);
      case "image/gif" -> Optional.of(GIF);
      case "image/webp" -> Optional.of(WEBP);
      case "", "image/*", "application/octet-stream" -> Optional.empty();
      default ->
          throw new QuestionFailure(
              FailureCode.IMAGE_UNDECODABLE,
              Stage.FETCH,
              "image.mediaType is none of image/png, image/jpeg, image/gif and image/webp: convert"
                  + " the image to one of them");
    };
  }

  private static boolean startsWith(byte[] image, byte[] signature) {
    return image.length >= signature.length
        && Arrays.equals(image, 0, signature.length, signature, 0, signature.length);
  }

  private static boolean hasText(byte[] image, int offset, String text) {
    byte[] expected = text.getBytes(StandardCharsets.US_ASCII);
    int end = offset + expected.length;
    return image.length >= end && Arrays.equals(image, offset, end, expected, 0, expected.length);
  }

  /** A new reader; whoever asks for it disposes of it. */
  ImageReader newReader() throws IOException {
    return switch (this) {
      case PNG, GIF -> ImageIO.getImageReadersByFormatName(name()).next();
      case JPEG -> reader(JPEGImageReaderSpi.class);
      case WEBP -> reader(WebPImageReaderSpi.class);
    };
  }

  private static ImageReader reader(Class<? extends ImageReaderSpi> provider) throws IOException {
    return IIORegistry.getDefaultInstance()
        .getServiceProviderByClass(provider)
        .createReaderInstance();
  }

  /** The image as its reader is to see it. */
  ImageInputStream stream(byte[] image, DecodeClock clock) {
    return switch (this) {
      case PNG, GIF -> EncodedStream.of(image, clock);
      case JPEG -> EncodedStream.of(JpegSegments.withoutColourProfile(image), clock);
      case WEBP -> EncodedStream.withHardEnd(image, clock);
    };
  }

  /**
   * Looks for damage that the reader would not see.
   *
   * @param width of the picture as the reader reports it
   * @param height likewise
   * @throws IOException if the file is damaged or cut short
   */
  void requireIntact(byte[] image, int width, int height) throws IOException {
    switch (this) {
      case PNG -> PngChunks.requireIntact(image);
      case WEBP -> WebpChunks.requireIntact(image, width, height);
      case JPEG, GIF -> {}
    }
  }

  /** What decoding takes at its height, in bytes a pixel, the 3 of the result among them. */
  int decodingBytes(byte[] image) {
    return this == WEBP && WebpChunks.isLossy(image) ? 55 : 7;
  }

  /** How the picture is to be turned before it is looked at. */
  Orientation orientation(byte[] image) {
    Optional<ByteBuffer> exif =
        switch (this) {
          case PNG -> PngChunks.exif(image);
          case JPEG -> JpegSegments.exif(image);
          case WEBP -> WebpChunks.exif(image);
          case GIF -> Optional.empty();
        };
    return exif.map(Exif::orientation).orElse(Orientation.TOP_LEFT);
  }
}
