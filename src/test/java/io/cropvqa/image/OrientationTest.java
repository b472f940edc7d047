package io.cropvqa.image;

import static io.cropvqa.image.SampleImages.ascii;
import static io.cropvqa.image.SampleImages.concat;
import static io.cropvqa.image.SampleImages.exif;
import static org.assertj.core.api.Assertions.assertThat;

import io.cropvqa.domain.RequestListener;
import io.cropvqa.domain.RgbImage;
import java.awt.image.BufferedImage;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A camera held sideways: the picture is turned as its EXIF block says, whatever the format. */
class OrientationTest {
  private final ImageDecoder decoder = new ImageDecoder(10_000, 0, RequestListener.NONE);

  /** Stored as {@code abc / def}; what is shown follows from the tag's definition (TIFF 6.0). */
  @ParameterizedTest
  @CsvSource({
    "1, abc/def",
    "2, cba/fed",
    "3, fed/cba",
    "4, def/abc",
    "5, ad/be/cf",
    "6, da/eb/fc",
    "7, fc/eb/da",
    "8, cf/be/ad",
    "0, abc/def",
    "9, abc/def"
  })
  void everyTagTurnsThePicture(int tag, String shown) {
    BufferedImage stored = new BufferedImage(3, 2, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < 6; i++) {
      stored.setRGB(i % 3, i / 3, 'a' + i);
    }
    byte[] png = SampleImages.png(stored);
    for (ByteOrder order : new ByteOrder[] {ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN}) {
      byte[] tagged = SampleImages.withPngChunk(png, "eXIf", exif(tag, order));
      assertThat(letters(decoder.decode(tagged))).isEqualTo(shown);
    }
  }

  @Test
  void aJpegIsTurned() {
    byte[] jpeg = SampleImages.jpeg(new BufferedImage(20, 10, BufferedImage.TYPE_INT_RGB), false);
    byte[] exif = concat(ascii("Exif\0\0"), exif(6, ByteOrder.BIG_ENDIAN));
    RgbImage image = decoder.decode(SampleImages.withJpegSegment(jpeg, 0xE1, exif));
    assertThat(image.width()).isEqualTo(10);
    assertThat(image.height()).isEqualTo(20);
  }

  @Test
  void aWebpIsTurned() {
    byte[] webp =
        SampleImages.riff(
            SampleImages.riffChunk("VP8X", LosslessWebp.vp8x(20, 10)),
            SampleImages.riffChunk("VP8L", LosslessWebp.vp8l(20, 10, (x, y) -> x % 8)),
            SampleImages.riffChunk("EXIF", exif(8, ByteOrder.LITTLE_ENDIAN)));
    RgbImage image = decoder.decode(webp);
    assertThat(image.width()).isEqualTo(10);
    assertThat(image.height()).isEqualTo(20);
  }

  @Test
  void anExifBlockWithoutSenseTurnsNothing() {
    byte[] png = SampleImages.png(SampleImages.pattern(3, 2, BufferedImage.TYPE_INT_RGB));
    byte[] wild = exif(6, ByteOrder.BIG_ENDIAN);
    wild[4] = 0x7F;
    for (byte[] block : new byte[][] {wild, ascii("MM"), new byte[0]}) {
      RgbImage image = decoder.decode(SampleImages.withPngChunk(png, "eXIf", block));
      assertThat(image.rgb()).isEqualTo(decoder.decode(png).rgb());
    }
  }

  private static String letters(RgbImage image) {
    StringBuilder rows = new StringBuilder();
    for (int i = 0; i < image.width() * image.height(); i++) {
      if (i > 0 && i % image.width() == 0) {
        rows.append('/');
      }
      rows.append((char) image.rgb()[i * 3 + 2]);
    }
    return rows.toString();
  }
}
