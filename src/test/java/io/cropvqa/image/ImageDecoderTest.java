package io.cropvqa.image;

import static io.cropvqa.image.SampleImages.gif;
import static io.cropvqa.image.SampleImages.jpeg;
import static io.cropvqa.image.SampleImages.pattern;
import static io.cropvqa.image.SampleImages.png;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cropvqa.domain.QuestionFailure;
import io.cropvqa.domain.RequestListener;
import io.cropvqa.domain.RgbImage;
import io.cropvqa.model.golden.Golden;
import java.awt.Graphics2D;
import java.awt.Transparency;
import java.awt.color.ColorSpace;
import java.awt.color.ICC_Profile;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What decoded pixels are, format by format, and that a damaged picture never becomes one. */
class ImageDecoderTest {
  private static final int WIDTH = 37;
  private static final int HEIGHT = 23;

  private final ImageDecoder decoder = new ImageDecoder(1_000_000, 0, RequestListener.NONE);

  /** Grey, RGBA, a palette, and one that its EXIF orientation turns, as Pillow decodes them. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "square",
        "wide",
        "tall",
        "tiny",
        "grey",
        "rgba",
        "palette",
        "wide-grey",
        "turned"
      })
  void everyGoldenPictureIsWhatPillowMakesOfIt(String name) throws IOException {
    RgbImage image = decoder.decode(Files.readAllBytes(Golden.path("images", name + ".png")));
    RgbImage expected = Golden.picture(name);
    assertThat(image.width()).isEqualTo(expected.width());
    assertThat(image.height()).isEqualTo(expected.height());
    assertThat(image.rgb()).isEqualTo(expected.rgb());
  }

  @Test
  void pngIsExact() {
    assertPattern(decoder.decode(png(pattern(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB))));
  }

  @Test
  void alphaIsDroppedAndNotBlended() {
    assertPattern(decoder.decode(png(pattern(WIDTH, HEIGHT, BufferedImage.TYPE_INT_ARGB))));
  }

  @Test
  void samplesOf16BitsKeepTheirHighByte() {
    ColorModel deep =
        new ComponentColorModel(
            ColorSpace.getInstance(ColorSpace.CS_sRGB),
            false,
            false,
            Transparency.OPAQUE,
            DataBuffer.TYPE_USHORT);
    assertPattern(decoder.decode(png(SampleImages.deep(deep, WIDTH, HEIGHT))));
  }

  @Test
  void greyOf16BitsKeepsItsHighByte() {
    ColorModel deep =
        new ComponentColorModel(
            ColorSpace.getInstance(ColorSpace.CS_GRAY),
            false,
            false,
            Transparency.OPAQUE,
            DataBuffer.TYPE_USHORT);
    RgbImage image = decoder.decode(png(SampleImages.deep(deep, WIDTH, HEIGHT)));
    assertThat(colour(image, 5, 3)).isEqualTo(0x232323);
  }

  @Test
  void greyValuesAreTakenAsTheyAre() {
    BufferedImage grey = new BufferedImage(256, 1, BufferedImage.TYPE_BYTE_GRAY);
    for (int value = 0; value < 256; value++) {
      grey.getRaster().setSample(value, 0, 0, value);
    }
    RgbImage image = decoder.decode(png(grey));
    for (int value = 0; value < 256; value++) {
      assertThat(colour(image, value, 0)).isEqualTo(value * 0x010101);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4, 8})
  void palettesOfEveryDepthAreLookedUp(int bits) {
    int[] colours = new int[1 << bits];
    Arrays.setAll(colours, index -> index * 0x1F3D5B & 0xFFFFFF);
    IndexColorModel palette =
        new IndexColorModel(bits, colours.length, colours, 0, false, -1, DataBuffer.TYPE_BYTE);
    WritableRaster raster = palette.createCompatibleWritableRaster(colours.length, 1);
    for (int index = 0; index < colours.length; index++) {
      raster.setSample(index, 0, 0, index);
    }
    BufferedImage drawn = new BufferedImage(palette, raster, false, null);
    for (byte[] encoded : new byte[][] {png(drawn), gif(drawn)}) {
      RgbImage image = decoder.decode(encoded);
      for (int index = 0; index < colours.length; index++) {
        assertThat(colour(image, index, 0)).isEqualTo(colours[index]);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void jpegIsClose(boolean progressive) {
    BufferedImage slope = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < HEIGHT; y++) {
      for (int x = 0; x < WIDTH; x++) {
        slope.setRGB(x, y, x * 4 << 16 | y * 6 << 8 | 60);
      }
    }
    RgbImage image = decoder.decode(jpeg(slope, progressive));
    assertThat(image.width()).isEqualTo(WIDTH);
    assertClose(colour(image, 30, 4), 30 * 4 << 16 | 4 * 6 << 8 | 60, 12);
  }

  @Test
  void greyJpegIsNotBent() {
    BufferedImage grey = new BufferedImage(16, 16, BufferedImage.TYPE_BYTE_GRAY);
    grey.getRaster().setSamples(0, 0, 16, 16, 0, filled(256, 100));
    assertClose(colour(decoder.decode(jpeg(grey, false)), 8, 8), 0x646464, 2);
  }

  @Test
  void colourProfileOfAJpegIsIgnored() {
    byte[] plain = jpeg(pattern(16, 16, BufferedImage.TYPE_INT_RGB), false);
    byte[] profile = ICC_Profile.getInstance(ColorSpace.CS_LINEAR_RGB).getData();
    byte[] profiled =
        SampleImages.withJpegSegment(
            plain, 0xE2, SampleImages.concat(SampleImages.ascii("ICC_PROFILE\0\1\1"), profile));
    assertThat(decoder.decode(profiled).rgb()).isEqualTo(decoder.decode(plain).rgb());
  }

  /** As Adobe's programs write it: inverted, so that 255 is no ink. */
  @Test
  void cmykJpegBecomesRgb() {
    WritableRaster inks = Raster.createInterleavedRaster(DataBuffer.TYPE_BYTE, 16, 16, 4, null);
    inks.setSamples(0, 0, 16, 16, 0, filled(256, 255));
    inks.setSamples(0, 0, 16, 16, 3, filled(256, 255));
    byte[] adobe = SampleImages.ascii("Adobe\0\144\0\0\0\0\0");
    byte[] jpeg = SampleImages.withJpegSegment(SampleImages.cmykJpeg(inks), 0xEE, adobe);
    int red = colour(decoder.decode(jpeg), 8, 8);
    assertThat(red >> 16).isGreaterThan(200);
    assertThat(red >> 8 & 0xFF).isLessThan(60);
    assertThat(red & 0xFF).isLessThan(60);
  }

