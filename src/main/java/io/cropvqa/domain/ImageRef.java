package io.cropvqa.domain;

import java.net.URI;
import java.util.Optional;

/** Where a question's image is: carried along, or to be fetched. */
public sealed interface ImageRef {

  /**
   * Image bytes that travelled with the question.
   *
   * @param data the encoded image (PNG, JPEG, ...), not copied: nobody writes to it
   * @param mediaType what the sender says it is, if it says so
   */
  record Inline(byte[] data, Optional<String> mediaType) implements ImageRef {}

  /**
   * An image to be fetched by a claim check.
   *
   * @param uri https, or a file under the configured root
   * @param sha256 lower-case hex digest that the fetched bytes must have, if the sender gave one
   */
  record Remote(URI uri, Optional<String> sha256) implements ImageRef {}
}
