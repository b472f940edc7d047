package io.cropvqa.image;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.cropvqa.domain.FailureCode;
import io.cropvqa.domain.QuestionFailure;
import io.cropvqa.domain.RequestListener;
import io.cropvqa.domain.RgbImage;
import org.junit.jupiter.api.Tag;

/** Whatever calls itself an image is decoded within its limits, or refused. */
@Tag("fuzz")
class ImageDecoderFuzzTest {
  private static final int MAX_PIXELS = 20_000;

  private final ImageDecoder decoder = new ImageDecoder(MAX_PIXELS, 0, RequestListener.NONE);

  @FuzzTest(maxDuration = "10m")
  void anyBytesAreAPictureOrRefused(byte[] image) {
    try {
      RgbImage picture = decoder.decode(image);
      assertThat(picture.width() * picture.height()).isBetween(1, MAX_PIXELS);
      assertThat(picture.rgb()).hasSize(picture.width() * picture.height() * 3);
    } catch (QuestionFailure refusal) {
      assertThat(refusal.code()).isIn(FailureCode.IMAGE_UNDECODABLE, FailureCode.IMAGE_TOO_LARGE);
    }
  }
}
