package io.cropvqa.image;

import static io.cropvqa.image.SampleImages.gif;
import static io.cropvqa.image.SampleImages.pattern;
import static io.cropvqa.image.SampleImages.png;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import io.cropvqa.domain.QuestionFailure;
import io.cropvqa.domain.RequestListener;
import io.cropvqa.domain.RgbImage;
import java.awt.image.BufferedImage;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** A small file can't make the decoder spend memory or time out of proportion. */
class ImageLimitsTest {
  private static final int WIDTH = 37;
  private static final int HEIGHT = 23;

  /** Minutes are what the tests that use it guard against. */
  private static final Duration SOON = Duration.ofSeconds(10);

  private final ImageDecoder decoder = new ImageDecoder(1_000_000, 0, RequestListener.NONE);

  @Test
  void aHugeHeaderIsRefusedBeforeAnythingIsDecoded() {
    byte[] bomb = SampleImages.pngHeader(40_000, 40_000);
    assertFails(() -> decoder.decode(bomb), "image-too-large");
    assertTimeout(
        Duration.ofSeconds(1),
        () ->
            assertThatThrownBy(() -> decoder.decode(bomb))
                .hasMessageContaining("40000x40000")
                .hasMessageContaining("crop.image.max-pixels=1000000"));
  }

  @Test
  void theHeaderSaysWhatDecodingWillTake() {
    BufferedImage picture = pattern(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
    List<byte[]> files =
        List.of(SampleImages.png(picture), SampleImages.jpeg(picture, true), gif(picture));
    assertThat(files)
        .allSatisfy(
            file ->
                assertThat(decoder.picture(file).decodingBytes()).isEqualTo(7L * WIDTH * HEIGHT));
    assertThat(decoder.picture(SampleImages.lossyWebp(WIDTH, HEIGHT)).decodingBytes())
        .isEqualTo(55L * WIDTH * HEIGHT);
  }

  @Test
  void theScreenOfAGifIsWhatItTakes() {
    byte[] gif = gif(pattern(4, 4, BufferedImage.TYPE_BYTE_INDEXED));
    gif[6] = 100;
    assertThat(decoder.picture(gif).decodingBytes()).isEqualTo(7 * 100 * 4);
    assertThat(decoder.decode(gif).rgb()).hasSize(3 * 100 * 4);
    gif[6] = 0; // no screen: the frame is the picture
    assertThat(decoder.picture(gif).decodingBytes()).isEqualTo(7 * 4 * 4);
  }

  @Test
  void aHeaderThatMakesNoSenseHasNoSize() {
    byte[] png = SampleImages.png(pattern(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB));
    assertFails(() -> decoder.picture(Arrays.copyOf(png, 12)).decodingBytes(), "image-undecodable");
    assertFails(() -> decoder.picture(new byte[0]).decodingBytes(), "image-undecodable");
    assertFails(
        () -> decoder.picture(SampleImages.pngHeader(40_000, 40_000)).decodingBytes(),
        "image-too-large");
    byte[] gif = gif(pattern(4, 4, BufferedImage.TYPE_BYTE_INDEXED));
    assertFails(() -> decoder.picture(Arrays.copyOf(gif, 7)).decodingBytes(), "image-undecodable");
    Arrays.fill(gif, 6, 10, (byte) 0xFF);
    assertFails(() -> decoder.picture(gif).decodingBytes(), "image-too-large");
  }

  @Test
  void aHugeScreenOfASmallGifIsRefused() {
    byte[] gif = gif(pattern(4, 4, BufferedImage.TYPE_BYTE_INDEXED));
    Arrays.fill(gif, 6, 10, (byte) 0xFF);
    assertFails(() -> decoder.decode(gif), "image-too-large");
  }

  @Test
  void aHugeWebpOfFewBytesIsRefused() {
    byte[] bomb = SampleImages.riffChunk("VP8L", LosslessWebp.bomb(16_383, 16_383));
    assertFails(() -> decoder.decode(SampleImages.riff(bomb)), "image-too-large");
  }

  @Test
  void aHugeWebpBehindASmallCanvasIsRefused() {
    byte[] canvas = SampleImages.riffChunk("VP8X", LosslessWebp.vp8x(8, 8));
    byte[] bomb = SampleImages.riffChunk("VP8L", LosslessWebp.bomb(16_383, 16_383));
    assertFails(() -> decoder.decode(SampleImages.riff(canvas, bomb)), "image-undecodable");
  }

  /** Its container is whole and announces what there is. */
  @Test
  void aWebpWithoutItsPixelsFailsSoon() {
    byte[] whole = LosslessWebp.vp8l(3000, 3000, (x, y) -> 7);
    byte[] webp = SampleImages.riff(SampleImages.riffChunk("VP8L", Arrays.copyOf(whole, 1000)));
    assertTimeout(
        SOON, () -> assertFails(() -> patientDecoder().decode(webp), "image-undecodable"));
  }

  @Test
  void aWebpOfOneColourIsDecodedSoon() {
    byte[] webp = SampleImages.riff(SampleImages.riffChunk("VP8L", LosslessWebp.bomb(3000, 3000)));
    RgbImage image = assertTimeout(SOON, () -> patientDecoder().decode(webp));
    assertThat(image.rgb()[image.rgb().length - 1]).isEqualTo((byte) LosslessWebp.LOW);
  }

  /**
   * Within the limit of 1,000,000 pixels, but its decoder would need as much as for 8 times them.
   */
  @Test
  void lossyWebpIsHeldToAnEighthOfTheLimit() {
    assertThatThrownBy(() -> decoder.decode(SampleImages.lossyWebp(400, 400)))
        .hasMessageContaining("400x400")
        .hasMessageContaining("1/8 of crop.image.max-pixels=1000000")
        .hasMessageContaining("JPEG or PNG");
    assertFails(() -> decoder.decode(SampleImages.lossyWebp(400, 400)), "image-too-large");
  }

  @Test
  void pixelsUpToTheLimitAreLetIn() {
    ImageDecoder tight = new ImageDecoder(WIDTH * HEIGHT, 0, RequestListener.NONE);
    RgbImage image = tight.decode(png(pattern(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB)));
    assertThat(image.width() * image.height()).isEqualTo(WIDTH * HEIGHT);
    assertFails(
        () -> tight.decode(png(pattern(WIDTH + 1, HEIGHT, BufferedImage.TYPE_INT_RGB))),
        "image-too-large");
  }

  @Test
  void aPictureThatTakesTooLongIsRefusedWhateverItsFormat() {
    ImageDecoder hasty = new ImageDecoder(1_000_000, Duration.ofNanos(1), 0, RequestListener.NONE);
    byte[] webp = SampleImages.riff(SampleImages.riffChunk("VP8L", LosslessWebp.bomb(64, 64)));
    BufferedImage picture = pattern(64, 64, BufferedImage.TYPE_INT_RGB);
    for (byte[] image :
        new byte[][] {
          png(picture),
          SampleImages.jpeg(picture, false),
          gif(pattern(64, 64, BufferedImage.TYPE_BYTE_INDEXED)),
          webp
        }) {
      assertThatThrownBy(() -> hasty.decode(image))
          .hasMessageContaining(
              "decoding took longer than crop.image.decode-timeout=PT0.000000001S");
      assertFails(() -> hasty.decode(image), "image-undecodable");
    }
  }

  /** Each of its scans goes over all of the picture again: libjpeg would be busy for minutes. */
  @Test
  void aJpegOfThousandsOfScansIsGivenUp() {
    byte[] whole = SampleImages.jpeg(pattern(1000, 1000, BufferedImage.TYPE_INT_RGB), true);
    int lastScan = SampleImages.lastScan(whole);
    byte[][] parts = new byte[2_001][];
    Arrays.fill(parts, Arrays.copyOfRange(whole, lastScan, whole.length - 2));
    parts[0] = Arrays.copyOf(whole, lastScan);
    byte[] bomb = SampleImages.concat(parts);
    ImageDecoder decoder =
        new ImageDecoder(1_000_000, Duration.ofMillis(300), 0, RequestListener.NONE);
    assertTimeout(
        SOON,
        () ->
            assertThatThrownBy(() -> decoder.decode(bomb))
                .hasMessageContaining("crop.image.decode-timeout=PT0.3S"));
  }

  @Test
  void limitsThatMakeNoSenseAreNamed() {
    assertThatThrownBy(() -> new ImageDecoder(1, Duration.ZERO, 0, RequestListener.NONE))
        .hasMessageContaining("crop.image.decode-timeout");
    assertThatThrownBy(() -> new ImageDecoder(0, 0, RequestListener.NONE))
        .hasMessageContaining("crop.image.max-pixels");
    assertThatThrownBy(() -> new ImageDecoder(1, -1, RequestListener.NONE))
        .hasMessageContaining("crop.image.cache-bytes");
  }

  private static ImageDecoder patientDecoder() {
    return new ImageDecoder(10_000_000, 0, RequestListener.NONE);
  }

  private static void assertFails(ThrowingCallable call, String code) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            QuestionFailure.class,
            failure -> {
              assertThat(failure.code().wireName()).isEqualTo(code);
              assertThat(failure.stageName()).isEqualTo("decode");
            });
  }
}
