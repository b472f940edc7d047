package io.cropvqa.image;

import java.net.URI;

/** Where images of one URI scheme come from. */
interface ImageSource {

  /**
   * Reads one image, blocking.
   *
   * @return the encoded bytes, at most {@link FetchPolicy#maxBytes()} of them
   * @throws io.cropvqa.domain.QuestionFailure of stage {@code fetch}
   */
  byte[] read(URI uri);
}
