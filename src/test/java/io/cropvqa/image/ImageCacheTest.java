package io.cropvqa.image;

import static io.cropvqa.image.SampleImages.pattern;
import static io.cropvqa.image.SampleImages.png;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cropvqa.domain.RequestListener;
import io.cropvqa.domain.RgbImage;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Decoded pictures are remembered by content, up to so many bytes. */
class ImageCacheTest {
  private static final long TEN_BY_TEN = 10 * 10 * 3;

  private final List<Boolean> lookups = new ArrayList<>();
  private final RequestListener listener =
      new RequestListener() {
        @Override
        public void imageCache(boolean hit) {
          lookups.add(hit);
        }
      };

  @Test
  void theSameBytesAreDecodedOnce() {
    ImageDecoder decoder = new ImageDecoder(1_000, TEN_BY_TEN, listener);
    byte[] image = png(pattern(10, 10, BufferedImage.TYPE_INT_RGB));
    RgbImage first = decoder.decode(image);
    assertThat(decoder.decode(image.clone())).isSameAs(first);
    assertThat(lookups).containsExactly(false, true);
  }

  @Test
  void aPictureLargerThanTheCacheIsNotKept() {
    ImageDecoder decoder = new ImageDecoder(1_000, TEN_BY_TEN - 1, listener);
    byte[] image = png(pattern(10, 10, BufferedImage.TYPE_INT_RGB));
    RgbImage first = decoder.decode(image);
    assertThat(decoder.decode(image).rgb()).isNotSameAs(first.rgb()).isEqualTo(first.rgb());
    assertThat(lookups).containsExactly(false, false);
  }

  /** Room for it is taken once, however many ask about it. */
  @Test
  void whatIsRememberedTakesNothingToDecode() {
    ImageDecoder decoder = new ImageDecoder(1_000, TEN_BY_TEN, listener);
    byte[] image = png(pattern(10, 10, BufferedImage.TYPE_INT_RGB));
    ImageDecoder.Picture first = decoder.picture(image);
    ImageDecoder.Picture second = decoder.picture(image.clone());
    assertThat(first.decodingBytes()).isEqualTo(700);
    assertThat(second.decodingBytes()).isEqualTo(700);
    RgbImage decoded = first.decode();
    assertThat(second.decodingBytes()).isZero();
    assertThat(second.decode()).isSameAs(decoded);
    assertThat(lookups).containsExactly(false, true);
  }

  @Test
  void failuresAreNotRemembered() {
    ImageDecoder decoder = new ImageDecoder(99, TEN_BY_TEN, listener);
    byte[] image = png(pattern(10, 10, BufferedImage.TYPE_INT_RGB));
    assertThatThrownBy(() -> decoder.decode(image)).hasMessageContaining("max-pixels");
    assertThatThrownBy(() -> decoder.decode(image)).hasMessageContaining("max-pixels");
    assertThat(lookups).containsExactly(false, false);
  }
}