  @Test
  void losslessWebpIsExact() {
    byte[] data = LosslessWebp.vp8l(WIDTH, HEIGHT, (x, y) -> (x * 3 + y) % 8);
    RgbImage image = decoder.decode(SampleImages.riff(SampleImages.riffChunk("VP8L", data)));
    for (int y = 0; y < HEIGHT; y++) {
      for (int x = 0; x < WIDTH; x++) {
        int pixel = (x * 3 + y) % 8;
        int expected = value(pixel) << 16 | value(pixel >> 1) << 8 | value(pixel >> 2);
        assertThat(colour(image, x, y)).isEqualTo(expected);
      }
    }
  }

  private static int value(int bit) {
    return (bit & 1) == 1 ? LosslessWebp.HIGH : LosslessWebp.LOW;
  }

  @Test
  void aGifShowsItsWholeScreenWithTheFirstFrameOnIt() {
    IndexColorModel palette =
        new IndexColorModel(
            8, 3, new int[] {0x0000FF, 0xFF0000, 0x00FF00}, 0, false, -1, DataBuffer.TYPE_BYTE);
    BufferedImage red =
        new BufferedImage(palette, palette.createCompatibleWritableRaster(4, 6), false, null);
    red.getRaster().setSamples(0, 0, 4, 6, 0, filled(24, 1));
    byte[] gif = gif(red);
    int descriptor = indexOf(gif, (byte) 0x2C);
    gif[6] = 10;
    gif[8] = 12;
    gif[descriptor + 1] = 3;
    gif[descriptor + 3] = 5;
    RgbImage image = decoder.decode(gif);
    assertThat(image.width()).isEqualTo(10);
    assertThat(image.height()).isEqualTo(12);
    assertThat(colour(image, 0, 0)).isEqualTo(0x0000FF);
    assertThat(colour(image, 3, 5)).isEqualTo(0xFF0000);
    assertThat(colour(image, 6, 10)).isEqualTo(0xFF0000);
    assertThat(colour(image, 7, 10)).isEqualTo(0x0000FF);
  }

  @ParameterizedTest
  @EnumSource(ImageFormat.class)
  void bytesAfterTheEndAreLetPass(ImageFormat format) {
    byte[] image = sample(format);
    assertThat(decoder.decode(Arrays.copyOf(image, image.length + 777)).rgb())
        .isEqualTo(decoder.decode(image).rgb());
  }

