package io.cropvqa.image;

import static io.cropvqa.image.FetchFailures.tooLarge;

import java.io.IOException;
import java.io.InputStream;

/** Reads an image up to a limit and not a byte further, whatever length was announced. */
final class CappedBody {

  private CappedBody() {}

  /**
   * @param name of the image, for messages
   * @param announced length in bytes, negative if unknown
   * @throws io.cropvqa.domain.QuestionFailure {@code image-too-large}; whoever reads from a network
   *     then has to hang up, since closing a stream may read the rest of it
   */
  static byte[] read(String name, InputStream body, long announced, int maxBytes)
      throws IOException {
    if (announced > maxBytes) {
      throw tooLarge(name, announced, maxBytes);
    }
    byte[] data = body.readNBytes(maxBytes);
    if (data.length == maxBytes && body.read() >= 0) {
      throw tooLarge(name, maxBytes);
    }
    return data;
  }
}