  @ParameterizedTest
  @EnumSource(ImageFormat.class)
  void cutShortAnywhereItFails(ImageFormat format) {
    assertEveryCutFails(sample(format));
  }

  @Test
  void progressiveJpegCutShortAnywhereFails() {
    assertEveryCutFails(jpeg(pattern(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB), true));
  }

  /** A GIF's last byte is only its trailer, so a picture without it is whole. */
  private void assertEveryCutFails(byte[] image) {
    int whole = ImageFormat.of(image) == ImageFormat.GIF ? image.length - 1 : image.length;
    for (int length = 0; length < whole; length += 1 + length / 40) {
      byte[] cut = Arrays.copyOf(image, length);
      assertFails(() -> decoder.decode(cut), "image-undecodable");
    }
    assertFails(() -> decoder.decode(Arrays.copyOf(image, whole - 1)), "image-undecodable");
  }

  @Test
  void aJpegWhoseMiddleIsMissingFailsThoughItHasAnEnd() {
    byte[] end = {(byte) 0xFF, (byte) 0xD9};
    byte[] closed = SampleImages.concat(SampleImages.truncatedJpeg(), end);
    assertFails(() -> decoder.decode(closed), "image-undecodable");
  }

  @Test
  void aPngWithAFlippedBitFails() {
    byte[] image = png(pattern(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB));
    for (int at = 16; at < image.length - 4; at += 1 + image.length / 60) {
      byte[] damaged = image.clone();
      damaged[at] ^= 4;
      assertThatThrownBy(() -> decoder.decode(damaged)).isInstanceOf(QuestionFailure.class);
    }
  }

  @Test
  void otherFormatsAreNamedAsNotSupported() {
    assertThatThrownBy(() -> decoder.decode(SampleImages.ascii("<svg xmlns='...'/>")))
        .hasMessageContaining("PNG, JPEG, GIF and WebP");
    assertThatThrownBy(() -> decoder.decode(new byte[0])).hasMessage("image is empty");
  }

  @Test
  void lossyWebpIsDecoded() {
    RgbImage image = decoder.decode(SampleImages.lossyWebp(1, 1));
    assertThat(image.width()).isEqualTo(1);
    assertThat(image.rgb()).hasSize(3);
  }

  @Test
  void theDigestIsThatOfTheEncodedBytes() {
    byte[] image = sample(ImageFormat.PNG);
    assertThat(decoder.decode(image).digest()).isEqualTo(Sha256.hex(image)).hasSize(64);
  }

  private static byte[] sample(ImageFormat format) {
    return switch (format) {
      case PNG -> png(pattern(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB));
      case JPEG -> jpeg(pattern(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB), false);
      case GIF -> {
        BufferedImage indexed = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_BYTE_INDEXED);
        Graphics2D graphics = indexed.createGraphics();
        graphics.drawImage(pattern(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB), 0, 0, null);
        graphics.dispose();
        yield gif(indexed);
      }
      case WEBP ->
          SampleImages.riff(
              SampleImages.riffChunk(
                  "VP8L", LosslessWebp.vp8l(WIDTH, HEIGHT, (x, y) -> (x ^ y) % 8)));
    };
  }

  private static void assertPattern(RgbImage image) {
    assertThat(image.width()).isEqualTo(WIDTH);
    assertThat(image.height()).isEqualTo(HEIGHT);
    for (int y = 0; y < HEIGHT; y++) {
      for (int x = 0; x < WIDTH; x++) {
        assertThat(colour(image, x, y)).isEqualTo(SampleImages.patternColour(x, y) & 0xFFFFFF);
      }
    }
  }

  private static void assertClose(int actual, int expected, int tolerance) {
    for (int shift = 0; shift <= 16; shift += 8) {
      int difference = (actual >> shift & 0xFF) - (expected >> shift & 0xFF);
      assertThat(Math.abs(difference)).isLessThanOrEqualTo(tolerance);
    }
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

  private static int colour(RgbImage image, int x, int y) {
    int at = (y * image.width() + x) * 3;
    return Byte.toUnsignedInt(image.rgb()[at]) << 16
        | Byte.toUnsignedInt(image.rgb()[at + 1]) << 8
        | Byte.toUnsignedInt(image.rgb()[at + 2]);
  }

  private static int[] filled(int length, int value) {
    int[] values = new int[length];
    Arrays.fill(values, value);
    return values;
  }

  private static int indexOf(byte[] bytes, byte wanted) {
    int at = bytes.length - 1;
    while (bytes[at] != wanted) {
      at--;
    }
    return at;
  }
}
